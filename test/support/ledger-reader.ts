import { systemClock } from '../../src/clock.ts'
import { loadConfig } from '../../src/config.ts'
import { loadIdentity } from '../../src/ledger/identity.ts'
import { createLedger } from '../../src/ledger/index.ts'
import type { Journey, TimelineEntry } from '../../src/ledger/journey.ts'
import { producerConnection, untilReady } from '../../src/redis/connect.ts'
import { createKeys, shardNames, stepKinds } from '../../src/redis/keys.ts'
import { createSeal } from '../../src/seal.ts'

/** Reads what a service has written, whether it runs or not. */
export interface LedgerReader extends Disposable {
  /** Every journey there is, oldest first, with its timeline. */
  journeys(): Promise<(Journey & { timeline: TimelineEntry[] })[]>
  /** Entries of the inbox and of every due index: 0 means that nothing is left to do. */
  left(): Promise<number>
  /** Numbers that are held for a live call. */
  heldNumbers(): Promise<number>
  parked(): Promise<string[]>
  progress(): Promise<{ total: number; states: Record<string, number> }>
}

/** @param env of the service */
export async function openLedger(env: Record<string, string>): Promise<LedgerReader> {
  const config = loadConfig(env)
  const { prefix, shards: count } = config.redis
  const client = producerConnection({ kind: 'url', url: config.redis.url ?? '' })
  await untilReady(client, 5_000)
  const keys = createKeys(prefix)
  const seal = createSeal(config.dataKeys)
  const identity = await loadIdentity(client, keys, seal, count)
  const ledger = createLedger({ client, clock: systemClock, keys, seal, identity })
  const shards = shardNames(count).map(shard => keys.shard(shard))
  const campaigns = ['roof']

  const reader: LedgerReader = {
    async journeys() {
      const ids = await Promise.all(shards.map(shard => client.zrange(shard.journeys, 0, '-1')))
      const loaded = await Promise.all(ids.flat().map(id => ledger.journeys.load(id)))
      const found = loaded.filter(journey => journey !== undefined).sort((a, b) => a.createdAt - b.createdAt)
      return Promise.all(
        found.map(async journey => ({ ...journey, timeline: await ledger.journeys.timeline(journey.id) })),
      )
    },
    async left() {
      const destinations = await client.hkeys(keys.destinations)
      const indexes = shards.flatMap(shard => [
        shard.inbox,
        ...stepKinds.flatMap(kind => campaigns.map(campaign => shard.due(kind, campaign))),
        ...campaigns.map(campaign => shard.due('dial', campaign, true)),
        ...destinations.map(name => shard.waiting(name)),
      ])
      const sizes = await Promise.all(indexes.map(index => client.zcard(index)))
      return sizes.reduce((sum, size) => sum + size, 0)
    },
    async heldNumbers() {
      const journeys = await reader.journeys()
      const people = journeys.map(journey => keys.shard(/_(\d+)_/.exec(journey.id)?.[1] ?? '').person(journey.person))
      const held = await Promise.all(people.map(person => client.hget(person, 'liveUntil')))
      return held.filter(until => until !== null).length
    },
    parked: async () => (await ledger.search.parked({ limit: 1_000 })).items.map(({ key }) => key),
    progress: () => ledger.search.progress(campaigns[0] ?? ''),
    [Symbol.dispose]() {
      client.disconnect()
    },
  }
  return reader
}
