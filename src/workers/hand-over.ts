import type { CampaignBook } from '../campaigns/book.ts'
import type { Campaign } from '../campaigns/campaign.ts'
import type { Permit } from '../clients/budget.ts'
import type { DialerPort, HandedOver, Provider } from '../clients/ports.ts'
import { isKeyRefused, isRedisError, RejectedError, UnavailableError } from '../errors.ts'
import { HAND_OVER, handOverKey } from '../ledger/effects.ts'
import type { Journey } from '../ledger/journey.ts'
import { withoutPerson } from '../ledger/without-person.ts'
import type { Logger } from '../logger.ts'
import type { handOver } from '../queues/hand-over.ts'
import { type Candidate, deedOf, refusedBy, screen, type Taken } from './hand-over-gates.ts'
import { holdOfDials } from './hold.ts'
import { type EffectParts, isStale, RefusedByGuard, withdrawIntent, writeIntent } from './perform-effect.ts'
import { type Answer, answerTo, recordAnswer } from './record-answer.ts'
import { putOffStep } from './set-aside.ts'
import type { Handler, Settled } from './settled.ts'
import { CLOCK_TOLERANCE_MS, failStep, type StepContext } from './step-job.ts'

type Payload = ReturnType<(typeof handOver)['payload']['parse']>

export interface HandOverParts extends EffectParts {
  campaigns: CampaignBook
  logger: Logger
  provider: (name: string) => Provider
  /** Counts how a request went for the campaign's breaker. */
  watched: (act: (context: StepContext) => Promise<Settled>) => (context: StepContext) => Promise<Settled>
}

/** A lead whose intent is on disk. */
interface Intended {
  candidate: Candidate
  journey: Journey
}

/**
 * While a refused request is divided its leads are not due for anybody else. Should the process die over it, they come
 * due then.
 */
const DIVIDING_MS = 60_000

/**
 * Hands leads over to the vendor's own dialer: an intent for each, one request for all, and for each what came of it.
 * What the vendor refuses as a whole it has not taken: it is divided until the lead that it refuses stands alone.
 */
export function createHandOver(parts: HandOverParts): Handler<Payload> {
  return async ({ campaign: id, journeyIds }, { signal }) => {
    const campaign = parts.campaigns.get(id)
    if (campaign === undefined) return { result: 'gone', campaign: id }
    const contexts = await contextsOf(parts, campaign, journeyIds, signal)
    const isDue = ({ step, now }: StepContext) => step.dueAt - now <= CLOCK_TOLERANCE_MS
    const candidates = await screen(parts, campaign, contexts.filter(isDue))
    const settled = candidates.length === 0 ? { result: 'gone' } : await request(parts, campaign, candidates, signal)
    return { ...settled, campaign: id }
  }
}

async function contextsOf(
  { ledger, clock }: HandOverParts,
  campaign: Campaign,
  journeyIds: readonly string[],
  signal: AbortSignal,
): Promise<StepContext[]> {
  const journeys = await Promise.all(journeyIds.map(journeyId => ledger.journeys.load(journeyId)))
  return journeys.flatMap(journey => {
    const step = journey?.steps.find(({ kind, ref }) => kind === 'handover' && ref === HAND_OVER)
    return journey === undefined || step === undefined ? [] : [{ journey, step, campaign, signal, now: clock.now() }]
  })
}

async function request(
  parts: HandOverParts,
  campaign: Campaign,
  candidates: readonly Candidate[],
  signal: AbortSignal,
): Promise<Settled> {
  // One draw for all: leads that are tried again are tried again together.
  const draw = parts.random()
  const together = { ...parts, random: () => draw }
  let dialer: DialerPort
  let permit: Permit
  try {
    dialer = dialerOf(parts, campaign)
    permit = await parts.provider(campaign.provider).permit('dial', { signal })
  } catch (error) {
    if (isRedisError(error)) throw error
    const settled = await Promise.all(candidates.map(({ journey, step }) => failStep(together, journey, step, error)))
    return settled[0] ?? { result: 'gone' }
  }
  const intended = await intend(parts, candidates)
  const [first] = intended
  if (first === undefined) return { result: 'put_off' }
  const leadIds = [...new Set(intended.map(({ journey }) => journey.leadId))]
  const answer = await answerTo(signal, () => dialer.sendToAutoDialer(leadIds, { signal, permit }))
  if (isRefusedAsOne(answer) && intended.length > 1) return divide(parts, campaign, intended, answer.error, signal)

  const answers = answersOf(answer)
  const settled = await Promise.all(
    intended.map(({ candidate, journey }) =>
      recordAnswer(together, journey, deedOf(candidate), answers(journey.leadId), campaign.reconcile.skewMs),
    ),
  )
  const taken = settled.filter(({ result }) => result === 'done').length
  parts.logger.info({ campaign: campaign.id, leads: intended.length, taken }, 'leads.handed_over')
  const ofAll = 'result' in answer ? { result: 'handed_over' } : (settled[0] ?? { result: 'gone' })
  const told = { ...ofAll, effect: handOverKey(first.journey.id) }
  return parts.watched(async () => told)(first.candidate)
}

function dialerOf(parts: HandOverParts, { provider: name }: Campaign): DialerPort {
  const { sendToAutoDialer } = parts.provider(name)
  if (sendToAutoDialer !== undefined) return { sendToAutoDialer }
  throw new UnavailableError(`${name} has no dialer of its own`, { code: 'NO_DIALER' })
}

/** Writes the intents, after a last look whether the campaign may call. Those that are on disk in time. */
async function intend(parts: HandOverParts, candidates: readonly Candidate[]): Promise<Intended[]> {
  const [some] = candidates
  if (some === undefined) return []
  const holdOf = await holdOfDials(parts.ledger, some.campaign.id)
  const written = await Promise.all(
    candidates.map(async (candidate): Promise<Intended | undefined> => {
      const held = holdOf(candidate.journey)
      if (held !== undefined) {
        await putOffStep(parts, candidate, parts.clock.now() + held.forMs, held.message)
        return undefined
      }
      try {
        const intent = await writeIntent(parts, candidate, deedOf(candidate))
        return 'journey' in intent ? { candidate, journey: intent.journey } : undefined
      } catch (error) {
        if (!(error instanceof RefusedByGuard)) throw error
        await refusedBy(parts, candidate, error.guard)
        return undefined
      }
    }),
  )
  // Waiting for all of them may have taken too long for the first.
  const inTime = await Promise.all(
    written.map(async entry => {
      if (entry === undefined || !isStale(parts, entry.journey, deedOf(entry.candidate))) return entry
      await withdrawIntent(parts, entry.journey, deedOf(entry.candidate))
      return undefined
    }),
  )
  return inTime.filter(entry => entry !== undefined)
}

function isRefusedAsOne(answer: Answer<HandedOver>): answer is { error: RejectedError } {
  return 'error' in answer && answer.error instanceof RejectedError && !isKeyRefused(answer.error)
}

/** A request that was refused has not been taken, for any of its leads: each half is tried by itself. */
async function divide(
  parts: HandOverParts,
  campaign: Campaign,
  intended: readonly Intended[],
  refusal: RejectedError,
  signal: AbortSignal,
): Promise<Settled> {
  // It stands on the timeline of each, and may name any of them.
  const message = intended.reduce((text, { journey }) => withoutPerson(text, journey.private), refusal.message)
  const error = `refused together with ${intended.length - 1} others, tried again with fewer: ${message}`
  const told = { code: refusal.code, error, forMs: DIVIDING_MS }
  await Promise.all(intended.map(({ candidate, journey }) => withdrawIntent(parts, journey, deedOf(candidate), told)))
  const middle = Math.ceil(intended.length / 2)
  let settled: Settled = { result: 'gone' }
  for (const half of [intended.slice(0, middle), intended.slice(middle)]) {
    const candidates = new Map(half.map(({ candidate }) => [candidate.journey.id, candidate]))
    const contexts = await contextsOf(parts, campaign, [...candidates.keys()], signal)
    const again = contexts.flatMap(context => {
      const before = candidates.get(context.journey.id)
      return before === undefined ? [] : [{ ...before, ...context }]
    })
    if (again.length === 0) continue
    const ended = await request(parts, campaign, again, signal)
    if (settled.result !== 'handed_over') settled = ended
  }
  return settled
}

/** What the vendor's answer says of each lead. */
function answersOf(answer: Answer<HandedOver>): (leadId: string) => Answer<Taken> {
  if ('error' in answer) return () => answer
  const { succeeded, failed, details } = answer.result
  const taken = new Set(succeeded)
  const failures = new Map(failed.map(({ leadId, error }) => [leadId, error]))
  const nextCalls = new Map(details.map(({ leadId, nextCallAt }) => [leadId, nextCallAt]))
  return leadId => {
    const failure = failures.get(leadId)
    // Told both ways it may have been taken, and is not handed over again.
    if (failure === undefined || taken.has(leadId)) return { result: { nextCallAt: nextCalls.get(leadId) } }
    return { error: new RejectedError(`the vendor's dialer did not take the lead: ${failure}`, { code: 'NOT_TAKEN' }) }
  }
}
