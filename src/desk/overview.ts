import type { CampaignBook } from '../campaigns/book.ts'
import { type JourneyState, journeyStates, type Outcome } from '../campaigns/vocabulary.ts'
import type { Clock } from '../clock.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Journey } from '../ledger/journey.ts'
import type { Counts } from '../ledger/search.ts'
import type { RedisClient } from '../redis/connect.ts'
import { type Keys, shardNames } from '../redis/keys.ts'
import { type AlertView, createAlertDesk } from './alerts.ts'
import { createDestinationDesk, type DestinationView } from './destinations.ts'
import { type JourneySummary, journeySummary } from './journey-view.ts'
import { type Clearance, type PersonView, personView } from './person-view.ts'

/** Everything at a glance. Tests are kept out of the sums. */
export interface Overview {
  total: number
  states: Record<JourneyState, number>
  outcomes: Partial<Record<Outcome, number>>
  campaigns: { id: string; name: string; test: boolean; total: number; states: Record<JourneyState, number> }[]
  /** Of the last 24 hours. An event may belong to a test; journeys that are tests are not counted. */
  day: { events: number; opened: number; ended: number }
  /** Calls being placed or going on, newest first; `total` counts those that are not listed too. */
  live: { total: number; calls: LiveCall[] }
  /** Effects that wait for a person, longest first. */
  parked: { total: number; effects: ParkedEffect[] }
  /** Everything is paused, and why where nobody wished it. */
  allPaused?: { why?: string }
  /** What somebody should act on, most urgent first. */
  alerts: AlertView[]
  /** Where the pixels of campaigns go. */
  destinations: DestinationView[]
  /** Newest first. */
  latest: (JourneySummary & { person: PersonView })[]
}

export interface LiveCall {
  journeyId: string
  campaign: string
  leadId: string
  person: PersonView
  attempt: number
  state: 'dialing' | 'in_call'
  /** When it was placed; until that is known, when it was intended. */
  sinceAt: number
  test: boolean
}

export interface ParkedEffect {
  key: string
  kind: string
  rule: string
  journeyId: string
  campaign: string
  leadId: string
  sinceAt: number
  why: string
}

export interface OverviewDesk {
  /** Asked about once a second while somebody looks: index reads only, and a handful of journeys. */
  read(clearance: Clearance): Promise<Overview>
  /** Names of the campaigns in force, by id. */
  campaignNames(): ReadonlyMap<string, string>
}

const DAY_MS = 24 * 3_600_000
const LIVE_SHOWN = 12
const PARKED_SHOWN = 5
const LATEST_SHOWN = 10
const ALERTS_SHOWN = 20

export function createOverviewDesk(parts: {
  ledger: Ledger
  campaigns: CampaignBook
  clock: Clock
  client: RedisClient
  keys: Keys
}): OverviewDesk {
  const { ledger, campaigns, clock, client, keys } = parts
  const shards = shardNames(ledger.identity.shards).map(shard => keys.shard(shard))
  const destinationDesk = createDestinationDesk(parts)
  const alertDesk = createAlertDesk(parts)

  async function sum(count: (shard: (typeof shards)[number]) => Promise<number>): Promise<number> {
    return (await Promise.all(shards.map(count))).reduce((total, counted) => total + counted, 0)
  }

  async function realSince(
    indexes: (shard: (typeof shards)[number]) => [string, string],
    since: number,
  ): Promise<number> {
    const [all, tests] = await Promise.all(
      ([0, 1] as const).map(at => sum(shard => client.zcount(indexes(shard)[at], since, '+inf'))),
    )
    return (all ?? 0) - (tests ?? 0)
  }

  /** Only campaigns whose tally says that they have live calls are asked for them. */
  async function liveCalls(tallies: Overview['campaigns'], clearance: Clearance): Promise<Overview['live']> {
    const busy = tallies.filter(({ states }) => states.dialing + states.in_call > 0)
    if (busy.length === 0) return { total: 0, calls: [] }
    const filter = { campaigns: busy.map(({ id }) => id), states: ['dialing', 'in_call'] }
    const { items } = await ledger.search.journeys(filter, { limit: LIVE_SHOWN })
    const total = busy.reduce((count, { states }) => count + states.dialing + states.in_call, 0)
    return { total, calls: items.flatMap(journey => liveCall(journey, clearance) ?? []) }
  }

  async function parkedEffects(): Promise<ParkedEffect[]> {
    const { items: entries } = await ledger.search.parked({ limit: PARKED_SHOWN })
    const journeys = await Promise.all(entries.map(({ journeyId }) => ledger.journeys.load(journeyId)))
    return entries.flatMap(({ journeyId, key, since }, index) => {
      const journey = journeys[index]
      const effect = journey?.effects.find(entry => entry.key === key)
      if (journey === undefined || effect === undefined) return []
      const { campaign, leadId } = journey
      const { kind, rule, why = '' } = effect
      return [{ key, kind, rule, journeyId, campaign, leadId, sinceAt: since, why }]
    })
  }

  async function pauseOfAll(): Promise<Pick<Overview, 'allPaused'>> {
    if (!(await ledger.control.isAllPaused())) return {}
    const why = await ledger.control.whyAllPaused()
    return { allPaused: why === undefined ? {} : { why } }
  }

  return {
    async read(clearance) {
      const since = clock.now() - DAY_MS
      const tallies = Promise.all(
        campaigns.all().map(async ({ id, name, test }) => {
          const { outcomes, stops: _stops, tests, ...progress } = await ledger.search.progress(id)
          return { id, name, test, outcomes, tests, ...progress }
        }),
      )
      const [counted, live, parked, parkedTotal, alerts, destinations, latest, events, opened, ended] =
        await Promise.all([
          tallies,
          tallies.then(found => liveCalls(found, clearance)),
          parkedEffects(),
          sum(shard => client.zcard(shard.parked)),
          alertDesk.list({ limit: ALERTS_SHOWN }),
          destinationDesk.list(),
          ledger.search.journeys({}, { limit: LATEST_SHOWN }),
          sum(shard => client.zcount(shard.events, since, '+inf')),
          realSince(shard => [shard.journeys, shard.tests], since),
          realSince(shard => [shard.ended, shard.endedTests], since),
        ])
      const real = counted.map(realOf)
      const states = Object.fromEntries(
        journeyStates.map(state => [state, real.reduce((total, entry) => total + entry.states[state], 0)]),
      ) as Overview['states']
      return {
        total: real.reduce((total, entry) => total + entry.total, 0),
        states,
        outcomes: addUp(real.map(({ outcomes }) => outcomes)),
        campaigns: counted.map(({ outcomes: _outcomes, tests: _tests, ...campaign }) => campaign),
        day: { events, opened, ended },
        live,
        parked: { total: parkedTotal, effects: parked },
        ...(await pauseOfAll()),
        alerts,
        destinations,
        latest: latest.items.map(journey => ({
          ...journeySummary(journey),
          person: personView(journey.private, clearance),
        })),
      }
    },

    campaignNames: () => new Map(campaigns.all().map(({ id, name }) => [id, name])),
  }
}

/** `undefined` when the call ended since the index was read. */
function liveCall(journey: Journey, clearance: Clearance): LiveCall | undefined {
  const attempt = journey.attempts.at(-1)
  if (attempt === undefined || attempt.state === 'ended' || attempt.state === 'refused') return undefined
  const { id: journeyId, campaign, leadId, test } = journey
  return {
    journeyId,
    campaign,
    leadId,
    person: personView(journey.private, clearance),
    attempt: attempt.number,
    state: attempt.state === 'live' ? 'in_call' : 'dialing',
    sinceAt: attempt.placedAt ?? attempt.intendedAt,
    test,
  }
}

type Tally = Omit<Counts, 'stops'>

/** What remains without the tests: of a campaign that has left test mode, what came after. */
function realOf({ tests, ...all }: Tally & { tests?: Tally | undefined }): Tally {
  if (tests === undefined) return all
  const without = <K extends string>(counts: Partial<Record<K, number>>, less: Partial<Record<K, number>>) =>
    Object.fromEntries(
      Object.entries<number | undefined>(counts).map(([key, count]) => [key, (count ?? 0) - (less[key as K] ?? 0)]),
    )
  return {
    total: all.total - tests.total,
    states: without(all.states, tests.states) as Counts['states'],
    outcomes: without(all.outcomes, tests.outcomes),
  }
}

function addUp(tallies: readonly Overview['outcomes'][]): Overview['outcomes'] {
  const sums: Overview['outcomes'] = {}
  for (const tally of tallies) {
    for (const [outcome, count] of Object.entries(tally) as [Outcome, number][]) {
      if (count === 0) continue
      sums[outcome] = (sums[outcome] ?? 0) + count
    }
  }
  return sums
}
