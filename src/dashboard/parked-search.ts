import type { Desk } from '../desk/index.ts'
import type { JourneySummary, JourneyView } from '../desk/journey-view.ts'
import { readEffectKey } from './effect-key.ts'

/** Journeys of one lead are few; more than this many are cut. */
const MAX_OF_LEAD = 100

/**
 * The journey that an effect belongs to. Where only the lead is known, the journey that waits with the effect comes
 * first, and one that left it out comes last.
 */
export async function findByEffect(desk: Pick<Desk, 'journeys'>, key: string): Promise<JourneyView | undefined> {
  const parts = readEffectKey(key)
  if (parts === undefined) return undefined
  if ('journeyId' in parts) return desk.journeys.show(parts.journeyId)
  const { journeys } = await desk.journeys.find({ leadId: parts.leadId }, { limit: MAX_OF_LEAD })
  const having = journeys.filter(journey => stateIn(journey, key) !== undefined)
  const found =
    having.find(journey => stateIn(journey, key) === 'parked') ??
    having.find(journey => stateIn(journey, key) !== 'skipped') ??
    having[0]
  return found && desk.journeys.show(found.id)
}

const stateIn = ({ effects }: JourneySummary, key: string) => effects.find(effect => effect.key === key)?.state
