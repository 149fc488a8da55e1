import type { JourneyState, Outcome, ProviderName, StopReason } from '../campaigns/vocabulary.ts'
import type { FailedExchange } from '../errors.ts'
import type { StepKind } from '../redis/keys.ts'
import type { Failure } from './failure.ts'
import type { Doings } from './heard.ts'
import type { EffectReplay } from './replay-effect.ts'
import type { Telling } from './tellings.ts'
import type { WriteBack } from './write-backs.ts'

/** Our record of one lead going through one campaign. */
export interface Journey {
  id: string
  /** Grows by one with every transition. */
  version: number
  campaign: string
  provider: ProviderName
  /** The vendor's id of the lead; empty while the vendor does not know the lead, who is created before the first call. */
  leadId: string
  /** Keyed hash of the number, or of the lead where there is no valid number. */
  person: string
  test: boolean
  /** It came with a list, not by an event or a request of its own. */
  list?: true
  /** The event that started it. */
  eventId: string
  /** The W3C `traceparent` under which all that is done for it shows, where it began while traces were on. */
  trace?: string
  /** Events that joined it. */
  joinedEvents: string[]
  /** Zones in which it must be open to call or text. */
  zones: string[]
  stop?: { reason: StopReason; detail?: string }
  outcome?: Outcome
  attempts: Attempt[]
  effects: Effect[]
  /** What is still to be done. The due index says when; this says what. */
  steps: Step[]
  createdAt: number
  /** When its time began, where that was later: a list's begins with the first start of its campaign. */
  begunAt?: number
  endedAt?: number
  /** What the lead has done of its own accord since it began. */
  heard?: Doings
  /** Its end is still to be told to whoever wants to hear. */
  telling?: Telling
  /** The vendor's own records are to say what came of it. */
  writeBack?: WriteBack
  /** Its lead was erased then: what is left tells what was done, and of nobody. */
  erasedAt?: number
  /** Personal data, encrypted at rest. */
  private: PrivateData
}

export interface PrivateData {
  phone?: string
  firstName?: string
  lastName?: string
  email?: string
  submissionId?: string
  fields?: Record<string, string>
  /** Summary of each call, by attempt number. */
  summaries?: Record<string, string>
  /** What the vendor had extracted by the end of each call, by attempt number; absent where nobody asked. */
  extracted?: Record<string, Readonly<Record<string, string>>>
  /** Text of each SMS as sent, by effect key. */
  texts?: Record<string, string>
  /** The last request of each effect that has failed, by effect key. */
  exchanges?: Record<string, FailedExchange>
}

export const attemptStates = ['intended', 'live', 'ended', 'refused', 'unknown'] as const

/** One try to reach the lead. */
export interface Attempt {
  number: number
  state: (typeof attemptStates)[number]
  interactionId?: string
  /** What the voice platform calls it, and what the telephony provider does: known once it has been looked at. */
  conversationId?: string
  messageId?: string
  outcome?: Outcome
  /** The vendor's own word for how it ended. */
  status?: string
  intendedAt: number
  placedAt?: number
  /** When a call was taken up that began without us: it is followed from then on. */
  takenAt?: number
  endedAt?: number
  talkMs?: number
  spokenTo?: boolean
  looks?: number
  lookedAt?: number
  /** Somebody has said that it is over, and it was not looked at since. */
  hinted?: true
  /** The end was seen without its summary; one more look is due. */
  settling?: boolean
  /** Its summary was waited for: where there is none, the vendor had none. */
  awaited?: true
  /**
   * As what the campaign's rules were asked about it, in order: with a further attempt to come, or as the last one. Empty
   * where none was asked.
   */
  judgedAs?: ('again' | 'last')[]
  /** Rules wait for what the vendor has extracted. */
  undecided?: true
  /** Found after it had timed out. */
  lateEnd?: { status: string; outcome: Outcome; at: number }
}

export const effectKinds = ['call', 'sms', 'pixel', 'lead', 'handover'] as const
export type EffectKind = (typeof effectKinds)[number]

export const effectStates = [
  'planned',
  'intended',
  'done',
  'refused',
  'unknown',
  'parked',
  'skipped',
  'expired',
] as const
export type EffectState = (typeof effectStates)[number]

/** One act upon the outside that must not be repeated. */
export interface Effect {
  /**
   * `call:<journey>:<attempt>`, `sms:<journey>:<rule>`, `pixel:<journey>:<rule>` or
   * `pixel:<provider>/<leadId>:<campaign>/<rule>`, of a test `pixel:test:<provider>/…`; `lead:<journey>` where the
   * vendor is told of a lead it does not know;
   * `handover:<journey>` where the vendor's own dialer is given the lead.
   */
  key: string
  kind: EffectKind
  /** The follow-up's id; for a call, and for a lead that is created before it, the attempt's number. */
  rule: string
  state: EffectState
  /** Requests that were started for it. */
  tries: number
  plannedAt: number
  /** When it was first to be done: after its delay, and after the end of quiet hours. */
  dueAt?: number
  /** When its rule first wanted it done; neither quiet hours nor replays move it. Absent where nobody kept it. */
  firstDueAt?: number
  intendedAt?: number
  /** Names the last intent, so that whoever wrote it knows it again. */
  intent?: string
  /** Until then the request of the last intent may still take effect: nobody repeats or judges it. */
  until?: number
  endedAt?: number
  result?: Record<string, string | number | boolean>
  error?: EffectError
  /** It was asked whether it had happened in the time that a restored ledger knows nothing of, ms. */
  doubtedAt?: number
  /** When the first try began of which nobody knows whether it arrived, ms. */
  unclearSince?: number
  /** Looks at the vendor's side that found nothing. */
  looks?: number
  /** Why it is parked, skipped or expired. */
  why?: string
  /** The attempt whose outcome asked for it. */
  attempt?: number
  /** It has gone wrong, and stands like that. */
  failure?: Failure
  /** The replay that last took it up, and when. */
  replay?: EffectReplay
  /** The last replay that could not. */
  notReplayed?: string
}

export interface EffectError {
  code: string
  class: string
  message: string
  status?: number
}

/** One thing a journey has to do. */
export interface Step {
  kind: StepKind
  /** Attempt number, or the follow-up's id; of a telling, the end it tells of; of a write, the record. */
  ref: string
  dueAt: number
  /** Failed tries in a row. */
  tries: number
  /** What it waits for, where that is not its own delay: `window`, `budget`, `live_call`, `quiet_hours`. */
  why?: string
  /** The destination of pixels that it waits for; it is due as soon as that takes pixels again, at `dueAt` at the latest. */
  waitsFor?: string
}

export interface TimelineEntry {
  at: number
  what: string
  [fact: string]: unknown
}

/** Whether a call may be going on, so that it holds a place of its campaign. */
export function isHolding(attempt: Attempt): boolean {
  return attempt.state === 'intended' || attempt.state === 'live' || attempt.state === 'unknown'
}

/** The name of a step in the due index and of its job. */
export function stepId(journeyId: string, step: Pick<Step, 'kind' | 'ref'>): string {
  return `${journeyId}.${step.kind}.${step.ref}`
}

/** The parts of a step's name, or `undefined` where the text is none. */
export function parseStepId(id: string): { journeyId: string; kind: string; ref: string } | undefined {
  const [journeyId, kind, ...ref] = id.split('.')
  if (journeyId === undefined || kind === undefined || ref.length === 0) return undefined
  return { journeyId, kind, ref: ref.join('.') }
}

const ongoing: ReadonlySet<EffectState> = new Set(['planned', 'intended', 'unknown'])

/** Where a journey stands; always worked out, never kept beside what it follows from. */
export function stateOf(journey: Omit<Journey, 'private'>): JourneyState {
  const parked = journey.effects.some(effect => effect.state === 'parked')
  const last = journey.attempts.at(-1)
  const lastCall = journey.effects.findLast(effect => effect.kind === 'call')
  if (lastCall?.state === 'parked') return 'parked'
  if (last?.state === 'live') return 'in_call'
  if (last?.state === 'intended') return 'dialing'
  if (parked) return 'parked'
  if (last?.state === 'unknown') return 'dialing'
  if (journey.steps.some(({ kind }) => kind === 'dial' || kind === 'handover' || kind === 'walk')) return 'scheduled'
  // The vendor's dialer is being given the lead, and calls in its own time.
  if (journey.effects.some(effect => effect.kind === 'handover' && ongoing.has(effect.state))) return 'scheduled'
  // The lead is being created: the call that comes after it is planned, and none is being placed.
  if (journey.effects.some(effect => effect.kind === 'lead' && ongoing.has(effect.state))) return 'scheduled'
  if (journey.effects.some(effect => effect.kind !== 'call' && ongoing.has(effect.state))) return 'following_up'
  if (journey.steps.some(({ kind }) => kind === 'read')) return 'following_up'
  return journey.stop === undefined ? 'done' : 'stopped'
}

export function isEnded(journey: Journey): boolean {
  const state = stateOf(journey)
  return state === 'done' || state === 'stopped'
}

/** When the next step is due. */
export function nextAt(journey: Journey): number | undefined {
  return journey.steps.reduce<number | undefined>(
    (soonest, step) => Math.min(soonest ?? Infinity, step.dueAt),
    undefined,
  )
}
