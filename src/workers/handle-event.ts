import type { Campaign } from '../campaigns/campaign.ts'
import type { Said } from '../campaigns/opt-out-words.ts'
import {
  AppError,
  isKeyRefused,
  isRedisError,
  PayloadError,
  RateLimitedError,
  RejectedError,
  UnavailableError,
} from '../errors.ts'
import { hintCallEnded } from '../intake/call-ended.ts'
import { namesOfEvent, personOfEvent } from '../intake/event-names.ts'
import { hearLead } from '../intake/hear-lead.ts'
import { type Opened, openJourney } from '../intake/open-journey.ts'
import { optOut } from '../intake/opt-out.ts'
import { type TakeParts, takeFound } from '../intake/take-found.ts'
import type { EventRecord, EventVerdict } from '../ledger/events.ts'
import { errorWithoutPerson, type KnownPerson, withoutPerson } from '../ledger/without-person.ts'
import type { Logger } from '../logger.ts'
import { readEvent } from '../sources/index.ts'
import type { LeadRequest, Meaning } from '../sources/meaning.ts'
import { backoffMs, stepBackoff } from './backoff.ts'
import { errorFacts, type Settled } from './settled.ts'
import { MAX_UNEXPLAINED_TRIES } from './step-job.ts'

export interface ReceiveParts extends TakeParts {
  random: () => number
  logger: Logger
  /** Sources whose deliveries are passed on, whatever is made of them here. */
  forwards?: ReadonlySet<string>
}

/** Turns a stored event into what it asks for: journeys, a look at a call, a suppression. */
export function createEventHandler(parts: ReceiveParts): (payload: { eventId: string }) => Promise<Settled> {
  const { ledger, random } = parts
  return async ({ eventId }) => {
    const [record, raw] = await Promise.all([ledger.events.load(eventId), ledger.events.raw(eventId)])
    if (record === undefined || raw === undefined) {
      await ledger.events.drop(eventId)
      return { result: 'gone', eventId }
    }
    if (record.handledAt !== undefined && record.handledRun === record.replays) return { result: 'gone', eventId }

    const areCopied = ledger.copies.ofAll()
    let verdict: EventVerdict
    let failure: Settled['error']
    let type: string | undefined
    let names: string[] = []
    let about: KnownPerson = {}
    try {
      const event = readEvent(record.source, raw)
      type = event.type
      about = personOfEvent(event.meaning)
      names = namesOfEvent({ ...parts, identity: ledger.identity }, event.meaning, raw)
      verdict = await handle(parts, record, event.meaning)
      // Out of the inbox nothing would do it again after a failover.
      const isCopied = await areCopied(isAboutNumbers(event.meaning) ? undefined : verdict.journeys)
      if (!isCopied) throw new UnavailableError('too few replicas have what came of it', { code: 'NOT_COPIED' })
    } catch (error) {
      // The ledger is away: the inbox still holds the event, and hands it over again.
      if (isRedisError(error)) throw error
      failure = errorFacts(error, about)
      if (!(error instanceof AppError)) {
        parts.logger.error({ eventId, err: errorWithoutPerson(error, about) }, 'event.failed')
      }
      const tries = record.deferrals + 1
      if (isPassing(error) || (!(error instanceof AppError) && tries < MAX_UNEXPLAINED_TRIES)) {
        const delayMs = backoffMs(stepBackoff, tries, random, error)
        await ledger.events.defer(eventId, delayMs, failure.message)
        return { result: 'deferred', eventId, try: tries, nextInMs: delayMs, error: failure }
      }
      verdict = { state: 'rejected', reason: withoutPerson(reasonOf(error), about), journeys: [] }
    }
    if (record.replays > 0 && verdict.state !== 'rejected') verdict = { ...verdict, state: 'replayed' }
    const isForwarded = parts.forwards?.has(record.source) === true && record.forwardedAt === undefined
    const told = { ...verdict, names, ...(type === undefined ? {} : { type }) }
    await ledger.events.settle(eventId, told, record.replays, isForwarded)
    return { result: verdict.state, eventId, ...(failure === undefined ? {} : { error: failure }) }
  }
}

/** What it asks for is kept with numbers, whether they have a journey or not. */
function isAboutNumbers({ kind }: Meaning): boolean {
  return kind === 'text_received' || kind === 'opted_out'
}

/** The vendor is away, or refuses our key: neither says anything against the lead. */
function isPassing(error: unknown): boolean {
  return error instanceof UnavailableError || error instanceof RateLimitedError || isKeyRefused(error)
}

function reasonOf(error: unknown): string {
  if (error instanceof PayloadError || error instanceof RejectedError) return error.message
  if (error instanceof AppError) return `${error.code}: ${error.message}`
  return 'it could not be handled because of a fault here; the log says which. Replay it once that is mended'
}

async function handle(parts: ReceiveParts, record: EventRecord, meaning: Meaning): Promise<EventVerdict> {
  switch (meaning.kind) {
    case 'start': {
      const campaign = parts.campaigns.get(meaning.campaign)
      if (campaign === undefined) throw new PayloadError(`unknown campaign ${meaning.campaign}`)
      return startAll(parts, record, [campaign], meaning.lead, meaning.force)
    }
    case 'trigger': {
      const started = parts.campaigns.startedBy(meaning)
      if (started.length > 0) return startAll(parts, record, started, meaning.lead)
      return ignored(`no campaign is started by ${meaning.event} of ${meaning.vendorCampaignId}`)
    }
    case 'call_ended': {
      const journeyId = await hintCallEnded(parts, meaning)
      return journeyId === undefined ? ignored('no call of ours') : { state: 'processed', journeys: [journeyId] }
    }
    case 'found':
      return heedFound(parts, record, meaning)
    case 'text_received': {
      const { texts, ...who } = meaning
      const dated = texts.map(({ text, at = record.receivedAt }) => ({ text, at: Math.min(at, record.receivedAt) }))
      const { journeys, said, isOwed } = await hearLead(parts, { ...who, texts: dated }, `event ${record.eventId}`)
      const reason = said && (isOwed ? `${saidWords[said]}: ${OWED}` : saidWords[said])
      if (reason !== undefined) return { state: 'processed', reason, journeys }
      return journeys.length > 0 ? { state: 'processed', journeys } : ignored('nothing follows from this text')
    }
    case 'opted_out': {
      const { numbers, journeys } = await optOut(parts, meaning, `event ${record.eventId}`)
      return { state: 'processed', journeys, ...(numbers > 0 ? {} : { reason: OWED }) }
    }
    case 'nothing':
      return ignored(meaning.reason)
  }
}

/** No number is known for the lead who has opted out. */
const OWED = 'it holds for the lead’s number as soon as one is known'

const saidWords: Record<Said, string> = {
  stop: 'opt-out',
  stop_inferred: 'reads like an opt-out: to be looked at',
  start: 'opt-in',
}

async function heedFound(
  parts: ReceiveParts,
  { eventId }: EventRecord,
  finding: Extract<Meaning, { kind: 'found' }>,
): Promise<EventVerdict> {
  const { result, journeys, reason } = await takeFound(parts, finding, eventId)
  switch (result) {
    case 'known':
      // It may be over by now: a hint like any other.
      await hintCallEnded(parts, { interactionId: finding.found.interactionId })
      return { state: 'processed', journeys }
    case 'named':
    case 'opened':
      return { state: 'processed', journeys }
    default:
      return { state: result, journeys, ...(reason === undefined ? {} : { reason }) }
  }
}

function ignored(reason: string): EventVerdict {
  return { state: 'ignored', reason, journeys: [] }
}

/** One journey in each campaign that the event starts. */
async function startAll(
  parts: ReceiveParts,
  record: EventRecord,
  campaigns: readonly Campaign[],
  lead: LeadRequest,
  force = false,
): Promise<EventVerdict> {
  const opened: Opened[] = []
  for (const campaign of campaigns) {
    opened.push(await openJourney(parts, { campaign, lead, eventId: record.eventId, run: record.replays, force }))
  }
  const journeys = opened.map(({ journeyId }) => journeyId)
  if (opened.some(({ result }) => result === 'opened')) return { state: 'processed', journeys }
  if (opened.some(({ result }) => result === 'joined')) return { state: 'joined', journeys }
  return { state: 'ignored', reason: 'reentry: the lead has been through this campaign', journeys }
}
