import { isOpen } from '../campaigns/call-window.ts'
import type { DialRules } from '../campaigns/campaign.ts'
import { budgetGate, type DialGate, dialExpiresAt, windowGate } from '../campaigns/dial-gate.ts'
import { effectiveDialRules } from '../campaigns/state-rules.ts'
import type { Provider } from '../clients/ports.ts'
import { stopByDoing } from '../ledger/heard.ts'
import { shardOfJourney } from '../ledger/identity.ts'
import { stepId } from '../ledger/journey.ts'
import { callGuards } from '../ledger/people.ts'
import { holdOfDials } from './hold.ts'
import { type EffectParts, HeldBack, RefusedByGuard } from './perform-effect.ts'
import { putOffStep, stopJourney } from './set-aside.ts'
import type { Settled } from './settled.ts'
import type { StepContext } from './step-job.ts'

/** What stands before a dial, and before the creation of a lead for one: nobody is created who would not be called. */

export interface CallParts extends EffectParts {
  provider: (name: string) => Provider
}

/** While a number is busy with another call: how often to look whether it is free. */
const LIVE_RECHECK_MS = 5_000

/** Clocks of this machine and of Redis differ a little: never ask again sooner than this. */
const MIN_WAIT_MS = 1_000

/** Acts when every gate is open, by the rules that hold for this number; else the step waits or the journey stops. */
export async function passGates(
  parts: CallParts,
  context: StepContext,
  act: (rules: DialRules, expiresAt: number) => Promise<Settled>,
): Promise<Settled> {
  const { journey, campaign, now } = context
  const doing = stopByDoing(journey, campaign)
  if (doing !== undefined) return stopJourney(parts, context, doing)
  const rules = effectiveDialRules(campaign.dial, journey.private.phone ?? '')
  const { startedAt } = await parts.ledger.control.read(campaign.id)
  const expiresAt = dialExpiresAt(rules, journey, startedAt)
  const closed = await heed(parts, context, windowGate(rules, journey.zones, now, expiresAt))
  if (closed !== undefined) return closed
  try {
    return await act(rules, expiresAt)
  } catch (error) {
    if (error instanceof HeldBack) return putOffStep(parts, context, now + error.forMs, error.message)
    if (!(error instanceof RefusedByGuard)) throw error
    return refusedBy(parts, context, rules, error.guard, expiresAt)
  }
}

/** Asked right before the intent, after any waiting: a pause must bite at once, and a place must be held. */
export async function mayDial(
  parts: CallParts,
  { journey, campaign, step }: StepContext,
): Promise<HeldBack | undefined> {
  const { live } = parts.ledger
  const held = (await holdOfDials(parts.ledger, campaign.id))(journey)
  if (held !== undefined) return held
  // The waiting may have lasted into the lead's evening.
  const { hours } = effectiveDialRules(campaign.dial, journey.private.phone ?? '')
  if (!isOpen(hours, journey.zones, parts.clock.now())) return new HeldBack('window', MIN_WAIT_MS)
  const leaseMs = parts.requestTimeoutMs + campaign.reconcile.skewMs + campaign.poll.deadlineMs
  const holder = stepId(journey.id, step)
  const hasPlace = await live.take(campaign.id, holder, campaign.dial.pace.maxLive, leaseMs)
  return hasPlace ? undefined : new HeldBack('max_live', MIN_WAIT_MS)
}

/** The number could not be taken: stop, or come back when it is free. */
async function refusedBy(
  parts: CallParts,
  context: StepContext,
  rules: DialRules,
  guard: string,
  expiresAt: number,
): Promise<Settled> {
  const { journey, now } = context
  if (guard === callGuards.suppressed) return stopJourney(parts, context, 'suppressed')
  if (guard === callGuards.live) return putOffStep(parts, context, now + LIVE_RECHECK_MS, 'live_call')

  const record = await parts.ledger.people.read({ id: journey.person, shard: shardOfJourney(journey.id) ?? '' })
  const gate = budgetGate(rules, journey.zones, record, now, expiresAt, MIN_WAIT_MS)
  return (await heed(parts, context, gate)) ?? putOffStep(parts, context, now + MIN_WAIT_MS, 'budget')
}

/** What a gate that is not open makes of the step; `undefined` where it is. */
async function heed(parts: CallParts, context: StepContext, gate: DialGate): Promise<Settled | undefined> {
  if ('open' in gate) return undefined
  return 'never' in gate
    ? stopJourney(parts, context, gate.never, gate.detail)
    : putOffStep(parts, context, gate.at, gate.why)
}
