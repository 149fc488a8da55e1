import type { JourneySummary } from '../src/desk/journey-view.ts'
import type { ExpectedFollowUp } from './campaign.ts'
import type { Fault } from './judge.ts'

/**
 * Holds one rule of the campaign against one journey that has come to rest.
 * @param traces how often the vendor did it for this lead
 */
export function* judgeFollowUp(journey: JourneySummary, rule: ExpectedFollowUp, traces: number): Iterable<Fault> {
  const about = { leadId: journey.leadId, journeyId: journey.id }
  const noun = rule.kind === 'sms' ? 'text' : 'pixel'
  const effect = journey.effects.find(entry => entry.kind === rule.kind && entry.rule === rule.id)

  if (traces > 1) yield { kind: `double ${noun}`, ...about, detail: `${rule.id}: ${traces} at the vendor` }
  if (!isAskedFor(journey, rule)) {
    if (effect !== undefined || traces > 0) {
      yield { kind: 'wrong record', ...about, detail: `${rule.id} was not asked for` }
    }
    return
  }
  if (effect?.state === 'parked') return
  if (effect?.state === 'done' && traces > 0) return
  const found = effect === undefined ? 'never planned' : `${effect.state}${effect.why ? ` (${effect.why})` : ''}`
  yield { kind: `lost ${noun}`, ...about, detail: `${rule.id}: ${found}, ${traces} at the vendor` }
}

function isAskedFor({ attempts, effects }: JourneySummary, rule: ExpectedFollowUp): boolean {
  const newest = Math.max(...effects.filter(({ kind }) => kind === 'call').map(effect => Number(effect.rule)))
  return attempts.some(
    ({ number, state, outcome }) =>
      state === 'ended' &&
      outcome !== undefined &&
      rule.outcomes.includes(outcome) &&
      (!rule.lastAttempt || number === newest),
  )
}
