import { cameToNothing, leadPixelKey, roundOf } from '../ledger/effects.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Effect, Journey } from '../ledger/journey.ts'
import { HeldBack } from './perform-effect.ts'

/** Somebody else was quicker just now: how soon is looked again at where that one stands. */
const RECHECK_MS = 1_000

/** Another journey of this lead has it. */
export class HadElsewhere extends HeldBack {
  constructor(why: string) {
    super(why, 0)
  }
}

/**
 * Claims a pixel that is fired once per lead for this journey, right before its intent; answers why it must not be fired
 * now, if so. A journey in which it came to nothing gives it up to whoever comes next, and finds it taken when it is
 * replayed. Two never have it: whoever has given it up must claim it anew, in another round, before it can be tried
 * there again, and a claim over an older round fails.
 */
export async function claimOnce(
  { once, journeys }: Pick<Ledger, 'once' | 'journeys'>,
  journey: Journey,
  effect: Effect,
): Promise<HeldBack | undefined> {
  const text = leadPixelKey(journey, effect.rule)
  const claim = { journeyId: journey.id, round: roundOf(effect) }
  const held = await once.claim(text, claim)
  if (held.isDone) return new HadElsewhere(`this lead has had it in journey ${held.journeyId}`)
  if (held.journeyId === journey.id) return undefined
  const why = whyKept(held.journeyId, await journeys.load(held.journeyId), effect.rule)
  if (why !== undefined) return new HadElsewhere(why)
  const after = await once.claim(text, claim, held)
  return after.journeyId === journey.id ? undefined : new HeldBack('once_per_lead', RECHECK_MS)
}

/** Why the journey that holds a mark keeps it; nothing where its pixel has come to nothing. */
function whyKept(holder: string, journey: Journey | undefined, rule: string): string | undefined {
  const had = `journey ${holder} had it for this lead`
  const effect = journey?.effects.find(entry => entry.kind === 'pixel' && entry.rule === rule)
  if (effect === undefined) return `${had}, and its record is gone: it may have been fired`
  if (effect.state === 'done') return `this lead has had it in journey ${holder}`
  if (cameToNothing(effect)) return undefined
  const inDoubt = effect.unclearSince === undefined ? '' : ', with a try that may have arrived'
  return `journey ${holder} has it for this lead, and there it is ${effect.state}${inDoubt}`
}
