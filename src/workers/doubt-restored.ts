import type { Gap } from '../ledger/control.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Effect, Journey } from '../ledger/journey.ts'
import type { Deed } from './deed.ts'
import type { Settled } from './settled.ts'

/**
 * In a ledger that was restored from a backup an effect stands as planned that may have happened after the backup was
 * taken. Before it is done it is looked for like one whose answer was lost: adopted where the vendor shows it, and else
 * done, or put before a person, as the campaign's policy says.
 * @returns how the step ended, where it did
 */
export async function doubtRestored<R>(
  { ledger }: { ledger: Ledger },
  journey: Journey,
  act: Deed<R>,
): Promise<Settled | undefined> {
  const asked = journey.effects.find(({ key }) => key === act.effectKey)
  const gap = await ledger.control.restored()
  if (asked === undefined || gap === undefined) return undefined
  const beganAt = await beginOf(ledger, journey, gap)
  if (!mayHaveHappened(journey, asked, gap, beganAt)) return undefined
  const { result } = await ledger.journeys.transition(
    journey.id,
    draft => {
      const effect = draft.effect(act.effectKey)
      if (effect?.state !== 'planned' || !mayHaveHappened(draft.journey, effect, gap, beganAt)) return false
      effect.state = 'unknown'
      effect.doubtedAt = draft.now
      effect.intendedAt = gap.from
      effect.until = gap.to
      effect.unclearSince ??= gap.from
      draft.drop(act.step.kind, act.step.ref)
      draft.plan('reconcile', effect.key, draft.now)
      draft.note(`${effect.kind}.doubted`, { effect: effect.key, from: gap.from, to: gap.to })
      // A text is looked for by its words.
      if (effect.kind === 'sms') act.intend(draft)
      else act.reinstate?.(draft)
      return undefined
    },
    journey,
  )
  return { result: result === 'committed' ? 'doubted' : 'gone' }
}

/** An event that was there when the backup was taken may have begun another journey before this one, which is not known. */
async function beginOf(ledger: Ledger, { eventId, createdAt }: Journey, { to }: Gap): Promise<number> {
  if (createdAt <= to) return createdAt
  const event = await ledger.events.load(eventId)
  return Math.min(createdAt, event?.receivedAt ?? createdAt)
}

/** Whether it can have been done in the gap: what it follows from was there, and it was not for later. */
function mayHaveHappened({ attempts }: Journey, effect: Effect, { to }: Gap, beganAt: number): boolean {
  if ((effect.doubtedAt ?? 0) >= to) return false
  const { kind, rule, plannedAt, firstDueAt = plannedAt } = effect
  const basis = kind === 'call' ? Number(rule) - 1 : effect.attempt
  const attempt = attempts.find(({ number }) => number === basis)
  const since = attempt === undefined ? beganAt : Math.min(attempt.intendedAt, attempt.placedAt ?? attempt.intendedAt)
  return since <= to && (plannedAt > to || firstDueAt <= to)
}
