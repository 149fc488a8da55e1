import type { PixelAct } from '../campaigns/campaign.ts'
import { repeatableUntil } from '../campaigns/pixel-repeat.ts'
import { pixelExpiresAt, platformOf } from '../campaigns/replay-rule.ts'
import type { Provider } from '../clients/ports.ts'
import type { ConversionPort } from '../clients/receiver-ports.ts'
import { UnavailableError } from '../errors.ts'
import type { Destination } from '../ledger/destinations.ts'
import { effectOfStep } from '../ledger/effects.ts'
import type { Effect } from '../ledger/journey.ts'
import { leadIdAt, notKnownAt } from '../ledger/lead-at.ts'
import type { Logger } from '../logger.ts'
import { able } from './able.ts'
import { pixelBackoff } from './backoff.ts'
import { claimOnce, HadElsewhere } from './claim-once.ts'
import { conversionOf, eventIdOf, isRecognisable, personOf } from './conversion.ts'
import type { Deed } from './deed.ts'
import { mayAct, ReplayCancelled } from './hold.ts'
import { readLead } from './lead-record.ts'
import { type EffectParts, expireLate, HeldBack, performEffect } from './perform-effect.ts'
import { createPixelBatches } from './pixel-batches.ts'
import { createPixelGate, type Pass } from './pixel-gate.ts'
import { failureOfBatch } from './pixel-verdict.ts'
import {
  holdPixel,
  parkPlannedEffect,
  putOffStep,
  refuseWithoutRule,
  skipPlannedEffect,
  takeBackReplay,
} from './set-aside.ts'
import type { Settled } from './settled.ts'
import type { StepContext } from './step-job.ts'

export interface PixelParts extends EffectParts {
  provider: (name: string) => Provider
  /** An ad platform. */
  destination: (name: string) => ConversionPort
  logger: Logger
}

/** One lost answer puts no more pixels than this before a person; a few requests a second still carry hundreds. */
const PARKED_AT_ONCE = 20

/** One pixel that is to be fired now. */
interface Shot {
  context: StepContext
  /** Under which LeadSail knows the lead, where it is fired there. */
  leadId: string
  effect: Effect
  act: PixelAct
  pass: Pass
  deed: Deed<void>
}

/** Its destination takes none now. */
class DestinationHeld extends HeldBack {
  readonly destination: Destination

  constructor(destination: Destination) {
    super('destination_paused', 0)
    this.destination = destination
  }
}

/** Fires a conversion event, at most once per journey or per lead, as its rule says: by LeadSail, or at the ad platform. */
export function createFirePixel(parts: PixelParts) {
  const { ledger, clock } = parts
  const gate = createPixelGate(parts)
  const batches = createPixelBatches({
    port: parts.destination,
    watch: (pass, request) => gate.watch(pass, request, failureOfBatch),
  })

  function fireByLeadSail({ context, leadId, act, pass, deed }: Shot, lastLook: LastLook): Promise<Settled> {
    const port = able(parts.provider(act.via), act.via, 'firePixel')
    const request = { ...pixelRequest(act), leadId, platform: platformOf(act) }
    return performEffect(parts, context, {
      ...deed,
      lastLook,
      budget: { port, purpose: 'pixel' },
      request: options => gate.watch(pass, () => port.firePixel(request, options)),
    })
  }

  async function fireAtPlatform({ context, effect, act, pass, deed }: Shot, lastLook: LastLook): Promise<Settled> {
    const person = personOf(context.journey, await readLead(parts, context, effect))
    if (!isRecognisable(person, act.via)) {
      const why = 'neither phone nor email nor click id is known: the platform could not tell who it is'
      return skipPlannedEffect(parts, context, effect, why)
    }
    const { testEventCode, onUnknown } = act
    const seat = batches.seat({ pass, testEventCode, ...(onUnknown === 'park' && { atMost: PARKED_AT_ONCE }) })
    try {
      return await performEffect(parts, context, {
        ...deed,
        lastLook,
        budget: { port: seat, purpose: 'pixel' },
        request: () => seat.send(conversionOf(act, effect, person)),
        done: () => ({ event: act.event, eventId: eventIdOf(effect) }),
      })
    } finally {
      seat.leave()
    }
  }

  /** Why nothing can be sent this way at all, if so. */
  function missingSetUp({ via }: PixelAct): UnavailableError | undefined {
    try {
      via === 'leadsail' ? parts.provider(via) : parts.destination(via)
      return undefined
    } catch (error) {
      if (error instanceof UnavailableError) return error
      throw error
    }
  }

  /** What keeps it from being fired is found out here; then it is fired, or waits. */
  async function fire(context: StepContext, effect: Effect, act: PixelAct, deed: Deed<void>, until: number) {
    const leadId = act.via === 'leadsail' ? leadIdAt(context.journey, act.via) : context.journey.leadId
    if (leadId === undefined) return skipPlannedEffect(parts, context, effect, notKnownAt(act.via))
    const entered = await gate.enter(act)
    if ('held' in entered) return holdPixel(parts, context, effect, entered.held, until)
    const { pass } = entered
    const lastLook: LastLook = async () => {
      const held = await gate.heldNow(pass)
      if (held !== undefined) return new DestinationHeld(held)
      const mustWait = await mayAct(ledger, context.campaign.id, effect)
      if (mustWait !== undefined || act.once === 'journey') return mustWait
      return claimOnce(ledger, context.journey, effect)
    }
    const shot = { context, leadId, effect, act, pass, deed }
    try {
      const missing = missingSetUp(act)
      if (missing !== undefined)
        return await holdPixel(parts, context, effect, await gate.missing(pass, missing), until)
      return await (act.via === 'leadsail' ? fireByLeadSail(shot, lastLook) : fireAtPlatform(shot, lastLook))
    } catch (error) {
      if (error instanceof DestinationHeld) return holdPixel(parts, context, effect, error.destination, until)
      if (error instanceof ReplayCancelled) return takeBackReplay(parts, context, effect)
      if (error instanceof HadElsewhere) return skipPlannedEffect(parts, context, effect, error.message)
      if (error instanceof HeldBack) return putOffStep(parts, context, context.now + error.forMs, error.message)
      throw error
    } finally {
      await gate.leave(pass)
    }
  }

  return async (context: StepContext): Promise<Settled> => {
    const { journey, campaign, step, now } = context
    const effect = effectOfStep(journey, 'pixel', step.ref)
    const act = campaign.followUps.find(followUp => followUp.id === step.ref)?.act
    if (effect === undefined) return { result: 'gone' }
    if (act?.kind !== 'pixel') return refuseWithoutRule(parts, context, effect)
    if (journey.test && act.testEventCode === undefined) {
      return skipPlannedEffect(
        parts,
        context,
        effect,
        'a test, and the pixel has no testEventCode: it would count as real',
      )
    }
    const expiresAt = pixelExpiresAt({ plannedAt: effect.plannedAt, replayedAt: effect.replay?.at }, act)
    const deed: Deed<void> = {
      effectKey: effect.key,
      step,
      backoff: pixelBackoff,
      expiresAt,
      mayRepeat: act.onUnknown === 'retry',
      intend: () => {},
      done: () => ({ event: act.event }),
    }
    if (clock.now() > expiresAt) return expireLate(parts, journey, deed)
    const repeatUntil = repeatableUntil(act, effect.unclearSince) ?? Number.POSITIVE_INFINITY
    if (now > repeatUntil) {
      const why = 'an earlier try may have arrived, and its platform would count another one by now'
      return parkPlannedEffect(parts, context, effect, why)
    }
    return fire(context, effect, act, deed, Math.min(expiresAt, repeatUntil))
  }
}

type LastLook = () => Promise<HeldBack | undefined>

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
