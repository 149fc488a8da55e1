import { expect } from 'vitest'
import { cleanUp } from '../../src/queues/clean-up.ts'
import { createProducer } from '../../src/queues/producer.ts'
import { untilReady, workerConnection } from '../../src/redis/connect.ts'
import { createKeys } from '../../src/redis/keys.ts'
import { parseRedisUrl } from '../../src/redis/redis-url.ts'
import type { Stage } from './stage.ts'

/** Has the service's own clean-up job run now, and waits for its end. */
export async function runCleanUp(stage: Stage): Promise<void> {
  const target = parseRedisUrl(String(stage.env['REDIS_URL']))
  if (typeof target === 'string') throw new Error(target)
  const client = workerConnection(target)
  const keys = createKeys(String(stage.env['REDIS_PREFIX']))
  const producer = createProducer({ client, keys, onError: () => {} })
  const runs = () =>
    stage.lines.filter(
      line => line['msg'] === 'job.settled' && line['jobId'] === 'clean-up' && line['result'] === 'done',
    )
  try {
    await untilReady(client, 5_000)
    const before = runs().length
    await producer.add(cleanUp, [{}])
    await expect.poll(() => runs().length).toBeGreaterThan(before)
  } finally {
    await producer[Symbol.asyncDispose]()
    client.disconnect()
  }
}
