import type { Campaign } from '../campaigns/campaign.ts'
import { type Outcome, outcomes, type ProviderName } from '../campaigns/vocabulary.ts'
import type { Clock } from '../clock.ts'
import type { TrippingCall } from '../ledger/control.ts'
import { callKey } from '../ledger/effects.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Logger } from '../logger.ts'
import type { Settled } from './settled.ts'
import type { StepContext } from './step-job.ts'

type Act = (context: StepContext) => Promise<Settled>

/** What one try says about whether calls of this campaign get through. */
type Verdict = 'succeeded' | { failed: string } | { keyRefused: string } | undefined

const vendorNames: Record<ProviderName, string> = {
  leadsail: 'LeadSail',
  leadconnector: 'LeadConnector',
  naturalead: 'NaturaLead',
}

/**
 * Watches how dials and calls end. Too many failures pause the campaign by its breaker's rules; a refused key pauses it
 * at once, breaker or not, for every further dial would be refused too. It watches after the step's own transition: a
 * crash in between costs one count, never a call.
 */
export function createBreakerWatch(parts: { ledger: Ledger; clock: Clock; logger: Logger }): (act: Act) => Act {
  const { ledger, clock, logger } = parts

  async function trip(campaign: Campaign, why: string, calls: readonly TrippingCall[]): Promise<void> {
    const { id } = campaign
    // Whoever comes first pauses it; a call that fails afterwards finds it paused.
    if (!(await ledger.control.change(id, ['running'], 'paused', { why, trippedBy: calls }))) return
    await ledger.audit.note({ by: 'breaker', what: 'campaign.paused', subject: id, detail: why })
    logger.error({ campaign: id, why, calls, alert: true }, 'campaign.breaker_tripped')
  }

  async function watch({ journey, campaign, step }: StepContext, settled: Settled): Promise<void> {
    const verdict = verdictOf(settled)
    if (verdict === undefined) return
    const { effect = callKey(journey.id, Number(step.ref)) } = settled
    if (typeof verdict === 'object' && 'keyRefused' in verdict) {
      const why = `${vendorNames[campaign.provider]} refused the API key`
      await trip(campaign, why, [{ effect, code: verdict.keyRefused, at: clock.now() }])
      return
    }
    const rules = campaign.dial.breaker
    if (rules === undefined) return
    const failed = typeof verdict === 'object' ? verdict : {}
    const found = await ledger.breaker.count(campaign.id, { effect, ...failed }, rules)
    if (found === undefined) return
    const share = `${found.failed} of ${found.total} calls failed within ${rules.windowMs / 1000} s`
    const allowed = Math.round(rules.failureShare * 1_000) / 10
    await trip(campaign, `${share}; the breaker allows less than ${allowed} %`, found.calls)
  }

  return act => async context => {
    const settled = await act(context)
    await watch(context, settled)
    return settled
  }
}

function verdictOf({ result, error }: Settled): Verdict {
  const isDial = result === 'refused' || result === 'unknown' || result === 'put_off'
  if (isDial && error !== undefined && isKeyFault(error)) return { keyRefused: error.code }
  if (result === 'handed_over') return 'succeeded'
  if (result === 'refused' || result === 'unknown') return { failed: error?.code ?? result }
  if (result === 'put_off') {
    // A throttle says that too many calls get through; our own stop says nothing.
    return error?.class === 'UnavailableError' && error.code !== 'STOPPING' ? { failed: error.code } : undefined
  }
  if (!isOutcome(result)) return undefined
  return result === 'failed' || result === 'unmapped' ? { failed: result } : 'succeeded'
}

/** However the vendor words it: with this status or code no dial gets through. */
function isKeyFault({ code, status }: NonNullable<Settled['error']>): boolean {
  return status === 401 || status === 403 || code === 'UNAUTHORIZED'
}

function isOutcome(text: string): text is Outcome {
  return (outcomes as readonly string[]).includes(text)
}
