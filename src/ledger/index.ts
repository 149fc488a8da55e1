import type { Clock } from '../clock.ts'
import type { RedisClient } from '../redis/connect.ts'
import type { Keys } from '../redis/keys.ts'
import type { Seal } from '../seal.ts'
import { type Alerts, createAlerts } from './alerts.ts'
import { type Audit, createAudit } from './audit.ts'
import { type Backlog, createBacklog } from './backlog.ts'
import { type Breaker, createBreaker } from './breaker.ts'
import { type CallLengthBook, createCallLengthBook } from './call-lengths.ts'
import { type Control, createControl } from './control.ts'
import { type Copies, createCopies } from './copies.ts'
import { createDestinations, type Destinations } from './destinations.ts'
import { createDialRate, type DialRate } from './dial-rate.ts'
import { createDue, type Due } from './due.ts'
import { createErasures, type Erasures } from './erasures.ts'
import { createEventNames, type EventNames } from './event-names.ts'
import { createEvents, type Events } from './events.ts'
import { createFailures, type Failures } from './failures.ts'
import { createForwards, type Forwards } from './forwards.ts'
import { createFoundMarks, type FoundMarks } from './found.ts'
import type { Identity } from './identity.ts'
import type { Journey } from './journey.ts'
import { createJourneys, type Journeys } from './journeys.ts'
import { createLeadOptOuts, type LeadOptOuts } from './lead-opt-outs.ts'
import { createLeads, type Leads } from './leads.ts'
import { createLivePlaces, type LivePlaces } from './live-places.ts'
import { createOnceMarks, type OnceMarks } from './once-marks.ts'
import { createPace, type Pace } from './pace.ts'
import { createPeople, type People } from './people.ts'
import { createPollTables, type PollTables } from './poll-tables.ts'
import { createProcessMetrics, type ProcessMetrics } from './process-metrics.ts'
import type { RecordTrace } from './record-trace.ts'
import { createReplays, type Replays } from './replays.ts'
import { createRetention, type Retention } from './retention.ts'
import { createSealAnew, type SealAnew } from './seal-anew.ts'
import { createSearch, type Search } from './search.ts'
import { createSignals, type Signals } from './signals.ts'
import { createSuppressions, type Suppressions } from './suppressions.ts'
import { createTellings, type Tellings } from './tellings.ts'

/** What has happened and what is due. */
export interface Ledger {
  identity: Identity
  seal: Seal
  copies: Copies
  events: Events
  eventNames: EventNames
  erasures: Erasures
  forwards: Forwards
  found: FoundMarks
  journeys: Journeys
  people: People
  suppressions: Suppressions
  leads: Leads
  leadOptOuts: LeadOptOuts
  once: OnceMarks
  due: Due
  audit: Audit
  backlog: Backlog
  processMetrics: ProcessMetrics
  signals: Signals
  alerts: Alerts
  control: Control
  breaker: Breaker
  pace: Pace
  live: LivePlaces
  callLengths: CallLengthBook
  pollTables: PollTables
  dialRate: DialRate
  destinations: Destinations
  search: Search
  failures: Failures
  replays: Replays
  tellings: Tellings
  retention: Retention
  sealAnew: SealAnew
}

export interface LedgerParts {
  client: RedisClient
  clock: Clock
  keys: Keys
  seal: Seal
  identity: Identity
  /** Replicas that must have an event before it counts as stored, and an intent before it is acted upon. */
  waitReplicas?: number
  /** Whether anybody wants to hear of ended journeys. */
  tellsEnds?: boolean
  /** Told of every transition once it is on disk. */
  onCommitted?: (before: Journey | undefined, after: Journey) => void
  /** Traces that records belong to. */
  trace?: RecordTrace
  /** Told when a step was planned, with its time. */
  onDue?: (dueAt: number) => void
}

export function createLedger(parts: LedgerParts): Ledger {
  const store = { ...parts, instance: parts.identity.instance }
  const copies = createCopies(parts)
  const leads = createLeads(parts)
  const once = createOnceMarks(parts)
  const live = createLivePlaces(parts)
  const callLengths = createCallLengthBook(parts)
  const journeys = createJourneys({ ...store, onCallOver: live.release })
  return {
    identity: parts.identity,
    seal: parts.seal,
    copies,
    events: createEvents({ ...store, copies }),
    eventNames: createEventNames(store),
    erasures: createErasures(store),
    forwards: createForwards(store),
    found: createFoundMarks(parts),
    journeys,
    people: createPeople(store),
    suppressions: createSuppressions(store),
    leads,
    leadOptOuts: createLeadOptOuts(parts),
    once,
    due: createDue(store),
    audit: createAudit(parts),
    backlog: createBacklog(parts),
    processMetrics: createProcessMetrics({ ...parts, now: () => parts.clock.now() }),
    signals: createSignals(parts),
    alerts: createAlerts(parts),
    control: createControl(parts),
    breaker: createBreaker(parts),
    pace: createPace(parts),
    live,
    callLengths,
    pollTables: createPollTables({ ...parts, callLengths }),
    dialRate: createDialRate(parts),
    destinations: createDestinations(parts),
    search: createSearch({ ...parts, journeys }),
    failures: createFailures(store),
    replays: createReplays(parts),
    tellings: createTellings({ ...parts, journeys }),
    retention: createRetention({ ...store, journeys, leads, once }),
    sealAnew: createSealAnew(store),
  }
}
