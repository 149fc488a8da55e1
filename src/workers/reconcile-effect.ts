import type { CampaignBook } from '../campaigns/book.ts'
import type { Campaign } from '../campaigns/campaign.ts'
import type { Provider } from '../clients/ports.ts'
import type { Clock, Random } from '../clock.ts'
import type { Draft } from '../ledger/draft.ts'
import { stepOfEffect } from '../ledger/effects.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Effect } from '../ledger/journey.ts'
import { parkEffect, planAgain } from '../ledger/resolve.ts'
import { backoffMs, pixelBackoff } from './backoff.ts'
import { reconcileCall } from './reconcile-call.ts'
import { leaveUnknown, reconcileHandOver } from './reconcile-hand-over.ts'
import { reconcileLead } from './reconcile-lead.ts'
import { reconcileText } from './reconcile-text.ts'
import type { Settled } from './settled.ts'
import type { StepContext } from './step-job.ts'

export interface ReconcileParts {
  ledger: Ledger
  campaigns: CampaignBook
  provider: (name: string) => Provider
  clock: Clock
  random: Random
}

/** What a look at the vendor's side found. */
export type Finding =
  /** It happened; `close` writes that. */
  | { found: 'one'; close: (draft: Draft, effect: Effect) => void }
  /** More than one thing could be it. */
  | { found: 'several'; why: string }
  | { found: 'none' }
  /** The vendor cannot tell, now or ever. */
  | { found: 'nothing_to_look_at' }

/** An open question that belongs to this step, or `undefined` when somebody has closed it. */
function openQuestion(effects: readonly Effect[], key: string): Effect | undefined {
  const effect = effects.find(entry => entry.key === key)
  return effect?.state === 'intended' || effect?.state === 'unknown' ? effect : undefined
}

/**
 * Closes the question whether an effect happened: from the vendor's own list where there is one, else by the campaign's
 * policy. Never before the intent's `until`, for until then the request may still be under way.
 */
export function createReconcileEffect(parts: ReconcileParts) {
  return async (context: StepContext): Promise<Settled> => {
    const { journey, step, now } = context
    const effect = openQuestion(journey.effects, step.ref)
    if (effect === undefined) return { result: 'gone' }
    if ((effect.until ?? 0) > now) return tooSoon(parts, context, effect)
    const finding = await look(parts, context, effect)
    return conclude(parts, context, effect, finding)
  }
}

function look(parts: ReconcileParts, context: StepContext, effect: Effect): Promise<Finding> {
  switch (effect.kind) {
    case 'call':
      return reconcileCall(parts, context, effect)
    case 'lead':
      return reconcileLead(parts, context, effect)
    case 'sms':
      return reconcileText(parts, context, effect)
    case 'handover':
      return reconcileHandOver(parts, context, effect)
    case 'pixel':
      return Promise.resolve({ found: 'nothing_to_look_at' })
  }
}

async function conclude(
  parts: ReconcileParts,
  context: StepContext,
  asked: Effect,
  finding: Finding,
): Promise<Settled> {
  const { journey, campaign, step } = context
  const { looks } = campaign.reconcile
  const graceMs = graceOf(parts, campaign, asked)
  let settled: Settled = { result: 'gone' }
  const { result } = await parts.ledger.journeys.transition(
    journey.id,
    draft => {
      const effect = openQuestion(draft.journey.effects, step.ref)
      // The finding is about one intent. If another came in between, it is about nothing.
      if (effect === undefined || effect.intendedAt !== asked.intendedAt) return false
      markUnknown(draft, effect)

      if (finding.found === 'one') {
        finding.close(draft, effect)
        settled = { result: 'adopted' }
      } else if (finding.found === 'several') {
        parkEffect(draft, effect, finding.why)
        settled = { result: 'parked' }
      } else if (finding.found === 'nothing_to_look_at') {
        settled = byPolicy(parts, draft, effect, context, 'its answer was lost, and the vendor shows no list of these')
      } else {
        effect.looks = (effect.looks ?? 0) + 1
        const lastLookAt = (effect.until ?? draft.now) + graceMs
        if (effect.looks >= looks && draft.now >= lastLookAt) {
          settled = byPolicy(parts, draft, effect, context, `the vendor did not show it in ${effect.looks} looks`)
        } else {
          const spacing = campaign.reconcile.graceMs / Math.max(1, looks - 1)
          const nextAt = Math.max(
            draft.now + Math.min(spacing, MIN_SPACING_MS),
            Math.min(draft.now + spacing, lastLookAt),
          )
          draft.plan('reconcile', effect.key, Math.ceil(nextAt))
          draft.note('effect.not_found_yet', { effect: effect.key, look: effect.looks })
          settled = { result: 'not_found_yet', nextInMs: Math.ceil(nextAt) - draft.now }
        }
      }
      return undefined
    },
    journey,
  )
  return result === 'committed' ? settled : { result: 'gone' }
}

/** How long the vendor's list may lag behind: a call that it places in its own time may come until the deadline. */
function graceOf(parts: ReconcileParts, { provider, poll, reconcile }: Campaign, { kind }: Effect): number {
  const isLate = kind === 'call' && parts.provider(provider).placesLater === true
  return isLate ? Math.max(reconcile.graceMs, poll.deadlineMs) : reconcile.graceMs
}

/** Looks that follow upon each other faster ask the same question of the same list. */
const MIN_SPACING_MS = 1_000

/** A crash between intent and answer leaves an intent; from here on it is a question. */
function markUnknown(draft: Draft, effect: Effect): void {
  effect.state = 'unknown'
  effect.unclearSince ??= effect.intendedAt ?? draft.now
  if (effect.kind !== 'call') return
  const attempt = draft.attempt(Number(effect.rule))
  if (attempt !== undefined) attempt.state = 'unknown'
}

function byPolicy(
  parts: ReconcileParts,
  draft: Draft,
  effect: Effect,
  { campaign }: StepContext,
  why: string,
): Settled {
  if (effect.kind === 'handover') return leaveUnknown(draft, effect, campaign, why)
  const act = campaign.followUps.find(({ id }) => id === effect.rule)?.act
  const isDial = stepOfEffect[effect.kind] === 'dial'
  const policy = isDial ? campaign.dial.onUnknown : act?.kind === effect.kind ? act.onUnknown : 'park'
  if (policy === 'park') {
    parkEffect(draft, effect, why)
    return { result: 'parked' }
  }
  const delayMs = effect.kind === 'pixel' ? backoffMs(pixelBackoff, effect.tries, parts.random) : 0
  planAgain(draft, effect, draft.now + delayMs, why)
  return { result: 'planned_again', nextInMs: delayMs }
}

async function tooSoon(parts: ReconcileParts, { journey, step, now }: StepContext, effect: Effect): Promise<Settled> {
  const until = effect.until ?? now
  await parts.ledger.journeys.transition(
    journey.id,
    draft => {
      if (draft.step('reconcile', step.ref) === undefined) return false
      draft.plan('reconcile', step.ref, until)
      return undefined
    },
    journey,
  )
  return { result: 'too_soon', nextInMs: until - now }
}
