import type { CampaignBook } from '../campaigns/book.ts'
import type { Campaign } from '../campaigns/campaign.ts'
import type { Clock, Random } from '../clock.ts'
import { isKeyRefused, isRedisError, RateLimitedError, UnavailableError } from '../errors.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Journey, Step } from '../ledger/journey.ts'
import { errorWithoutPerson } from '../ledger/without-person.ts'
import type { Logger } from '../logger.ts'
import type { StepPayload } from '../queues/step-payload.ts'
import type { StepKind } from '../redis/keys.ts'
import { backoffMs, stepBackoff } from './backoff.ts'
import { parkStep } from './park.ts'
import { errorFacts, type Handler, type Settled } from './settled.ts'

/** A failure that no kind explains is our bug: a few tries in case it passes, then a person has to look. */
export const MAX_UNEXPLAINED_TRIES = 5

/**
 * A job may come although its step has moved to later: one that a dead process left behind, or that was put on the
 * queue twice. Clocks differ a little, so a step counts as due somewhat early; where they differ by more it comes
 * again after its lease.
 */
export const CLOCK_TOLERANCE_MS = 250

export interface StepParts {
  ledger: Ledger
  campaigns: CampaignBook
  clock: Clock
  random: Random
  logger: Logger
}

export interface StepContext {
  journey: Journey
  step: Step
  campaign: Campaign
  signal: AbortSignal
  now: number
  /** The step's turn in its campaign's pace, ms. */
  startAt?: number | undefined
}

/**
 * Makes the handler of one kind of step: reads the journey, does the one thing, and turns whatever goes wrong into a
 * transition. A step that is no longer in its journey was done by somebody else and is left alone.
 */
export function createStepHandler(
  parts: StepParts,
  kind: StepKind,
  act: (context: StepContext) => Promise<Settled>,
): Handler<StepPayload & { startAt?: number | undefined }> {
  const { ledger, campaigns, clock } = parts
  return async ({ journeyId, ref, startAt }, { signal }) => {
    const journey = await ledger.journeys.load(journeyId)
    const step = journey?.steps.find(entry => entry.kind === kind && entry.ref === ref)
    if (journey === undefined || step === undefined) return { result: 'gone', journeyId }
    const about = { journeyId, campaign: journey.campaign, try: step.tries + 1 }
    // One that waits for a destination is due as soon as that takes pixels again: whoever sent it here has seen to that.
    const nextInMs = step.waitsFor === undefined ? step.dueAt - clock.now() : 0
    if (nextInMs > CLOCK_TOLERANCE_MS) return { ...about, result: 'not_due', nextInMs }

    const campaign = campaigns.get(journey.campaign)
    if (campaign === undefined) {
      const error = new UnavailableError(`no campaign file ${journey.campaign}.yaml is loaded`, { code: 'NO_CAMPAIGN' })
      return { ...about, ...(await failStep(parts, journey, step, error)) }
    }
    try {
      const settled = await act({ journey, step, campaign, signal, now: clock.now(), startAt })
      return { ...about, ...settled }
    } catch (error) {
      // The ledger is away: the due index still holds the step, and claims it again.
      if (isRedisError(error)) throw error
      return { ...about, ...(await failStep(parts, journey, step, error)) }
    }
  }
}

/** A failed try: planned again after a while, or parked when nobody knows why it keeps failing. */
export async function failStep(parts: StepParts, journey: Journey, step: Step, error: unknown): Promise<Settled> {
  const { ledger, random, logger } = parts
  const facts = errorFacts(error, journey.private)
  if (error instanceof RateLimitedError && error.code === 'BUDGET') return yieldTurn(parts, journey, step, error)
  const isExplained = error instanceof UnavailableError || error instanceof RateLimitedError || isKeyRefused(error)
  if (!isExplained) {
    const err = errorWithoutPerson(error, journey.private)
    logger.error({ journeyId: journey.id, step: step.kind, err }, 'step.failed')
  }
  const tries = step.tries + 1
  const delayMs = backoffMs(stepBackoff, tries, random, error)
  const isHopeless = (!isExplained && tries >= MAX_UNEXPLAINED_TRIES) || isPastHelp(journey, step, parts.clock.now())

  const { result } = await ledger.journeys.transition(
    journey.id,
    draft => {
      const current = draft.step(step.kind, step.ref)
      if (current === undefined || current.tries !== step.tries) return false
      // A vendor that is away for hours is one line, not one for each look.
      if (current.why !== facts.code) {
        draft.note('step.failed', { step: step.kind, ref: step.ref, try: tries, code: facts.code, error: facts.class })
      }
      if (isHopeless) parkStep(draft, current, `${facts.class}: ${facts.message}`)
      else draft.plan(step.kind, step.ref, draft.now + delayMs, tries, facts.code)
      return undefined
    },
    journey,
  )
  if (result !== 'committed') return { result: 'gone', error: facts }
  return isHopeless ? { result: 'parked', error: facts } : { result: 'deferred', nextInMs: delayMs, error: facts }
}

/** The account's budget is spent for now: no failure of the step, which waits its turn in the due index. */
async function yieldTurn(parts: StepParts, journey: Journey, step: Step, error: RateLimitedError): Promise<Settled> {
  const delayMs = Math.round((error.retryAfterMs ?? 0) * (1 + parts.random()))
  const { result } = await parts.ledger.journeys.transition(
    journey.id,
    draft => {
      if (draft.step(step.kind, step.ref) === undefined) return false
      draft.putOff(step, draft.now + delayMs, 'vendor_budget')
      return undefined
    },
    journey,
  )
  return { result: result === 'committed' ? 'vendor_budget' : 'gone', nextInMs: delayMs }
}

/** A question that cannot be asked for this long is put before a person: an effect must not stay open without an end. */
const ASK_FOR_MS = 3_600_000

function isPastHelp(journey: Journey, step: Step, now: number): boolean {
  if (step.kind !== 'reconcile') return false
  const effect = journey.effects.find(({ key }) => key === step.ref)
  return now > (effect?.until ?? now) + ASK_FOR_MS
}
