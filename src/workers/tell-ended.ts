import type { EventPort } from '../clients/receiver-ports.ts'
import type { Clock, Random } from '../clock.ts'
import { isRedisError, UnavailableError } from '../errors.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Journey } from '../ledger/journey.ts'
import { isNotTold, isTold } from '../ledger/tellings.ts'
import type { Logger } from '../logger.ts'
import type { StepPayload } from '../queues/step-payload.ts'
import { type Backoff, backoffMs } from './backoff.ts'
import { errorFacts, type Handler, type Settled } from './settled.ts'
import { CLOCK_TOLERANCE_MS } from './step-job.ts'

export interface TellParts {
  ledger: Ledger
  clock: Clock
  random: Random
  logger: Logger
  ends: EndEvents
}

/** Who wants to hear of ended journeys, and what they are told. */
export interface EndEvents {
  /** Absent where nobody does any more. */
  receiver?: EventPort | undefined
  /** A journey without personal data. */
  describe: (journey: Journey) => unknown
}

/** A receiver that was restarted is told at once, one that is away for days is asked once an hour. */
const tellBackoff: Backoff = { firstMs: 10_000, maxMs: 3_600_000 }

/** The same end has the same id on every try, and an end that comes after a replay another one. */
function endEventId(journeyId: string, endedAt: number): string {
  return `${journeyId}_ended_${endedAt}`
}

/** Tells that a journey has ended, at least once. Whatever goes wrong, it is tried again until its time is over. */
export function createTellEnded(parts: TellParts): Handler<StepPayload> {
  const { ledger, clock } = parts
  return async ({ journeyId, ref }, { signal }) => {
    const journey = await ledger.journeys.load(journeyId)
    const step = journey?.steps.find(entry => entry.kind === 'tell' && entry.ref === ref)
    if (journey === undefined || step === undefined) return { result: 'gone', journeyId }
    const tries = step.tries + 1
    const about = { journeyId, campaign: journey.campaign, try: tries }
    const nextInMs = step.dueAt - clock.now()
    if (nextInMs > CLOCK_TOLERANCE_MS) return { ...about, result: 'not_due', nextInMs }
    try {
      await tell(parts, journey, signal)
    } catch (error) {
      if (isRedisError(error)) throw error
      return { ...about, ...(await tellAgain(parts, journey, { ref, tries }, error)) }
    }
    const { result } = await ledger.journeys.transition(
      journeyId,
      draft => {
        if (draft.step('tell', ref) === undefined) return false
        isTold(draft, tries)
        return undefined
      },
      journey,
    )
    return { ...about, result: result === 'committed' ? 'told' : 'gone' }
  }
}

async function tell({ ends }: TellParts, journey: Journey, signal: AbortSignal): Promise<void> {
  const { receiver, describe } = ends
  if (receiver === undefined) throw new UnavailableError('EVENT_WEBHOOK_URL is not set', { code: 'NOT_CONFIGURED' })
  const at = journey.endedAt ?? 0
  const event = { id: endEventId(journey.id, at), type: 'journey.ended', at, data: describe(journey) }
  await receiver.tell(event, { signal })
}

async function tellAgain(
  { ledger, random, logger }: TellParts,
  journey: Journey,
  { ref, tries }: { ref: string; tries: number },
  error: unknown,
): Promise<Settled> {
  const facts = errorFacts(error, journey.private)
  const delayMs = backoffMs(tellBackoff, tries, random, error)
  let settled: Settled = { result: 'gone', error: facts }
  const { result } = await ledger.journeys.transition(
    journey.id,
    draft => {
      const current = draft.step('tell', ref)
      if (current === undefined || current.tries >= tries) return false
      const kept = isNotTold(draft, { ref, tries, again: draft.now + delayMs }, facts)
      settled = { result: kept, error: facts, ...(kept === 'put_off' ? { nextInMs: delayMs } : {}) }
      return undefined
    },
    journey,
  )
  if (result !== 'committed') return { result: 'gone', error: facts }
  if (settled.result === 'given_up') {
    logger.error({ journeyId: journey.id, code: facts.code, tries, alert: true }, 'end.telling_given_up')
  }
  return settled
}
