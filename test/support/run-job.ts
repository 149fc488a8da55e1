import { expect } from 'vitest'
import type { JobContract } from '../../src/queues/define-job.ts'
import { createProducer } from '../../src/queues/producer.ts'
import { untilReady, workerConnection } from '../../src/redis/connect.ts'
import { createKeys } from '../../src/redis/keys.ts'
import { parseRedisUrl } from '../../src/redis/redis-url.ts'
import type { Stage } from './stage.ts'

/** Has the service do a job that otherwise comes by itself, and waits for its end. Answers the line that tells of it. */
export async function runJob(
  stage: Stage,
  contract: JobContract<Record<string, never>>,
): Promise<Record<string, unknown>> {
  const target = parseRedisUrl(String(stage.env['REDIS_URL']))
  if (typeof target === 'string') throw new Error(target)
  const client = workerConnection(target)
  const keys = createKeys(String(stage.env['REDIS_PREFIX']))
  const producer = createProducer({ client, keys, onError: () => {} })
  const runs = () => stage.lines.filter(({ msg, jobId }) => msg === 'job.settled' && jobId === contract.id({}))
  try {
    await untilReady(client, 5_000)
    const before = runs().length
    await producer.add(contract, [{}])
    await expect.poll(() => runs().length).toBeGreaterThan(before)
    return runs().at(-1) ?? {}
  } finally {
    await producer[Symbol.asyncDispose]()
    client.disconnect()
  }
}
