import { isOpen, nextOpenAt } from '../campaigns/call-window.ts'
import type { TextAct } from '../campaigns/campaign.ts'
import { renderSmsText } from '../campaigns/sms-text.ts'
import type { Provider } from '../clients/ports.ts'
import { RejectedError } from '../errors.ts'
import type { Effect, Journey } from '../ledger/journey.ts'
import { callGuards, notSuppressed } from '../ledger/people.ts'
import { stepBackoff } from './backoff.ts'
import { mayAct } from './hold.ts'
import { type EffectParts, HeldBack, performEffect, RefusedByGuard } from './perform-effect.ts'
import { putOffStep, skipPlannedEffect } from './set-aside.ts'
import type { Settled } from './settled.ts'
import type { StepContext } from './step-job.ts'

export interface TextParts extends EffectParts {
  provider: (name: string) => Provider
}

/** A follow-up text that could not be sent for this long is no follow-up any more. */
const TEXT_RETRY_FOR_MS = 24 * 3_600_000

/** How far ahead a quiet time is looked through for its end. */
const LOOK_AHEAD_MS = 14 * 24 * 3_600_000

/** Texts: quiet hours and suppression are asked at this moment, in the lead's zone and for the number itself. */
export function createSendSms(parts: TextParts) {
  return async (context: StepContext): Promise<Settled> => {
    const { journey, campaign, step, now } = context
    const effect = journey.effects.find(entry => entry.kind === 'sms' && entry.rule === step.ref)
    const act = campaign.followUps.find(followUp => followUp.id === step.ref)?.act
    if (effect === undefined) return { result: 'gone' }
    if (act?.kind !== 'sms') return skipPlannedEffect(parts, context, effect, 'the campaign has no such text any more')

    if (!isOpen(act.hours, journey.zones, now)) {
      const openAt = nextOpenAt(act.hours, journey.zones, now, now + LOOK_AHEAD_MS)
      return openAt === undefined
        ? skipPlannedEffect(parts, context, effect, 'quiet_hours')
        : putOffStep(parts, context, openAt, 'quiet_hours')
    }
    const text = compose(act, context, effect)
    if (text instanceof RejectedError) return skipPlannedEffect(parts, context, effect, text.message)

    try {
      return await performEffect(parts, context, {
        effectKey: effect.key,
        step,
        backoff: stepBackoff,
        expiresAt: (effect.dueAt ?? effect.plannedAt) + TEXT_RETRY_FOR_MS,
        intend(draft) {
          draft.guards.push(notSuppressed(draft, 'sms'))
          draft.journey.private.texts = { ...draft.journey.private.texts, [effect.key]: text }
        },
        // The waiting for the budget may have lasted into the quiet hours.
        lastLook: async () =>
          (await mayAct(parts.ledger, campaign.id)) ?? quietNow(act, journey.zones, parts.clock.now()),
        budget: { port: parts.provider(act.via), purpose: 'sms' },
        request: options => parts.provider(act.via).sendText(textRequest(context, text), options),
        done: (_draft, { messageId, interactionId }) => ({
          messageId,
          ...(interactionId === undefined ? {} : { interactionId }),
        }),
      })
    } catch (error) {
      if (error instanceof HeldBack) return putOffStep(parts, context, now + error.forMs, error.message)
      if (!(error instanceof RefusedByGuard) || error.guard !== callGuards.suppressed) throw error
      return skipPlannedEffect(parts, context, effect, 'suppressed')
    }
  }
}

/** How soon a text that met the beginning of the quiet hours asks for their end. */
const QUIET_RECHECK_MS = 1_000

function quietNow(act: TextAct, zones: readonly string[], now: number): HeldBack | undefined {
  return isOpen(act.hours, zones, now) ? undefined : new HeldBack('quiet_hours', QUIET_RECHECK_MS)
}

function textRequest({ journey, campaign }: StepContext, text: string) {
  const { campaignId } = campaign.account
  return {
    leadId: journey.leadId,
    phone: journey.private.phone ?? '',
    text,
    ...(campaignId === undefined ? {} : { campaignId }),
  }
}

function compose(act: TextAct, { journey, campaign }: StepContext, effect: Effect): string | RejectedError {
  const attempt = journey.attempts.find(entry => entry.number === effect.attempt)
  try {
    return renderSmsText(act.text, { lead: leadScope(journey), campaign, call: callScope(journey, attempt) })
  } catch (error) {
    if (error instanceof RejectedError) return error
    throw error
  }
}

function leadScope({ private: details }: Journey) {
  const { firstName, lastName, email, phone, fields } = details
  return { firstName, lastName, email, phone, fields }
}

function callScope(journey: Journey, attempt: Journey['attempts'][number] | undefined) {
  if (attempt === undefined) return {}
  return {
    outcome: attempt.outcome,
    summary: journey.private.summaries?.[attempt.number],
    talkSeconds: attempt.talkMs === undefined ? undefined : Math.round(attempt.talkMs / 1000),
  }
}
