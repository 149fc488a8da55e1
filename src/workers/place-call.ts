import { setTimeout as wait } from 'node:timers/promises'
import { nextPollAt } from '../campaigns/poll-plan.ts'
import { callKey, stopDialing } from '../ledger/effects.ts'
import { callOffTexts } from '../ledger/follow-ups.ts'
import { isHolding, stepId } from '../ledger/journey.ts'
import { releaseCall, reserveCall } from '../ledger/people.ts'
import { stepBackoff } from './backoff.ts'
import { createLead } from './create-lead.ts'
import { type CallParts, mayDial, passGates } from './dial-gates.ts'
import { heedRefusal } from './do-not-contact.ts'
import { type HeedParts, heedLead } from './heed-lead.ts'
import { performEffect } from './perform-effect.ts'
import type { Settled } from './settled.ts'
import type { StepContext } from './step-job.ts'

/** Starts are given out less than this ahead. */
const MAX_TURN_MS = 2_000

/** Dials: every gate is asked again at this moment, then the number is taken and the call placed. */
export function createPlaceCall(parts: CallParts & HeedParts) {
  const dial = (context: StepContext): Promise<Settled> => {
    const { journey, campaign, step } = context
    const number = Number(step.ref)
    return passGates(parts, context, async (rules, expiresAt) => {
      // Before the first call nobody has been called or texted, and few vendors say whom not to call.
      const asked = { provider: campaign.provider, leadId: journey.leadId, purpose: 'dial' } as const
      const asksFirst = parts.provider(campaign.provider).keepsDoNotContact === true
      const calledOff = number > 1 || asksFirst ? await heedLead(parts, context, asked) : undefined
      if (calledOff !== undefined) return calledOff
      const table = await parts.ledger.pollTables.of(campaign)
      return performEffect(parts, context, {
        effectKey: callKey(journey.id, number),
        step,
        backoff: stepBackoff,
        intend(draft) {
          const until = draft.effect(callKey(journey.id, number))?.until ?? draft.now
          reserveCall(draft, number, rules, until + campaign.poll.deadlineMs)
          const begunAt = expiresAt - rules.notAfterMs
          if (begunAt > draft.journey.createdAt) draft.journey.begunAt = begunAt
          draft.journey.attempts.push({ number, state: 'intended', intendedAt: draft.now })
        },
        lastLook: () => mayDial(parts, context),
        budget: { port: parts.provider(campaign.provider), purpose: 'dial' },
        request: options => parts.provider(campaign.provider).placeCall(callRequest(context), options),
        done(draft, { interactionId }) {
          const attempt = draft.attempt(number)
          const named = interactionId === undefined ? {} : { interactionId }
          if (attempt === undefined) return named
          attempt.state = 'live'
          Object.assign(attempt, named)
          attempt.placedAt = draft.now
          const asked = { poll: campaign.poll, placedAt: draft.now, nowMs: draft.now, table }
          draft.plan('poll', step.ref, nextPollAt({ ...asked, lastPollAt: undefined }))
          callOffTexts(draft, campaign, 'attempt')
          return named
        },
        refused(draft) {
          const attempt = draft.attempt(number)
          if (attempt !== undefined) {
            attempt.state = 'refused'
            attempt.endedAt = draft.now
          }
          releaseCall(draft, number, false)
          const error = draft.effect(callKey(journey.id, number))?.error
          stopDialing(draft, 'refused', error?.code)
          heedRefusal(draft, error, parts.ledger.seal)
        },
        withdrawn(draft) {
          draft.journey.attempts = draft.journey.attempts.filter(attempt => attempt.number !== number)
          releaseCall(draft, number, false)
        },
        reinstate(draft) {
          draft.journey.attempts.push({ number, state: 'unknown', intendedAt: draft.now })
        },
        unknown(draft) {
          const attempt = draft.attempt(number)
          if (attempt !== undefined) attempt.state = 'unknown'
        },
      })
    })
  }

  return async (context: StepContext): Promise<Settled> => {
    await turn(context)
    try {
      if (context.journey.leadId !== '') return await dial(context)
      const created = await createLead(parts, context)
      return 'settled' in created ? created.settled : await dial(created.context)
    } finally {
      await freePlace(parts, context)
    }
  }
}

/** Waits for this call's turn in its campaign's pace, which is at most a moment away. */
async function turn({ startAt, now, signal }: StepContext): Promise<void> {
  const waitMs = Math.min((startAt ?? 0) - now, MAX_TURN_MS)
  if (waitMs > 0) await wait(waitMs, undefined, { signal }).catch(() => {})
}

/** A place that was taken for a call which was then not made is given back. */
async function freePlace({ ledger }: CallParts, { journey, campaign, step }: StepContext): Promise<void> {
  const after = await ledger.journeys.load(journey.id)
  const attempt = after?.attempts.find(({ number }) => String(number) === step.ref)
  if (attempt === undefined || !isHolding(attempt)) await ledger.live.release(campaign.id, stepId(journey.id, step))
}

function callRequest({ journey, campaign }: StepContext) {
  const { campaignId, workflowId, channel } = campaign.account
  return {
    leadId: journey.leadId,
    // A journey without a valid number never gets a dial step.
    phone: journey.private.phone ?? '',
    ...(campaignId === undefined ? {} : { campaignId }),
    ...(workflowId === undefined ? {} : { workflowId }),
    ...(channel === undefined ? {} : { channel }),
    ...(campaign.dial.instructions === undefined ? {} : { instructions: campaign.dial.instructions }),
    ...(journey.test ? { test: true } : {}),
  }
}
