import type { PartOptions } from '../part.ts'
import type { TruthText } from '../truth.ts'
import type { Campaigns } from './campaigns.ts'
import type { InboundText } from './control.ts'
import { invalid } from './envelope.ts'
import type { InteractionBook } from './interaction-book.ts'
import type { ThreadRecord } from './interactions.ts'
import type { LeadRecord, Leads } from './leads.ts'
import { createNumberCheck } from './number-check.ts'
import type { SmsAgent } from './sms-agent.ts'

/** The body of `POST /sms/send`, checked. */
export interface Sending {
  leadId: string
  message: string
  to?: string | undefined
  from?: string | undefined
  campaignId?: string | undefined
  interactionId?: string | undefined
  source?: 'sms_agent' | undefined
}

export type Texts = ReturnType<typeof createTexts>

/** SMS threads, one for each pair of phone numbers. */
export function createTexts(
  options: Pick<PartOptions, 'now' | 'newId'> & {
    book: InteractionBook
    leads: Leads
    campaigns: Campaigns
    agent: SmsAgent
  },
) {
  const { now, newId, book, leads, campaigns, agent } = options
  const isNumber = createNumberCheck()
  const byPair = new Map<string, ThreadRecord>()
  const sent: TruthText[] = []

  function threadOf(lead: LeadRecord, phone: string, ownPhone: string, campaignId: string, at: number, own: boolean) {
    const pair = `${ownPhone} ${phone}`
    let thread = byPair.get(pair)
    if (thread === undefined) {
      const direction = own ? 'outbound' : 'inbound'
      const ids = { interactionId: newId('int'), leadId: lead.leadId, campaignId }
      thread = { type: 'sms', ...ids, phone, ownPhone, direction, createdAt: at, messages: [] }
      byPair.set(pair, thread)
      book.add(lead, thread)
    } else if (!lead.interactions.includes(thread)) {
      // Two leads behind one number share its thread: both see it.
      lead.interactions.push(thread)
    }
    return thread
  }

  function findThread(interactionId: string): ThreadRecord {
    const record = book.find(interactionId)
    if (record.type !== 'sms') throw invalid('interactionId: not an SMS conversation')
    return record
  }

  return {
    /** Sends a text and answers its ids. Throws LeadSail's refusal. */
    send({ leadId, message, to, from, campaignId, interactionId, source }: Sending): TruthText {
      const lead = leads.find(leadId, campaignId)
      const phone = to ?? lead.phone
      if (phone === undefined || !isNumber(phone)) throw invalid('to: no valid E.164 phone number')
      const given = interactionId === undefined ? undefined : findThread(interactionId)
      const campaign = campaigns.find(campaignId ?? lead.campaignId)
      const ownPhone = from ?? campaigns.numberOf(campaign)
      const at = now()
      const thread = given ?? threadOf(lead, phone, ownPhone, campaign.campaignId, at, true)
      thread.messages.push({ at, role: 'agent', text: message, source: source ?? 'api' })
      const text: TruthText = {
        vendor: 'leadsail',
        messageId: newId('msg'),
        leadId,
        to: phone,
        from: ownPhone,
        text: message,
        at,
        interactionId: thread.interactionId,
        campaignId: campaign.campaignId,
      }
      sent.push(text)
      return text
    },

    /** The lead answers, in its newest thread if it has one. */
    receive({ leadId, text, at = now() }: InboundText): void {
      const lead = leads.know(leadId)
      const latest = lead.interactions.findLast(record => record.type === 'sms')
      const { phone = '', campaignId } = lead
      const thread = latest ?? threadOf(lead, phone, campaigns.ownNumberOf(campaignId), campaignId, at, false)
      thread.messages.push({ at, role: 'user', text, source: 'inbound' })
      thread.messages.sort((one, other) => one.at - other.at)
      agent.hear(lead, thread, text)
    },
    sent: (): readonly TruthText[] => sent,
    reset(): void {
      byPair.clear()
      sent.length = 0
    },
  }
}
