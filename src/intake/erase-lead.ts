import { toE164 } from '../campaigns/phone.ts'
import { eraseJourney } from '../ledger/erase-journey.ts'
import type { Erasing, Known } from '../ledger/erasures.ts'
import { eventName } from '../ledger/event-names.ts'
import type { ImportReports } from '../ledger/import-reports.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Journey } from '../ledger/journey.ts'
import { readEvent } from '../sources/index.ts'
import { type EventPerson, personOfEvent } from './event-names.ts'
import type { ReportRow } from './import/import-row.ts'
import { isWrittenBy, mentions } from './mentions.ts'

export interface EraseParts {
  ledger: Ledger
  reports: ImportReports<ReportRow>
  defaultCountry: string
}

/** What one look through everything has erased. */
export interface Erased {
  journeys: number
  events: number
}

/**
 * Erases a lead wherever it is found. Each part can be done again, and what leads from one to the next is kept before it
 * goes: whoever dies in between leaves the next one the same work from the top.
 */
export async function eraseLead(parts: EraseParts, erasing: Erasing): Promise<Erased> {
  const { ledger } = parts
  const { id, leadId, askedAt } = erasing
  const known = await learn(parts, erasing)
  await ledger.erasures.keepKnown(id, known)

  const journeys: Journey[] = []
  for (const journey of await journeysOf(ledger, leadId, known.phones)) {
    if (await isMeant(ledger, journey, askedAt)) journeys.push(journey)
  }
  const erased: Erased = { journeys: 0, events: 0 }
  for (const eventId of await eventsOf(ledger, { leadId, known, journeys, askedAt })) {
    if (await ledger.eventNames.erase(eventId)) erased.events += 1
  }
  for (const journey of journeys) if (await eraseJourney(ledger, journey.id)) erased.journeys += 1
  const ids = journeys.map(journey => journey.id)
  await ledger.leads.forget(leadId, ids)
  await forgetOptOuts(ledger, leadId, known.phones)
  await parts.reports.change(row => (isWrittenBy(row.value, leadId, known) ? { ...row, value: '' } : undefined))
  return erased
}

/** What the lead can be found by besides its id: from its journeys and from what came in about it. */
async function learn({ ledger, defaultCountry }: EraseParts, { leadId, known, askedAt }: Erasing): Promise<Known> {
  const journeys = await journeysOf(ledger, leadId, known.phones)
  const people: EventPerson[] = journeys.map(journey => journey.private)
  for (const eventId of await ledger.eventNames.under([eventName.lead(ledger.identity, leadId)])) {
    const [record, raw] = await Promise.all([ledger.events.load(eventId), ledger.events.raw(eventId)])
    if (record === undefined || raw === undefined || record.receivedAt > askedAt) continue
    const said = personOfEvent(readEvent(record.source, raw).meaning)
    const phone = said.phone === undefined ? undefined : toE164(said.phone, defaultCountry)
    people.push({ ...said, ...(phone === undefined ? {} : { phone }) })
  }
  const all = (before: readonly string[], found: readonly (string | undefined)[]) => [
    ...new Set([...before, ...found.flatMap(value => (value === undefined || value.trim() === '' ? [] : [value]))]),
  ]
  return {
    phones: all(
      known.phones,
      people.map(({ phone }) => phone),
    ),
    emails: all(
      known.emails,
      people.map(({ email }) => email),
    ),
    names: all(
      known.names,
      people.flatMap(({ firstName, lastName }) => [firstName, lastName]),
    ),
  }
}

/** Journeys of the lead, and those of its numbers that name no lead: nobody else is known to have them. */
async function journeysOf(ledger: Ledger, leadId: string, phones: readonly string[]): Promise<Journey[]> {
  const { leads, search, journeys } = ledger
  const own = new Set(await leads.journeysOf(leadId))
  const byNumber = await Promise.all(phones.map(phone => search.journeysOfPhone(phone)))
  const loaded = await Promise.all([...new Set([...own, ...byNumber.flat()])].map(id => journeys.load(id)))
  return loaded.flatMap(journey => (journey && (own.has(journey.id) || journey.leadId === '') ? [journey] : []))
}

/** What came in after the wish begins afresh. A journey may be written somewhat later than its event came. */
async function isMeant({ eventNames }: Ledger, journey: Journey, askedAt: number): Promise<boolean> {
  if (journey.createdAt <= askedAt) return true
  const event = await eventNames.look(journey.eventId)
  return event !== undefined && event.receivedAt <= askedAt
}

interface Whose {
  leadId: string
  known: Known
  journeys: readonly Journey[]
  askedAt: number
}

/** Events that name the lead, that its journeys came of, or that name its number and nobody else. */
async function eventsOf(ledger: Ledger, { leadId, known, journeys, askedAt }: Whose): Promise<Set<string>> {
  const { eventNames, identity } = ledger
  const own = eventName.lead(identity, leadId)
  const found = new Set(journeys.flatMap(({ eventId, joinedEvents }) => [eventId, ...joinedEvents]))
  for (const eventId of await eventNames.under([own, ...journeys.map(journey => journey.id)])) found.add(eventId)
  const numbers = known.phones.map(phone => eventName.number(identity.person(phone)))
  for (const eventId of await eventNames.under(numbers)) {
    const event = await eventNames.look(eventId)
    if (event?.names.every(name => name === own || !eventName.isLead(name))) found.add(eventId)
  }
  for await (const { eventId, raw } of eventNames.unlisted()) {
    if (mentions(raw, leadId, known)) found.add(eventId)
  }
  const meant = new Set<string>()
  for (const eventId of found) {
    const event = await eventNames.look(eventId)
    if (event !== undefined && !event.isErased && event.receivedAt <= askedAt) meant.add(eventId)
  }
  return meant
}

/** That nobody is to be reached stays, by keyed hash; what was written goes. */
async function forgetOptOuts(ledger: Ledger, leadId: string, phones: readonly string[]): Promise<void> {
  const { leadOptOuts, suppressions, identity } = ledger
  const given = await leadOptOuts.givenTo(leadId)
  for (const person of [...given, ...phones.map(phone => identity.person(phone))]) await suppressions.forget(person)
  await leadOptOuts.forget(leadId)
}
