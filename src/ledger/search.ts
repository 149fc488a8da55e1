import { journeyStates, type Outcome, outcomes, type StopReason, stopReasons } from '../campaigns/vocabulary.ts'
import type { RedisClient } from '../redis/connect.ts'
import { type Keys, shardNames } from '../redis/keys.ts'
import type { Identity } from './identity.ts'
import type { Journey } from './journey.ts'
import type { Journeys } from './journeys.ts'
import { type Found, newestFirst, oldestFirst } from './merged-pages.ts'
import type { Page } from './page.ts'

/** A campaign's journeys, counted. `total` is the sum of the states, read shard by shard: exact at every moment. */
export interface Progress extends Counts {
  /** Those of them that are tests, if some are. */
  tests?: Counts
}

export interface Counts {
  total: number
  states: Record<(typeof journeyStates)[number], number>
  outcomes: Partial<Record<Outcome, number>>
  /** Those in the state `stopped` by the reason of their stop. */
  stops: Partial<Record<StopReason, number>>
}

export interface Search {
  progress(campaign: string): Promise<Progress>
  /** Journeys newest first, of all campaigns or of those in one state of some campaigns. */
  journeys(filter: { campaigns?: readonly string[]; states?: readonly string[] }, page: Page): Promise<Found<Journey>>
  /** The same without their records. */
  journeyIds(filter: { campaigns?: readonly string[]; states?: readonly string[] }, page: Page): Promise<Found<string>>
  /** Event ids, newest first. */
  events(page: Page): Promise<Found<string>>
  /** Also of an erased lead: a call that was followed is not taken for a new one. */
  journeyOfInteraction(interactionId: string): Promise<string | undefined>
  /** By what the voice platform or the carrier calls a call; of several names the first that is known. */
  journeyOfCallNamed(names: readonly string[]): Promise<string | undefined>
  journeysOfPhone(phone: string): Promise<string[]>
  parkedCount(): Promise<number>
  /** Leads whose interactions are walked over for calls of the vendor's own dialer. */
  walks(): Promise<number>
  /** Keys of parked effects with their journey, longest parked first. */
  parked(page: Page): Promise<Found<{ journeyId: string; key: string; since: number }>>
}

export function createSearch(parts: {
  client: RedisClient
  keys: Keys
  identity: Identity
  journeys: Journeys
}): Search {
  const { client, keys, identity, journeys } = parts
  const shards = shardNames(identity.shards).map(shard => keys.shard(shard))

  const merge = (sets: readonly string[], page: Page) => newestFirst(client, sets, page)

  const listed: Search['journeyIds'] = ({ campaigns, states }, page) =>
    merge(
      campaigns === undefined
        ? shards.map(shard => shard.journeys)
        : shards.flatMap(shard =>
            campaigns.flatMap(campaign => (states ?? journeyStates).map(state => shard.inState(campaign, state))),
          ),
      page,
    )

  return {
    async progress(campaign) {
      const tallies = await Promise.all(shards.map(shard => client.hgetall(shard.tally(campaign))))
      const sum = (field: string) => tallies.reduce((total, tally) => total + Number(tally[field] ?? 0), 0)
      const all = countedBy(sum)
      const tests = countedBy(field => sum(`test:${field}`))
      return tests.total === 0 ? all : { ...all, tests }
    },

    async journeys(filter, page) {
      const { items, ...rest } = await listed(filter, page)
      const loaded = await Promise.all(items.map(id => journeys.load(id)))
      return { items: loaded.filter(journey => journey !== undefined), ...rest }
    },

    journeyIds: listed,

    events: page =>
      merge(
        shards.map(shard => shard.events),
        page,
      ),

    async journeyOfInteraction(interactionId) {
      const names = [interactionId, identity.erasedInteraction(interactionId)]
      const found = await Promise.all(shards.map(shard => client.hmget(shard.interactions, ...names)))
      return found.flat().find(id => id !== null) ?? undefined
    },

    async journeyOfCallNamed(names) {
      const found = await Promise.all(shards.map(shard => client.hmget(shard.callNames, ...names)))
      const ids = names.flatMap((_, at) => found.map(row => row[at]))
      return ids.find(id => id !== null) ?? undefined
    },

    async journeysOfPhone(phone) {
      const person = identity.person(phone)
      return client.zrevrange(keys.shard(person.shard).personJourneys(person.id), 0, '-1')
    },

    async parkedCount() {
      const counts = await Promise.all(shards.map(shard => client.zcard(shard.parked)))
      return counts.reduce((sum, count) => sum + count, 0)
    },

    async walks() {
      const counts = await Promise.all(shards.map(shard => client.zcard(shard.due('walk'))))
      return counts.reduce((sum, count) => sum + count, 0)
    },

    async parked(page) {
      const sets = shards.map(shard => shard.parked)
      const { items, ...next } = await oldestFirst(client, sets, page)
      const named = items.map(({ id, at }) => {
        const [journeyId = '', ...key] = id.split(' ')
        return { journeyId, key: key.join(' '), since: at }
      })
      return { items: named, ...next }
    },
  }
}

function countedBy(sum: (field: string) => number): Counts {
  const states = Object.fromEntries(journeyStates.map(state => [state, sum(`state:${state}`)]))
  const counted = <Name extends string>(kind: string, names: readonly Name[]) => {
    const counts = names.map(name => [name, sum(`${kind}:${name}`)] as const)
    return Object.fromEntries(counts.filter(([, count]) => count > 0)) as Partial<Record<Name, number>>
  }
  return {
    total: Object.values(states).reduce((total, count) => total + count, 0),
    states: states as Counts['states'],
    outcomes: counted('outcome', outcomes),
    stops: counted('stop', stopReasons),
  }
}
