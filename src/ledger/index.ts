import type { Clock } from '../clock.ts'
import type { RedisClient } from '../redis/connect.ts'
import type { Keys } from '../redis/keys.ts'
import type { Seal } from '../seal.ts'
import { type Audit, createAudit } from './audit.ts'
import { type Breaker, createBreaker } from './breaker.ts'
import { type Control, createControl } from './control.ts'
import { createDue, type Due } from './due.ts'
import { createEvents, type Events } from './events.ts'
import type { Identity } from './identity.ts'
import { createJourneys, type Journeys } from './journeys.ts'
import { createLeads, type Leads } from './leads.ts'
import { createLivePlaces, type LivePlaces } from './live-places.ts'
import { createPace, type Pace } from './pace.ts'
import { createPeople, type People } from './people.ts'
import { createRetention, type Retention } from './retention.ts'
import { createSearch, type Search } from './search.ts'

/** What has happened and what is due. */
export interface Ledger {
  identity: Identity
  seal: Seal
  events: Events
  journeys: Journeys
  people: People
  leads: Leads
  due: Due
  audit: Audit
  control: Control
  breaker: Breaker
  pace: Pace
  live: LivePlaces
  search: Search
  retention: Retention
}

export interface LedgerParts {
  client: RedisClient
  clock: Clock
  keys: Keys
  seal: Seal
  identity: Identity
  /** Replicas that must have an event before it counts as stored. */
  waitReplicas?: number
  /** Told when a step was planned, with its time. */
  onDue?: (dueAt: number) => void
}

export function createLedger(parts: LedgerParts): Ledger {
  const store = { ...parts, instance: parts.identity.instance }
  const leads = createLeads(parts)
  const live = createLivePlaces(parts)
  const journeys = createJourneys({ ...store, onCallOver: live.release })
  return {
    identity: parts.identity,
    seal: parts.seal,
    events: createEvents(store),
    journeys,
    people: createPeople(store),
    leads,
    due: createDue(store),
    audit: createAudit(parts),
    control: createControl(parts),
    breaker: createBreaker(parts),
    pace: createPace(parts),
    live,
    search: createSearch({ ...parts, journeys }),
    retention: createRetention({ ...store, journeys, leads }),
  }
}
