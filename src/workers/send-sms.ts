import { isOpen, nextOpenAt } from '../campaigns/call-window.ts'
import type { Hours, TextAct } from '../campaigns/campaign.ts'
import { segmentsOf } from '../campaigns/sms-segments.ts'
import { textHours } from '../campaigns/state-rules.ts'
import { RejectedError } from '../errors.ts'
import { composeText } from '../ledger/compose-text.ts'
import { effectOfStep } from '../ledger/effects.ts'
import { calledOffBecause } from '../ledger/follow-ups.ts'
import type { Effect } from '../ledger/journey.ts'
import { leadIdAt, notKnownAt } from '../ledger/lead-at.ts'
import { callGuards } from '../ledger/people.ts'
import { notSuppressed } from '../ledger/suppression-marks.ts'
import { able } from './able.ts'
import { stepBackoff } from './backoff.ts'
import { heedRefusal } from './do-not-contact.ts'
import { type HeedParts, heedLead } from './heed-lead.ts'
import { mayAct, ReplayCancelled } from './hold.ts'
import { type EffectParts, HeldBack, performEffect, RefusedByGuard } from './perform-effect.ts'
import { putOffStep, refuseWithoutRule, skipPlannedEffect, takeBackReplay } from './set-aside.ts'
import type { Settled } from './settled.ts'
import type { StepContext } from './step-job.ts'

export type TextParts = EffectParts & HeedParts

/** A follow-up text that could not be sent for this long is no follow-up any more. */
const TEXT_RETRY_FOR_MS = 24 * 3_600_000

/** How far ahead a quiet time is looked through for its end. */
const LOOK_AHEAD_MS = 14 * 24 * 3_600_000

/** Texts: quiet hours, the state's too, and suppression are asked at this moment, in the lead's zone and for the number itself. */
export function createSendSms(parts: TextParts) {
  return async (context: StepContext): Promise<Settled> => {
    const { journey, campaign, step, now } = context
    const effect = effectOfStep(journey, 'sms', step.ref)
    const act = campaign.followUps.find(followUp => followUp.id === step.ref)?.act
    if (effect === undefined) return { result: 'gone' }
    if (act?.kind !== 'sms') return refuseWithoutRule(parts, context, effect)

    const leadId = leadIdAt(journey, act.via)
    if (leadId === undefined) return skipPlannedEffect(parts, context, effect, notKnownAt(act.via))
    const rival = rivalOf(act, context, effect)
    if (rival === 'made') return skipPlannedEffect(parts, context, effect, calledOffBecause.attempt)
    if (rival === 'open') return putOffStep(parts, context, now + RIVAL_RECHECK_MS, 'another_attempt')
    const hours = textHours(campaign.dial, act.hours, journey.private.phone ?? '')
    if (!isOpen(hours, journey.zones, now)) {
      const openAt = nextOpenAt(hours, journey.zones, now, now + LOOK_AHEAD_MS)
      return openAt === undefined
        ? skipPlannedEffect(parts, context, effect, 'quiet_hours')
        : putOffStep(parts, context, openAt, 'quiet_hours')
    }
    const text = compose(act, context, effect)
    if (text instanceof RejectedError) return skipPlannedEffect(parts, context, effect, text.message)
    if (act.cancelOn.includes('reply') && journey.heard?.reply !== undefined) {
      return skipPlannedEffect(parts, context, effect, calledOffBecause.reply)
    }
    const expiresAt = (effect.dueAt ?? effect.plannedAt) + TEXT_RETRY_FOR_MS
    const port = able(parts.provider(act.via), act.via, 'sendText')
    const asked = { provider: act.via, leadId, purpose: 'sms' } as const
    const calledOff = now > expiresAt ? undefined : await heedLead(parts, context, asked)
    if (calledOff !== undefined) return calledOff

    try {
      return await performEffect(parts, context, {
        effectKey: effect.key,
        step,
        backoff: stepBackoff,
        expiresAt,
        intend(draft) {
          draft.guards.push(...notSuppressed(draft, 'sms'))
          draft.journey.private.texts = { ...draft.journey.private.texts, [effect.key]: text }
        },
        // The waiting for the budget may have lasted into the quiet hours.
        lastLook: async () =>
          (await mayAct(parts.ledger, campaign.id, effect)) ?? quietNow(hours, journey.zones, parts.clock.now()),
        budget: { port, purpose: 'sms' },
        request: options => port.sendText(textRequest(context, act, { leadId, text }), options),
        done: (_draft, { messageId, interactionId }) => ({
          messageId,
          ...(interactionId === undefined ? {} : { interactionId }),
          ...segmentsOf(text),
        }),
        refused: draft => heedRefusal(draft, draft.effect(effect.key)?.error, parts.ledger.seal),
      })
    } catch (error) {
      if (error instanceof ReplayCancelled) return takeBackReplay(parts, context, effect)
      if (error instanceof HeldBack) return putOffStep(parts, context, now + error.forMs, error.message)
      if (!(error instanceof RefusedByGuard) || error.guard !== callGuards.suppressed) throw error
      return skipPlannedEffect(parts, context, effect, 'suppressed')
    }
  }
}

/** How soon a text that met the beginning of the quiet hours asks for their end. */
const QUIET_RECHECK_MS = 1_000

function quietNow(hours: Hours, zones: readonly string[], now: number): HeldBack | undefined {
  return isOpen(hours, zones, now) ? undefined : new HeldBack('quiet_hours', QUIET_RECHECK_MS)
}

function textRequest({ journey, campaign }: StepContext, { via }: TextAct, to: { leadId: string; text: string }) {
  const { campaignId } = campaign.account
  const thread = threadOf({ journey, campaign }, via)
  return {
    ...to,
    phone: journey.private.phone ?? '',
    ...(campaignId === undefined ? {} : { campaignId }),
    ...(thread === undefined ? {} : { interactionId: thread }),
  }
}

/** Where the last text of this journey went, with the same vendor: the next one belongs there too. */
function threadOf({ journey, campaign }: Pick<StepContext, 'journey' | 'campaign'>, via: TextAct['via']) {
  const isVia = (rule: string) => {
    const act = campaign.followUps.find(({ id }) => id === rule)?.act
    return act?.kind === 'sms' && act.via === via
  }
  const sent = journey.effects.filter(({ kind, state, rule }) => kind === 'sms' && state === 'done' && isVia(rule))
  const thread = sent.sort((a, b) => (a.endedAt ?? 0) - (b.endedAt ?? 0)).at(-1)?.result?.['interactionId']
  return typeof thread === 'string' ? thread : undefined
}

/** While nobody can tell whether another call was made, a text that it would call off asks again after this long. */
const RIVAL_RECHECK_MS = 30_000

/** Whether a call that was begun after the one this text follows calls it off; `open` while that is not known. */
function rivalOf(
  { cancelOn }: TextAct,
  { journey }: StepContext,
  { attempt = 0 }: Effect,
): 'made' | 'open' | undefined {
  const later = cancelOn.includes('attempt') ? journey.attempts.filter(({ number }) => number > attempt) : []
  if (later.some(({ state }) => state === 'live' || state === 'ended')) return 'made'
  return later.some(({ state }) => state === 'intended' || state === 'unknown') ? 'open' : undefined
}

function compose(act: TextAct, { journey, campaign }: StepContext, effect: Effect): string | RejectedError {
  const call = journey.attempts.find(({ number }) => number === effect.attempt)
  try {
    return composeText(act, campaign, journey, call)
  } catch (error) {
    if (error instanceof RejectedError) return error
    throw error
  }
}
