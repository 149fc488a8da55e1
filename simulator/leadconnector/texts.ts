import { z } from 'zod'
import { createNumberCheck } from '../leadsail/number-check.ts'
import { campaignNumberOf } from '../leadsail/people.ts'
import type { PartOptions } from '../part.ts'
import type { TruthText } from '../truth.ts'
import type { Announcer } from './announcer.ts'
import { type Contacts, isOff } from './contacts.ts'
import { Refusal } from './refusals.ts'

const kinds = ['SMS', 'RCS', 'Email', 'WhatsApp', 'IG', 'FB', 'Custom', 'Live_Chat', 'TIKTOK'] as const

/** The body of `POST /conversations/messages`, as far as a text needs it. */
export const MessageBody = z.object({
  type: z.enum(kinds),
  contactId: z.string().min(1),
  message: z.string().optional(),
  fromNumber: z.string().optional(),
  toNumber: z.string().optional(),
})

export type Texts = ReturnType<typeof createTexts>

/** Texts to contacts and from them. */
export function createTexts({
  seed,
  now,
  newId,
  contacts,
  announcer,
}: Pick<PartOptions, 'seed' | 'now' | 'newId'> & { contacts: Contacts; announcer: Announcer }) {
  const isNumber = createNumberCheck()
  const sent: TruthText[] = []

  return {
    /** Sends a text. Throws the refusal; the one for a contact that wants none is not published. */
    send({
      type,
      contactId,
      message = '',
      fromNumber,
      toNumber,
    }: z.output<typeof MessageBody>): Record<string, unknown> {
      if (type !== 'SMS') throw new Refusal(400, `No conversation provider for ${type}`)
      if (message === '') throw new Refusal(400, 'There is no message or attachments for this message. Skip sending.')
      const contact = contacts.find(contactId)
      const to = toNumber ?? contact.phone
      if (to === undefined || !isNumber(to)) throw new Refusal(400, 'Missing or invalid phone number')
      if (isOff(contact, 'SMS')) throw new Refusal(400, 'Cannot send message as DND is active for SMS.')
      const { conversationId } = contact
      const messageId = newId('msg')
      sent.push({
        ...{ vendor: 'leadconnector', messageId, leadId: contactId, to, text: message },
        from: fromNumber ?? campaignNumberOf(seed, 'location'),
        at: now(),
        interactionId: conversationId,
        campaignId: '',
      })
      return { conversationId, messageId, status: 'pending', msg: 'Message queued successfully.' }
    },

    /** The message of a text at this moment. */
    show(messageId: string, locationId: string): Record<string, unknown> | undefined {
      const text = sent.find(one => one.messageId === messageId)
      if (text === undefined) return undefined
      return {
        id: messageId,
        type: 2,
        messageType: 'TYPE_SMS',
        locationId,
        contactId: text.leadId,
        conversationId: text.interactionId,
        dateAdded: new Date(text.at).toISOString(),
        body: text.text,
        direction: 'outbound',
        status: 'delivered',
        contentType: 'text/plain',
        attachments: [],
        source: 'api',
      }
    },

    /** The contact writes. */
    receive({ contactId, text }: { contactId: string; text: string }): void {
      const { conversationId } = contacts.know(contactId)
      announcer.announce('InboundMessage', {
        attachments: [],
        body: text,
        contactId,
        contentType: 'text/plain',
        conversationId,
        dateAdded: new Date(now()).toISOString(),
        direction: 'inbound',
        messageType: 'SMS',
        messageId: newId('msg'),
        status: 'delivered',
      })
    },
    sent: (): readonly TruthText[] => sent,
    reset(): void {
      sent.length = 0
    },
  }
}
