import { Redis } from 'ioredis'
import { expect, onTestFinished, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { startOwnRedis } from '../../support/own-redis.ts'
import { startStage } from '../../support/stage.ts'

const SHARDS = 16

/** Rounds of the scheduler that are looked at. */
const ROUNDS = 4

/** An index that holds nothing is asked for its first entry and for nothing else: of every shard, in one call for steps. */
const MOST_PER_SHARD = { evalsha: 2, zrange: 13, zrangebyscore: 0, zcount: 0 }

test('where nothing is due a round of the scheduler asks each index one thing', async () => {
  const redis = await startOwnRedis()
  onTestFinished(() => redis[Symbol.asyncDispose]())
  await startStage({ env: { REDIS_URL: redis.url, SHARDS: `${SHARDS}`, ROLES: 'web,scheduler' } })
  const client = new Redis(redis.url)
  onTestFinished(() => client.disconnect())
  const counted = async () => {
    const stats = await client.info('commandstats')
    return (name: string) => Number(new RegExp(`cmdstat_${name}:calls=(\\d+)`).exec(stats)?.[1] ?? 0)
  }
  // What a start has to do comes first.
  await eventually(async () => expect((await counted())('zrange')).toBeGreaterThan(SHARDS * MOST_PER_SHARD.zrange * 2))
  await client.config('RESETSTAT')
  const least = ROUNDS * SHARDS * MOST_PER_SHARD.zrange
  const calls = await eventually(async () => {
    const found = await counted()
    if (found('zrange') < least) throw new Error(`${found('zrange')} of ${least}`)
    return found
  })
  // One round more may have begun.
  for (const [name, each] of Object.entries(MOST_PER_SHARD)) {
    expect(calls(name), name).toBeLessThanOrEqual((ROUNDS + 1) * SHARDS * each)
  }
})
