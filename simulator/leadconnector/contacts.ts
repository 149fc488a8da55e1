import type { LeadOrder } from '../leadsail/control.ts'
import { numberOf, personOf } from '../leadsail/people.ts'
import type { PartOptions } from '../part.ts'
import type { DndOrder } from './control.ts'
import { Refusal } from './refusals.ts'

type DndSettings = Record<string, { status: string; message: string; code: string }>

export interface ContactRecord {
  contactId: string
  conversationId: string
  phone?: string
  timezone?: string
  firstName: string
  lastName: string
  email: string
  dnd: boolean
  dndSettings: DndSettings
  createdAt: number
}

export type Contacts = ReturnType<typeof createContacts>

/** The contacts of the location. */
export function createContacts({
  seed,
  now,
  newId,
  settings,
}: Pick<PartOptions, 'seed' | 'now' | 'newId' | 'settings'>) {
  const byId = new Map<string, ContactRecord>()
  const phones = new Set<string>()

  function create(contactId: string): ContactRecord {
    const contact: ContactRecord = {
      contactId,
      conversationId: newId('conv'),
      ...personOf(seed, contactId),
      ...numberOf(seed, contactId, phone => phones.has(phone)),
      dnd: false,
      dndSettings: {},
      createdAt: now(),
    }
    if (contact.phone !== undefined) phones.add(contact.phone)
    byId.set(contactId, contact)
    return contact
  }

  /** Made if need be, whatever the control says of unknown ones: an order has named it. */
  const know = (contactId: string) => byId.get(contactId) ?? create(contactId)

  return {
    know,

    /** Made on first use where the control allows it. Throws the refusal. */
    find(contactId: string): ContactRecord {
      const contact = byId.get(contactId)
      if (contact !== undefined) return contact
      if (!settings.current.autoCreateLeads) throw new Refusal(400, `Contact with id ${contactId} not found`)
      return create(contactId)
    },

    /** Makes a contact of a lead, or changes it. */
    put({ leadId, phone, timezone, firstName, lastName, email, dnc }: LeadOrder): void {
      const contact = know(leadId)
      if (phone === null) delete contact.phone
      else if (phone !== undefined) contact.phone = phone
      if (timezone === null) delete contact.timezone
      else if (timezone !== undefined) contact.timezone = timezone
      if (firstName !== undefined) contact.firstName = firstName
      if (lastName !== undefined) contact.lastName = lastName
      if (email !== undefined) contact.email = email
      if (dnc === undefined) return
      const off = Array.isArray(dnc) ? dnc : []
      contact.dnd = dnc === true
      contact.dndSettings = {
        ...(off.includes('phone') && { Call: switchedOff() }),
        ...(off.includes('sms') && { SMS: switchedOff() }),
        ...(off.includes('email') && { Email: switchedOff() }),
      }
    },

    setDnd({ contactId, dnd, channels }: DndOrder): ContactRecord {
      const contact = know(contactId)
      contact.dnd = dnd
      for (const [channel, status] of Object.entries(channels)) contact.dndSettings[channel] = switchedOff(status)
      return contact
    },

    reset(): void {
      byId.clear()
      phones.clear()
    },
  }
}

function switchedOff(status = 'active') {
  return { status, message: 'set by hand', code: '101' }
}

/** Whether a channel is closed. */
export function isOff({ dnd, dndSettings }: ContactRecord, channel: string): boolean {
  return dnd || (dndSettings[channel]?.status ?? 'inactive') !== 'inactive'
}

/** The contact as `GET /contacts/{contactId}` and `ContactDndUpdate` show it. */
export function showContact(contact: ContactRecord, locationId: string): Record<string, unknown> {
  const { contactId, conversationId: _conversation, createdAt, firstName, lastName, ...shown } = contact
  return {
    id: contactId,
    locationId,
    name: `${firstName} ${lastName}`,
    firstName,
    lastName,
    ...shown,
    country: 'US',
    source: 'public api',
    tags: [],
    customFields: [],
    attachments: [],
    dateAdded: new Date(createdAt).toISOString(),
  }
}
