import type { PixelAct } from '../campaigns/campaign.ts'
import type { BudgetPort, PixelPort } from '../clients/ports.ts'
import { pixelBackoff } from './backoff.ts'
import { mayAct } from './hold.ts'
import { type EffectParts, HeldBack, performEffect } from './perform-effect.ts'
import { putOffStep, skipPlannedEffect } from './set-aside.ts'
import type { Settled } from './settled.ts'
import type { StepContext } from './step-job.ts'

export interface PixelParts extends EffectParts {
  pixels: (via: PixelAct['via']) => PixelPort & BudgetPort
}

/** Fires a conversion event, at most once per journey or per lead, as its rule says. */
export function createFirePixel(parts: PixelParts) {
  return async (context: StepContext): Promise<Settled> => {
    const { journey, campaign, step } = context
    const effect = journey.effects.find(entry => entry.kind === 'pixel' && entry.rule === step.ref)
    const act = campaign.followUps.find(followUp => followUp.id === step.ref)?.act
    if (effect === undefined) return { result: 'gone' }
    if (act?.kind !== 'pixel') {
      return skipPlannedEffect(parts, context, effect, 'the campaign has no such pixel any more')
    }
    const port = parts.pixels(act.via)
    const platform = act.platform ?? (act.via === 'tiktok' ? 'tiktok' : 'facebook')
    if (act.once === 'lead' && !(await parts.ledger.leads.mark(effect.key, journey.id))) {
      return skipPlannedEffect(parts, context, effect, 'this lead has had it in an earlier journey')
    }
    return performEffect(parts, context, {
      effectKey: effect.key,
      step,
      backoff: pixelBackoff,
      expiresAt: effect.plannedAt + act.retryForMs,
      intend: () => {},
      lastLook: () => mayAct(parts.ledger, campaign.id),
      budget: { port, purpose: 'pixel' },
      request: options => port.firePixel({ ...pixelRequest(act), leadId: journey.leadId, platform }, options),
      done: () => ({ event: act.event }),
    }).catch(error => {
      if (error instanceof HeldBack) return putOffStep(parts, context, context.now + error.forMs, error.message)
      throw error
    })
  }
}

function pixelRequest({ pixelId, event, actionSource, value, currency, testEventCode }: PixelAct) {
  return {
    pixelId,
    event,
    actionSource,
    ...(value === undefined ? {} : { value }),
    ...(currency === undefined ? {} : { currency }),
    ...(testEventCode === undefined ? {} : { testEventCode }),
  }
}
