import type { Campaign, DialRules } from '../campaigns/campaign.ts'
import { dialExpiresAt } from '../campaigns/dial-gate.ts'
import { handOverGate } from '../campaigns/hand-over-gate.ts'
import { effectiveDialRules } from '../campaigns/state-rules.ts'
import { dropWalk, handOverKey, stopDialing } from '../ledger/effects.ts'
import { followDialer } from '../ledger/hand-over.ts'
import { shardOfJourney } from '../ledger/identity.ts'
import type { Ledger } from '../ledger/index.ts'
import { callGuards, guardCall } from '../ledger/people.ts'
import type { Seal } from '../seal.ts'
import { stepBackoff } from './backoff.ts'
import type { Deed } from './deed.ts'
import { heedRefusal } from './do-not-contact.ts'
import { putOffStep, stopJourney } from './set-aside.ts'
import type { Settled } from './settled.ts'
import type { StepContext } from './step-job.ts'

/** A lead that may be handed over. */
export interface Candidate extends StepContext {
  /** By which its number may be called. */
  rules: DialRules
  expiresAt: number
  seal: Seal
}

/** What the vendor says of a lead it has taken. */
export interface Taken {
  /** When it means to call, ms. */
  nextCallAt: number | undefined
}

/** Clocks of this machine and of Redis differ a little: never ask again sooner than this. */
const MIN_WAIT_MS = 1_000

/** Those whom nothing holds back; the others wait or are stopped, and their timelines say why. */
export async function screen(
  parts: { ledger: Ledger },
  campaign: Campaign,
  contexts: readonly StepContext[],
): Promise<Candidate[]> {
  const { startedAt } = await parts.ledger.control.read(campaign.id)
  const screened = await Promise.all(
    contexts.map(async (context): Promise<Candidate | undefined> => {
      const { journey, now } = context
      const rules = effectiveDialRules(campaign.dial, journey.private.phone ?? '')
      const expiresAt = dialExpiresAt(rules, journey, startedAt)
      const person = await parts.ledger.people.read({ id: journey.person, shard: shardOfJourney(journey.id) ?? '' })
      if (person.suppressed.includes('voice')) {
        await stopJourney(parts, context, 'suppressed')
        return undefined
      }
      const gate = handOverGate(rules, person, now, expiresAt)
      if ('open' in gate) return { ...context, rules, expiresAt, seal: parts.ledger.seal }
      if ('never' in gate) await stopJourney(parts, context, gate.never, gate.detail)
      else await putOffStep(parts, context, gate.at, gate.why)
      return undefined
    }),
  )
  return screened.filter(candidate => candidate !== undefined)
}

/** The number was open when it was screened, and is not at the moment of the intent. */
export function refusedBy(parts: { ledger: Ledger }, context: StepContext, guard: string): Promise<Settled> {
  if (guard === callGuards.suppressed) return stopJourney(parts, context, 'suppressed')
  const why = guard === callGuards.live ? 'live_call' : 'budget'
  return putOffStep(parts, context, context.now + MIN_WAIT_MS, why)
}

/** What its journey learns from each way in which the hand-over of a lead can end. */
export function deedOf({ journey, campaign, step, rules, expiresAt, seal }: Candidate): Deed<Taken> {
  const key = handOverKey(journey.id)
  return {
    effectKey: key,
    step,
    backoff: stepBackoff,
    intend: draft => guardCall(draft, rules),
    done(draft, { nextCallAt }) {
      followDialer(draft, Math.min(nextCallAt ?? draft.now + campaign.poll.walkMs, expiresAt))
      return nextCallAt === undefined ? undefined : { nextCallAt: new Date(nextCallAt).toISOString() }
    },
    refused(draft) {
      const error = draft.effect(key)?.error
      stopDialing(draft, 'refused', error?.code)
      heedRefusal(draft, error, seal)
    },
    // An answer that came after it had been taken for handed over.
    withdrawn: dropWalk,
  }
}
