import type { Provider } from '../clients/ports.ts'
import type { Clock, Random } from '../clock.ts'
import { isKeyRefused, isRedisError, RateLimitedError, RejectedError } from '../errors.ts'
import type { Draft } from '../ledger/draft.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Journey } from '../ledger/journey.ts'
import {
  isCurrent,
  isNotWritten,
  isWriteRefused,
  isWritten,
  recordId,
  type WriteTry,
  writeTargets,
} from '../ledger/write-backs.ts'
import type { Logger } from '../logger.ts'
import type { StepPayload } from '../queues/step-payload.ts'
import { able } from './able.ts'
import { type Backoff, backoffMs } from './backoff.ts'
import { errorFacts, type Handler, type Settled } from './settled.ts'
import { CLOCK_TOLERANCE_MS } from './step-job.ts'

export interface WriteParts {
  ledger: Ledger
  clock: Clock
  random: Random
  logger: Logger
  provider: (name: string) => Provider
}

/** Nobody waits for it: a vendor that is away is asked once an hour in the end. */
const writeBackoff: Backoff = { firstMs: 5_000, maxMs: 3_600_000 }

/**
 * Writes what came of a journey to the vendor's own record of the lead or its submission. Writing it twice is the same as
 * writing it once, so whatever goes wrong, it is tried again until its time is over; what the vendor refuses is left.
 */
export function createWriteBack(parts: WriteParts): Handler<StepPayload> {
  const { ledger, clock } = parts
  return async ({ journeyId, ref }, { signal }) => {
    const journey = await ledger.journeys.load(journeyId)
    const step = journey?.steps.find(entry => entry.kind === 'write' && entry.ref === ref)
    const target = writeTargets.find(name => name === ref)
    const status = journey?.writeBack?.status
    if (journey === undefined || step === undefined || target === undefined || status === undefined) {
      return { result: 'gone', journeyId }
    }
    const about = { journeyId, campaign: journey.campaign, try: step.tries + 1 }
    const nextInMs = step.dueAt - clock.now()
    if (nextInMs > CLOCK_TOLERANCE_MS) return { ...about, result: 'not_due', nextInMs }
    const write = { target, status, tries: step.tries + 1 }
    try {
      await patch(parts, journey, write, signal)
    } catch (error) {
      if (isRedisError(error)) throw error
      return { ...about, ...(await isNotDone(parts, journey, write, error)) }
    }
    return { ...about, ...(await settle(parts, journey, write, draft => isWritten(draft, write), 'written')) }
  }
}

async function patch(
  { provider }: WriteParts,
  journey: Journey,
  { target, status }: WriteTry,
  signal: AbortSignal,
): Promise<void> {
  const id = recordId(journey, target)
  if (id === undefined) throw new RejectedError(`the ${target} is not known any more`, { code: 'NOT_FOUND' })
  const vendor = able(provider(journey.provider), journey.provider, 'patchLead', 'patchSubmission')
  if (target === 'lead') await vendor.patchLead(id, { status }, { signal })
  else await vendor.patchSubmission(id, { status }, { signal })
}

async function isNotDone(parts: WriteParts, journey: Journey, write: WriteTry, error: unknown): Promise<Settled> {
  const facts = errorFacts(error, journey.private)
  const told = { error: facts }
  if (error instanceof RateLimitedError && error.code === 'BUDGET') {
    const nextInMs = Math.round((error.retryAfterMs ?? 0) * (1 + parts.random()))
    const putOff = (draft: Draft) =>
      draft.putOff({ kind: 'write', ref: write.target }, draft.now + nextInMs, 'vendor_budget')
    return { nextInMs, ...(await settle(parts, journey, write, putOff, 'vendor_budget')) }
  }
  if (error instanceof RejectedError && !isKeyRefused(error)) {
    return {
      ...told,
      ...(await settle(parts, journey, write, draft => isWriteRefused(draft, write, facts), 'refused')),
    }
  }
  const nextInMs = backoffMs(writeBackoff, write.tries, parts.random, error)
  let kept: 'put_off' | 'given_up' = 'put_off'
  const settled = await settle(
    parts,
    journey,
    write,
    draft => {
      kept = isNotWritten(draft, write, draft.now + nextInMs, facts)
    },
    'put_off',
  )
  if (settled.result === 'gone') return { ...told, ...settled }
  if (kept === 'put_off') return { ...told, ...settled, nextInMs }
  const { code } = facts
  parts.logger.error({ journeyId: journey.id, code, tries: write.tries, alert: true }, 'write_back.given_up')
  return { ...told, result: 'given_up' }
}

/** Writes down how a try ended, unless the record is to say something else by now: that is written by a try of its own. */
async function settle(
  { ledger }: WriteParts,
  journey: Journey,
  write: WriteTry,
  change: (draft: Draft) => void,
  result: string,
): Promise<Settled> {
  const { result: committed } = await ledger.journeys.transition(
    journey.id,
    draft => {
      if (!isCurrent(draft, write)) return false
      change(draft)
      return undefined
    },
    journey,
  )
  return { result: committed === 'committed' ? result : 'gone' }
}
