import { journeyStates, type Outcome, outcomes } from '../campaigns/vocabulary.ts'
import type { RedisClient } from '../redis/connect.ts'
import { type Keys, shardNames } from '../redis/keys.ts'
import type { Identity } from './identity.ts'
import type { Journey } from './journey.ts'
import type { Journeys } from './journeys.ts'
import { decodePage, encodePage, type Page } from './page.ts'

/** A campaign's journeys, counted. `total` is the sum of the states, read shard by shard: exact at every moment. */
export interface Progress {
  total: number
  states: Record<(typeof journeyStates)[number], number>
  outcomes: Partial<Record<Outcome, number>>
}

export interface Search {
  progress(campaign: string): Promise<Progress>
  /** Journeys newest first, of all campaigns or of those in one state of some campaigns. */
  journeys(filter: { campaigns?: readonly string[]; states?: readonly string[] }, page: Page): Promise<Found<Journey>>
  /** The same without their records. */
  journeyIds(filter: { campaigns?: readonly string[]; states?: readonly string[] }, page: Page): Promise<Found<string>>
  /** Event ids, newest first. */
  events(page: Page): Promise<Found<string>>
  journeyOfInteraction(interactionId: string): Promise<string | undefined>
  journeysOfPhone(phone: string): Promise<string[]>
  /** Keys of parked effects with their journey, longest parked first. */
  parkedCount(): Promise<number>
  parked(limit: number): Promise<{ journeyId: string; key: string; since: number }[]>
}

export interface Found<T> {
  items: T[]
  nextCursor?: string
}

export function createSearch(parts: {
  client: RedisClient
  keys: Keys
  identity: Identity
  journeys: Journeys
}): Search {
  const { client, keys, identity, journeys } = parts
  const shards = shardNames(identity.shards).map(shard => keys.shard(shard))

  /** The newest members of many sorted sets as one list: each set is asked for one page, and the pages are merged. */
  async function merge(sets: readonly string[], page: Page): Promise<Found<string>> {
    const after = decodePage(page.cursor)
    const max = after === undefined ? '+inf' : String(after.at)
    const fetched = await Promise.all(
      // One set may hold several members of the cursor's own instant: those are read again and dropped below.
      sets.map(key => client.zrevrangebyscore(key, max, '-inf', 'WITHSCORES', 'LIMIT', 0, page.limit + TIES)),
    )
    const entries = fetched
      .flatMap(pairs)
      .filter(entry => after === undefined || entry.at < after.at || (entry.at === after.at && entry.id < after.id))
      .sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1))
    const shown = entries.slice(0, page.limit)
    const last = shown.at(-1)
    return {
      items: shown.map(entry => entry.id),
      ...(entries.length > page.limit && last !== undefined ? { nextCursor: encodePage(last) } : {}),
    }
  }

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
      const states = Object.fromEntries(journeyStates.map(state => [state, sum(`state:${state}`)]))
      const counted = outcomes.map(outcome => [outcome, sum(`outcome:${outcome}`)] as const)
      return {
        total: Object.values(states).reduce((total, count) => total + count, 0),
        states: states as Progress['states'],
        outcomes: Object.fromEntries(counted.filter(([, count]) => count > 0)),
      }
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
      const found = await Promise.all(shards.map(shard => client.hget(shard.interactions, interactionId)))
      return found.find(id => id !== null) ?? undefined
    },

    async journeysOfPhone(phone) {
      const person = identity.person(phone)
      return client.zrevrange(keys.shard(person.shard).personJourneys(person.id), 0, '-1')
    },

    async parkedCount() {
      const counts = await Promise.all(shards.map(shard => client.zcard(shard.parked)))
      return counts.reduce((sum, count) => sum + count, 0)
    },

    async parked(limit) {
      const fetched = await Promise.all(
        shards.map(shard => client.zrangebyscore(shard.parked, '-inf', '+inf', 'WITHSCORES', 'LIMIT', 0, limit)),
      )
      return fetched
        .flatMap(pairs)
        .sort((a, b) => a.at - b.at)
        .slice(0, limit)
        .map(({ id, at }) => {
          const [journeyId = '', ...key] = id.split(' ')
          return { journeyId, key: key.join(' '), since: at }
        })
    },
  }
}

/** Members of one instant that a page may meet again; more than that in one millisecond and shard would be skipped. */
const TIES = 50

function pairs(flat: readonly string[]): { id: string; at: number }[] {
  return flat.flatMap((id, index) => (index % 2 === 0 ? [{ id, at: Number(flat[index + 1]) }] : []))
}
