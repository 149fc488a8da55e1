import type { Desk } from '../desk/index.ts'
import type { Clearance } from '../desk/person-view.ts'
import { type ParkedRow, parkedRow } from './parked-page.ts'
import { lastLine, questionOf } from './parked-question.ts'
import { findByEffect } from './parked-search.ts'
import type { Phrase } from './phrase.ts'
import { tell } from './timeline-words.ts'
import { MAX_COUNTED, waitingLabel } from './waiting.ts'

/** Shown at once; what has waited less moves up as decisions are made. */
const SHOWN = 50

/** Everything that the live part of the list shows, longest waiting first. */
export async function readParked(desk: Desk, clearance: Clearance) {
  const { parked: waiting } = await desk.parked.list({ limit: MAX_COUNTED })
  const names = desk.overview.campaignNames()
  const rows = await Promise.all(
    waiting.slice(0, SHOWN).map(async parked => {
      const [journey, person] = await Promise.all([
        desk.journeys.show(parked.journey),
        desk.people.show(parked.journey, clearance),
      ])
      return journey && person && parkedRow(parked, journey, person, names.get(parked.campaign) ?? parked.campaign)
    }),
  )
  return {
    effects: rows.filter((row): row is ParkedRow => row?.isOpen === true),
    count: waiting.length,
    label: waitingLabel(waiting.length),
    mayAct: clearance === 'full',
  }
}

/** What somebody decided about an effect, in the words of its journey's timeline. */
export interface DecidedLine {
  journeyId: string
  at: string
  phrase: Phrase
}

/** `undefined` when nobody has decided anything about it. */
export async function readDecided(desk: Desk, key: string): Promise<DecidedLine | undefined> {
  const journey = await findByEffect(desk, key)
  const question = journey && questionOf(journey, key)
  const line = journey && lastLine(journey, 'effect.decided', key)
  if (question === undefined || line === undefined) return undefined
  const { title, journeyId } = question
  return { journeyId, at: line.at, phrase: tell(line, () => title).phrase }
}
