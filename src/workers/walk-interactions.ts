import type { CampaignBook } from '../campaigns/book.ts'
import { callLengthMs } from '../campaigns/call-lengths.ts'
import type { Campaign } from '../campaigns/campaign.ts'
import { dialExpiresAt } from '../campaigns/dial-gate.ts'
import { nextPollAt } from '../campaigns/poll-plan.ts'
import { effectiveDialRules } from '../campaigns/state-rules.ts'
import { nextWalkAt, walkSpacingMs } from '../campaigns/walk-plan.ts'
import type { Interaction, Provider } from '../clients/ports.ts'
import type { Draft } from '../ledger/draft.ts'
import { stopDialing } from '../ledger/effects.ts'
import { endDialersCalls } from '../ledger/end-attempt.ts'
import { handOverOf, nextCallExpectedAt, planWalk } from '../ledger/hand-over.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Effect } from '../ledger/journey.ts'
import { adoptDialersCall } from '../ledger/others-call.ts'
import { confirmDone, parkEffect } from '../ledger/resolve.ts'
import type { Logger } from '../logger.ts'
import { interactionsOf, newCallsOfDialer } from './interactions-of.ts'
import { CALLED } from './reconcile-hand-over.ts'
import { seeEnd } from './see-end.ts'
import type { Settled } from './settled.ts'
import type { StepContext } from './step-job.ts'

export interface WalkParts {
  ledger: Ledger
  campaigns: CampaignBook
  logger: Logger
  provider: (name: string) => Provider
  /** Requests that the vendor's account allows. */
  requestsPerSecond: (provider: string) => number
}

const NEVER_CALLED = 'the vendor showed no call until the time of the campaign was over'

/**
 * Looks whether the vendor's own dialer has called a lead that it was handed. The oldest call that no attempt knows
 * becomes the next attempt: one that goes on is followed by polling, one that is over ends here.
 */
export function createWalkInteractions(parts: WalkParts) {
  return async (context: StepContext): Promise<Settled> => {
    const { journey, campaign, signal } = context
    const { ledger } = parts
    const effect = handOverOf(journey)
    if (effect === undefined) return endWalk(parts, context)
    const provider = parts.provider(campaign.provider)
    const permit = await provider.permit('poll', { signal })
    const listed = await interactionsOf(provider, journey.leadId, { signal, permit })
    const calls = await newCallsOfDialer(parts, context, effect, listed)
    for (const call of calls) {
      // Owned by the hand-over, so that whoever finds it again for this journey may take it.
      if (await ledger.leads.mark(`interaction:${call.interactionId}`, effect.key)) return take(parts, context, call)
    }
    return goOn(parts, context)
  }
}

/** Nobody was handed over, so that no call can come. */
async function endWalk({ ledger }: WalkParts, { journey, step }: StepContext): Promise<Settled> {
  const { result } = await ledger.journeys.transition(
    journey.id,
    draft => {
      if (draft.step('walk', step.ref) === undefined || handOverOf(draft.journey) !== undefined) return false
      draft.drop('walk', step.ref)
      draft.note('walk.without_hand_over')
      return undefined
    },
    journey,
  )
  return { result: result === 'committed' ? 'ended' : 'gone' }
}

/** Makes the call the journey's next attempt. */
async function take(parts: WalkParts, context: StepContext, call: Interaction): Promise<Settled> {
  const { journey, campaign, step } = context
  const table = await parts.ledger.pollTables.of(campaign)
  let settled: Settled = { result: 'gone' }
  let lengthMs: number | undefined
  const write = (isToHold: boolean) =>
    parts.ledger.journeys.transition(
      journey.id,
      draft => {
        const effect = handOverOf(draft.journey)
        if (draft.step('walk', step.ref) === undefined || effect === undefined) return false
        if (effect.state === 'unknown') confirmDone(draft, effect, { adopted: true }, CALLED)
        // A clock that is ahead of ours must not place a call in the future.
        const placedAt = Math.min(call.createdAt ?? draft.now, draft.now)
        const holdsUntil = call.live && isToHold ? placedAt + campaign.poll.deadlineMs : undefined
        const { interactionId } = call
        const attempt = adoptDialersCall(draft, { interactionId, placedAt }, holdsUntil)
        noteCampaign(draft, attempt.number, call, campaign)
        if (call.live) {
          const { poll } = campaign
          const at = nextPollAt({ poll, placedAt, lastPollAt: draft.now, nowMs: draft.now, table })
          draft.plan('poll', String(attempt.number), at)
          settled = { result: 'called', nextInMs: at - draft.now }
        } else {
          attempt.endedAt = Math.max(placedAt, Math.min(call.updatedAt ?? draft.now, draft.now))
          lengthMs = callLengthMs({ ...call, placedAt, seenAt: draft.now })
          settled = seeEnd(parts, draft, attempt, campaign, call)
        }
        return undefined
      },
      journey,
    )
  const written = await write(true)
  // Another call holds the number: this one goes on all the same, for it is not ours to hold back.
  const { result } = written.result === 'refused' ? await write(false) : written
  if (result !== 'committed') return { result: 'gone' }
  if (lengthMs !== undefined) await parts.ledger.callLengths.add(campaign.id, lengthMs)
  return settled
}

/** The dialer calls a lead in the vendor's campaign that the lead belongs to, whichever the file names. */
function noteCampaign(draft: Draft, attempt: number, { campaignId }: Interaction, { account }: Campaign): void {
  if (campaignId === undefined || account.campaignId === undefined || campaignId === account.campaignId) return
  draft.note('call.other_campaign', { attempt, vendorCampaign: campaignId })
}

/** No call has come: it is waited for, until the campaign's time is over. */
async function goOn(parts: WalkParts, { journey, campaign, step }: StepContext): Promise<Settled> {
  const { ledger } = parts
  const [{ startedAt }, leads] = await Promise.all([ledger.control.read(campaign.id), ledger.search.walks()])
  const rules = effectiveDialRules(campaign.dial, journey.private.phone ?? '')
  const expiresAt = dialExpiresAt(rules, journey, startedAt)
  const spacingMs = walkSpacingMs(leads, parts.requestsPerSecond(campaign.provider))
  let settled: Settled = { result: 'gone' }
  const { result } = await ledger.journeys.transition(
    journey.id,
    draft => {
      const effect = handOverOf(draft.journey)
      const current = draft.step('walk', step.ref)
      if (current === undefined || current.dueAt > step.dueAt || effect === undefined) return false
      if (draft.now >= expiresAt) {
        settled = giveUp(draft, effect, step.ref)
        return undefined
      }
      const expectedAt = nextCallExpectedAt(draft.journey, effect)
      const at = nextWalkAt({ poll: campaign.poll, expectedAt, expiresAt, spacingMs, nowMs: draft.now })
      planWalk(draft, at)
      settled = { result: 'no_call_yet', nextInMs: at - draft.now }
      return undefined
    },
    journey,
  )

  function giveUp(draft: Draft, effect: Effect, ref: string): Settled {
    draft.drop('walk', ref)
    const last = draft.journey.attempts.at(-1)
    if (last !== undefined) {
      endDialersCalls(draft, last, campaign)
      return { result: 'ended' }
    }
    if (effect.state === 'unknown') {
      parkEffect(draft, effect, NEVER_CALLED)
      return { result: 'parked' }
    }
    stopDialing(draft, 'expired', NEVER_CALLED)
    return { result: 'expired' }
  }

  return result === 'committed' ? settled : { result: 'gone' }
}
