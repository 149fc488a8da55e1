import { toE164 } from '../campaigns/phone.ts'
import { eventName } from '../ledger/event-names.ts'
import type { Identity } from '../ledger/identity.ts'
import type { LeadRequest, Meaning } from '../sources/meaning.ts'

/** Whom an event says it is about. */
export type EventPerson = Partial<Omit<LeadRequest, 'timezone' | 'fields' | 'submissionId'>>

export function personOfEvent(meaning: Meaning): EventPerson {
  switch (meaning.kind) {
    case 'start':
    case 'trigger':
      return meaning.lead
    case 'found':
      return personNamed(meaning.found)
    case 'opted_out':
    case 'text_received':
    case 'call_ended':
      return personNamed(meaning)
    case 'nothing':
      return {}
  }
}

function personNamed({ leadId, phone }: { leadId?: string | undefined; phone?: string | undefined }): EventPerson {
  return { ...(leadId === undefined ? {} : { leadId }), ...(phone === undefined ? {} : { phone }) }
}

/** Values of one body that are looked at; a long transcript has more, but nobody's number hides at its end alone. */
const MAX_VALUES = 5_000
/** Leads and numbers of one body that are listed. */
const MAX_FOUND = 20

/**
 * The names under which an event is listed: of its lead, and of every lead and number that stands in a field of its own,
 * whatever the source means by it. What asks nothing of us can still be about somebody.
 */
export function namesOfEvent(
  parts: { identity: Identity; defaultCountry: string },
  meaning: Meaning,
  raw: Buffer,
): string[] {
  const { identity, defaultCountry } = parts
  const { leadId, phone } = personOfEvent(meaning)
  const written = whoIn(raw)
  const numbers = [...(phone === undefined ? [] : [phone]), ...written.numbers]
  const leads = [...(leadId === undefined || leadId === '' ? [] : [leadId]), ...written.leads]
  const known = new Set(numbers.flatMap(number => toE164(number, defaultCountry) ?? []))
  return [
    ...[...new Set(leads)].map(lead => eventName.lead(identity, lead)),
    ...[...known].map(number => eventName.number(identity.person(number))),
  ]
}

const NUMBER = /^\s*\+?[\d\s().-]{7,20}\s*$/
const LEAD = /^(?:lead|contact)_?id$/i

function whoIn(raw: Buffer): { leads: string[]; numbers: string[] } {
  const leads: string[] = []
  const numbers: string[] = []
  const open: [name: string, value: unknown][] = [['', readable(raw)]]
  for (let seen = 0; seen < MAX_VALUES && leads.length + numbers.length < MAX_FOUND; seen += 1) {
    const [name, value] = open.pop() ?? []
    if (name === undefined) break
    if (typeof value === 'object' && value !== null) open.push(...Object.entries(value))
    else if (typeof value === 'string' && LEAD.test(name) && value !== '') leads.push(value)
    else if (typeof value === 'string' && NUMBER.test(value)) numbers.push(value)
  }
  return { leads, numbers }
}

/** A body is JSON or a form. */
function readable(raw: Buffer): unknown {
  const text = raw.toString('utf8')
  try {
    return JSON.parse(text)
  } catch {
    return Object.fromEntries(new URLSearchParams(text))
  }
}
