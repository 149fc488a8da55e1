import { expect, inject, onTestFinished, test } from 'vitest'
import { createLogger } from '../../../src/logger.ts'
import { catalogue, type JobName } from '../../../src/queues/index.ts'
import { placeCall } from '../../../src/queues/place-call.ts'
import { createProducer } from '../../../src/queues/producer.ts'
import { receiveEvent } from '../../../src/queues/receive-event.ts'
import { untilReady, workerConnection } from '../../../src/redis/connect.ts'
import { createKeys } from '../../../src/redis/keys.ts'
import { parseRedisUrl } from '../../../src/redis/redis-url.ts'
import { createRuntime, type Handlers } from '../../../src/workers/runtime.ts'
import type { Settled } from '../../../src/workers/settled.ts'
import { eventually } from '../../support/eventually.ts'
import { uniquePrefix } from '../../support/prefix.ts'

type Line = Record<string, unknown>

/** Queues and workers of their own; events are handled by `handle`, and everything else by nobody. */
async function startQueues(handle: (eventId: string) => Promise<Settled>) {
  const target = parseRedisUrl(inject('redisUrl'))
  if (typeof target === 'string') throw new Error(target)
  const client = workerConnection(target)
  onTestFinished(() => client.disconnect())
  await untilReady(client, 10_000)
  const keys = createKeys(uniquePrefix())
  const producer = createProducer({ client, keys, onError: () => {} })
  onTestFinished(() => producer[Symbol.asyncDispose]())
  const nothing = async () => ({ result: 'nothing' })
  const others = Object.fromEntries(Object.keys(catalogue).map(name => [name, nothing])) as Record<
    JobName,
    typeof nothing
  >
  const handlers: Handlers = { ...others, 'receive-event': ({ eventId }) => handle(eventId) }
  const lines: Line[] = []
  const logger = createLogger({ level: 'info', destination: { write: line => void lines.push(JSON.parse(line)) } })
  const runtime = createRuntime({ client, keys, handlers, logger, now: () => Date.now() })
  onTestFinished(() => runtime[Symbol.asyncDispose]())
  const settled = () => lines.filter(({ msg }) => msg === 'job.settled')
  return { producer, runtime, settled }
}

const events = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => ({ eventId: `standard_${from + index}` }))

test('events that come together travel in few jobs, and each ends by itself with a line of its own', async () => {
  let running = 0
  let most = 0
  const handled: string[] = []
  const { producer, runtime, settled } = await startQueues(async eventId => {
    running += 1
    most = Math.max(most, running)
    await new Promise(resolve => setImmediate(resolve))
    running -= 1
    handled.push(eventId)
    if (eventId === 'standard_7') throw new Error('our bug')
    return { result: 'processed', eventId }
  })
  await producer.add(receiveEvent, events(420))
  // 8 bundles of 50 and one of 20.
  expect(await producer.backlog()).toMatchObject({ 'receive-event': 9 })
  expect(await producer.waiting(receiveEvent)).toBe(9 * 50)

  runtime.start()
  await eventually(() => settled().length === 420)
  expect(handled.toSorted()).toEqual(
    events(420)
      .map(({ eventId }) => eventId)
      .toSorted(),
  )
  expect(new Set(settled().map(({ jobId }) => jobId)).size).toBe(420)
  expect(settled().filter(({ result }) => result === 'failed')).toMatchObject([{ jobId: 'standard_7' }])
  // One process does as many at once as it would do jobs.
  expect(most).toBeGreaterThan(50)
  expect(most).toBeLessThanOrEqual(100)
  await eventually(async () => (await producer.backlog())['receive-event'] === 0)
})

test('one that travels alone is known by its id: it is not added while it waits', async () => {
  const { producer } = await startQueues(async () => ({ result: 'processed' }))
  await producer.add(receiveEvent, events(1))
  await producer.add(receiveEvent, events(1))
  expect(await producer.backlog()).toMatchObject({ 'receive-event': 1 })
})

test('calls are never bundled: each is counted against what may stand before the account', async () => {
  const { producer } = await startQueues(async () => ({ result: 'processed' }))
  const dials = ['a', 'b', 'c'].map(name => ({ journeyId: `jrn_${name}`, ref: '1', startAt: 0 }))
  await producer.add(placeCall, dials)
  expect(await producer.unfinished('place-call')).toBe(3)
})
