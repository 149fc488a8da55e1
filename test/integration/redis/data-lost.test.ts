import { expect, onTestFinished, test } from 'vitest'
import { createApp } from '../../../src/app.ts'
import { loadConfig } from '../../../src/config.ts'
import { producerConnection, untilReady } from '../../../src/redis/connect.ts'
import { createKeys } from '../../../src/redis/keys.ts'
import { eventually } from '../../support/eventually.ts'
import { startOwnRedis } from '../../support/own-redis.ts'
import { isOver, startStage } from '../../support/stage.ts'

test('a Redis that lost its data is noticed: nothing is taken, nobody is called again, and readiness says why', async () => {
  const redis = await startOwnRedis()
  onTestFinished(() => redis[Symbol.asyncDispose]())
  const stage = await startStage({ env: { REDIS_URL: redis.url } })
  await stage.lead('lead_1', { phone: '+12025550123' })
  await stage.journey('lead_1', isOver)

  // What a failover to an empty replica looks like from here.
  const client = producerConnection({ kind: 'url', url: redis.url })
  onTestFinished(() => client.disconnect())
  await untilReady(client, 5_000)
  await client.flushall()

  expect(await stage.lead('lead_1', { phone: '+12025550123' })).toMatchObject({ status: 503 })
  const ready = await fetch(`${stage.url}/readyz`)
  expect(ready.status).toBe(503)
  expect(await ready.text()).toContain('is gone')
  await eventually(() =>
    expect(stage.lines.some(({ msg, alert }) => msg === 'scheduler.round_failed' && alert === true)).toBe(true),
  )
  expect(stage.simulator.truth().calls).toHaveLength(1)
})

test('a shard that lost its data stops the start, with the mend', async () => {
  const redis = await startOwnRedis()
  onTestFinished(() => redis[Symbol.asyncDispose]())
  const stage = await startStage({ env: { REDIS_URL: redis.url, REDIS_PREFIX: 'lost' } })
  const client = producerConnection({ kind: 'url', url: redis.url })
  onTestFinished(() => client.disconnect())
  await untilReady(client, 5_000)
  await client.del(createKeys('lost').shard('03').mark)
  await expect(createApp(loadConfig(stage.env), { logger: stage.app.logger })).rejects.toThrow(
    /shards 03: restore a backup/,
  )
})
