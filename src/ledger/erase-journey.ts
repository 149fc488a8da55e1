import type { Command } from './commit.ts'
import type { Draft } from './draft.ts'
import { cancelJourney } from './effects.ts'
import type { Identity } from './identity.ts'
import { isEnded, type TimelineEntry } from './journey.ts'
import type { Journeys } from './journeys.ts'
import type { OnceMarks } from './once-marks.ts'
import { settleMarks } from './retention.ts'
import { stripEntry, stripPerson } from './strip-person.ts'

/** Somebody writes on the timeline just while it is read: that rarely happens twice in a row. */
const MAX_LOOKS = 20

/** Entries per command: Lua takes some thousands of arguments. */
const ENTRIES = 500

/**
 * Erases the lead of one journey: nothing new begins, and what is left of it and of its timeline says nothing of the
 * person. A call that is going on is followed to its end by the vendor's name for it; one that has no name yet is let go,
 * and its number stays taken for as long as it may last. Doing it again changes nothing.
 * @returns whether there was anything to erase
 */
export async function eraseJourney(
  { journeys, once, identity }: { journeys: Journeys; once: OnceMarks; identity: Identity },
  journeyId: string,
): Promise<boolean> {
  for (let looks = 0; looks < MAX_LOOKS; looks += 1) {
    const journey = await journeys.load(journeyId)
    if (journey === undefined || journey.erasedAt !== undefined) return false
    const entries = await journeys.timeline(journeyId)
    const written = await journeys.transition(
      journeyId,
      draft => (draft.journey.erasedAt === undefined ? erase(draft, entries, identity) : false),
      journey,
    )
    if (written.result === 'refused') continue
    if (written.result !== 'committed') return false
    // Marks of what was done once are named by the lead. Dying before this leaves them to the journey, as they were.
    await settleMarks(once, { ...written.journey, leadId: journey.leadId })
    return true
  }
  throw new Error(`journey ${journeyId}: its timeline was written to ${MAX_LOOKS} times while it was read`)
}

function erase(draft: Draft, entries: readonly TimelineEntry[], identity: Identity): undefined {
  const { journey, keys, now } = draft
  const timeline = keys.timeline(journey.id)
  draft.guards.push({ name: 'timeline', command: ['LLEN', timeline], must: 'is', value: entries.length })
  if (!isEnded(journey)) cancelJourney(draft)
  const before = journey.effects.map(({ key }) => key)
  journey.erasedAt = now
  stripPerson(journey, identity, now)
  draft.note('lead.erased')

  const keyNow = (key: string) => journey.effects[before.indexOf(key)]?.key
  const stripped = entries.map(entry => JSON.stringify(stripEntry(entry, keyNow)))
  const own = `${journey.campaign}/${journey.person}`
  draft.commands.push(
    ['LTRIM', timeline, entries.length, -1],
    ...chunks(stripped.reverse()).map((some): Command => ['LPUSH', timeline, ...some]),
    ['ZREM', keys.personJourneys(journey.person), journey.id],
    // The person may come anew.
    ['HDELIF', keys.newest, own, journey.id],
    ['HDEL', keys.past, own],
  )
  return undefined
}

function chunks<T>(all: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(all.length / ENTRIES) }, (_, at) => all.slice(at * ENTRIES, (at + 1) * ENTRIES))
}
