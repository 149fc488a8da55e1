import { expect, test } from 'vitest'
import type { ConversionBatch, ConversionEvent, ConversionPort, EventResult } from '../clients/receiver-ports.ts'
import { RateLimitedError, RejectedError, UnavailableError } from '../errors.ts'
import { createPixelBatches, type Seat } from './pixel-batches.ts'
import type { Pass } from './pixel-gate.ts'

const pass = (more: Partial<Pass> = {}): Pass => ({
  ...{ to: { via: 'meta', pixelId: '1' }, probes: [], isAlone: false },
  ...more,
})
const event = (eventId: string): ConversionEvent => ({
  ...{ event: 'Lead', eventId, at: 1, actionSource: 'phone_call', person: {} },
})

/** A platform that takes everything but events named bad, and tells what was asked of it. */
function startPlatform(maxEvents = 1_000, answer?: (batch: ConversionBatch) => Promise<EventResult[]>) {
  const sent: ConversionBatch[] = []
  let leaves = 0
  const refused = new RejectedError('bad', { status: 400 })
  const port: ConversionPort = {
    maxEvents,
    async permit(purpose) {
      leaves += 1
      return { purpose }
    },
    async fireEvents(batch) {
      sent.push(batch)
      if (answer !== undefined) return answer(batch)
      return batch.events.map(({ eventId }) =>
        eventId.startsWith('bad') ? { result: 'failed', error: refused } : { result: 'done' },
      )
    },
  }
  const batches = createPixelBatches({
    ...{ port: () => port, lingerMs: 10, gatherMs: 200 },
    watch: (_pass, request) => request(),
  })
  return { batches, sent, leaves: () => leaves, eventsOf: () => sent.map(batch => batch.events.map(e => e.eventId)) }
}

/** As a handler does: leave, intent, event. */
async function fire(seat: Seat, eventId: string, intent: Promise<void> = Promise.resolve()): Promise<string> {
  try {
    await seat.permit('pixel')
    await intent
    await seat.send(event(eventId))
    return 'done'
  } catch (error) {
    return error instanceof UnavailableError || error instanceof RejectedError ? error.code : String(error)
  } finally {
    seat.leave()
  }
}

test.each([
  [1_000, 1],
  [50, 3],
])('120 events at once are %i to a request: %i requests, each with one leave', async (maxEvents, requests) => {
  const { batches, sent, leaves } = startPlatform(maxEvents)
  const ids = Array.from({ length: 120 }, (_, index) => `e${index}`)
  const told = await Promise.all(ids.map(id => fire(batches.seat({ pass: pass() }), id)))
  expect(new Set(told)).toEqual(new Set(['done']))
  expect([sent.length, leaves()]).toEqual([requests, requests])
  expect(sent.flatMap(({ events }) => events.map(({ eventId }) => eventId)).sort()).toEqual([...ids].sort())
})

test('a limit of the rule is kept to', async () => {
  const { batches, sent } = startPlatform()
  await Promise.all(Array.from({ length: 50 }, (_, n) => fire(batches.seat({ pass: pass(), atMost: 20 }), `e${n}`)))
  expect(sent.map(({ events }) => events.length)).toEqual([20, 20, 10])
})

test('only events of one pixel and one test code share a request', async () => {
  const { batches, sent, eventsOf } = startPlatform()
  await Promise.all([
    fire(batches.seat({ pass: pass() }), 'a'),
    fire(batches.seat({ pass: pass() }), 'b'),
    fire(batches.seat({ pass: pass({ to: { via: 'meta', pixelId: '2' } }) }), 'c'),
    fire(batches.seat({ pass: pass(), testEventCode: 'T1' }), 'd'),
    fire(batches.seat({ pass: pass({ isAlone: true }) }), 'e'),
  ])
  expect(eventsOf().sort()).toEqual([['a', 'b'], ['c'], ['d'], ['e']])
  expect(sent.find(({ testEventCode }) => testEventCode === 'T1')?.events).toHaveLength(1)
})

test('each learns what became of its own event', async () => {
  const { batches } = startPlatform()
  const told = await Promise.all(['a', 'bad', 'c'].map(id => fire(batches.seat({ pass: pass() }), id)))
  expect(told).toEqual(['done', 'REJECTED', 'done'])
})

test('nobody waits for one who leaves, and none longer than a moment for one whose intent is late', async () => {
  const { batches, eventsOf } = startPlatform()
  const leaver = batches.seat({ pass: pass() })
  const late = Promise.withResolvers<void>()
  const [gone, first, second] = [
    leaver.permit('pixel').then(() => leaver.leave()),
    fire(batches.seat({ pass: pass() }), 'first'),
    fire(batches.seat({ pass: pass() }), 'second', late.promise),
  ]
  await gone
  expect(await first).toBe('done')
  late.resolve()
  expect(await second).toBe('NOT_SENT')
  expect(eventsOf()).toEqual([['first']])
})

test('who finds no leave sends nothing, and the next batch is another one', async () => {
  const { batches, eventsOf } = startPlatform()
  const spent = new RateLimitedError('spent', { code: 'BUDGET', retryAfterMs: 5 })
  let isSpent = true
  const poor = createPixelBatches({
    port: () => ({
      maxEvents: 10,
      permit: async purpose => {
        if (isSpent) throw spent
        return { purpose }
      },
      fireEvents: async ({ events }) => events.map(() => ({ result: 'done' })),
    }),
    watch: (_pass, request) => request(),
    lingerMs: 5,
  })
  const told = await Promise.allSettled(['a', 'b'].map(() => poor.seat({ pass: pass() }).permit('pixel')))
  expect(told.map(result => result.status === 'rejected' && result.reason === spent)).toEqual([true, true])
  isSpent = false
  expect(await fire(poor.seat({ pass: pass() }), 'c')).toBe('done')
  expect(await fire(batches.seat({ pass: pass() }), 'd')).toBe('done')
  expect(eventsOf()).toEqual([['d']])
})

test('a bug on the way leaves nothing known of any event', async () => {
  const { batches } = startPlatform(10, () => Promise.reject(new TypeError('a bug')))
  const told = await Promise.all(['a', 'b'].map(id => fire(batches.seat({ pass: pass() }), id)))
  expect(told).toEqual(['TypeError: a bug', 'TypeError: a bug'])
})
