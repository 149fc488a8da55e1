import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { RateLimitedError, RejectedError, UnknownOutcomeError } from '../errors.ts'
import type { Permit } from './budget.ts'
import { createConversions, type Platform } from './conversions.ts'
import type { ConversionBatch, EventResult } from './receiver-ports.ts'

const event = (eventId: string) => ({
  event: 'Lead',
  eventId,
  at: 0,
  actionSource: 'phone_call' as const,
  person: {},
})
const batchOf = (...ids: string[]): ConversionBatch => ({ pixelId: '1', testEventCode: 'T', events: ids.map(event) })
const told = (results: readonly EventResult[]) =>
  results.map(result => (result.result === 'done' ? 'done' : result.error.code))

/** A platform that refuses what begins with `bad`, and surely would refuse what begins with `old`. */
function platform(more: Partial<Platform> = {}) {
  const sent: { ids: string[]; permit: Permit; testEventCode: string | undefined }[] = []
  const take = { purposes: [] as string[], fail: undefined as unknown }
  const whole: Platform = {
    budget: {
      async take(purpose) {
        if (take.fail !== undefined) throw take.fail
        take.purposes.push(purpose)
        return { purpose }
      },
      depart: async () => 0,
      pause: async () => {},
    },
    maxEvents: 4,
    refusalOf: ({ eventId }) =>
      eventId.startsWith('old') ? new RejectedError('too old', { code: 'EVENT_TOO_OLD' }) : undefined,
    async send({ events, testEventCode }, { permit }) {
      const ids = events.map(({ eventId }) => eventId)
      sent.push({ ids, permit, testEventCode })
      if (ids.some(id => id.startsWith('bad'))) throw new RejectedError('no', { code: 'BAD' })
    },
    isDivisible: () => true,
    ...more,
  }
  return { whole, sent, take }
}

describe('fireEvents', () => {
  it('answers in order, and does not send what would surely be refused', async () => {
    const { whole, sent } = platform()
    expect(told(await createConversions(whole).fireEvents(batchOf('old1', 'a', 'old2', 'b')))).toEqual([
      'EVENT_TOO_OLD',
      'done',
      'EVENT_TOO_OLD',
      'done',
    ])
    expect(sent).toMatchObject([{ ids: ['a', 'b'], testEventCode: 'T' }])
    expect(told(await createConversions(whole).fireEvents(batchOf('old')))).toEqual(['EVENT_TOO_OLD'])
    expect(sent).toHaveLength(1)
  })

  it.each([0, 5])('of %i events is a mistake', async count => {
    const { whole, sent, take } = platform()
    const batch = batchOf(...Array.from({ length: count }, (_, n) => `${n}`))
    await expect(createConversions(whole).fireEvents(batch)).rejects.toThrow(RangeError)
    expect([sent, take.purposes]).toEqual([[], []])
  })

  it('takes leave for every request, the given one first', async () => {
    const { whole, sent, take } = platform()
    const given: Permit = { purpose: 'pixel' }
    const results = await createConversions(whole).fireEvents(batchOf('bad', 'a', 'b', 'c'), { permit: given })
    expect(told(results)).toEqual(['BAD', 'done', 'done', 'done'])
    expect(sent.map(({ ids }) => ids.length)).toEqual([4, 2, 1, 1, 2])
    expect(sent.map(({ permit }) => permit === given)).toEqual([true, false, false, false, false])
    expect(take.purposes).toEqual(Array(4).fill('pixel'))
  })

  it('sends nothing without leave', async () => {
    const { whole, sent, take } = platform()
    take.fail = new RateLimitedError('spent', { code: 'BUDGET' })
    expect(told(await createConversions(whole).fireEvents(batchOf('a', 'b')))).toEqual(['BUDGET', 'BUDGET'])
    expect(sent).toEqual([])
  })

  it('says what was not sent again when Redis went away between two requests', async () => {
    const { whole, take } = platform()
    take.fail = new Error('Connection is closed.')
    const results = await createConversions(whole).fireEvents(batchOf('bad', 'a'), { permit: { purpose: 'pixel' } })
    expect(told(results)).toEqual(['BUDGET_AWAY', 'BUDGET_AWAY'])
  })

  it('looks for bad events for so long, and ends in time whatever happens', async () => {
    const limits = { maxRequests: 64, isolateForMs: 20, endAfterMs: 100 }
    const { signal } = new AbortController()
    let requests = 0
    const { whole } = platform({
      async send({ events }, { signal }) {
        requests += 1
        if (events.length < 2) await once(signal, 'abort')
        if (signal.aborted) throw new UnknownOutcomeError('cut off', { code: 'ABORTED' })
        throw new RejectedError('no', { code: 'BAD' })
      },
    })
    expect(told(await createConversions(whole, limits).fireEvents(batchOf('a', 'b', 'c', 'd'), { signal }))).toEqual([
      'ABORTED',
      'NOT_ISOLATED',
      'NOT_ISOLATED',
      'NOT_ISOLATED',
    ])
    expect(requests).toBe(3)

    const { whole: slow } = platform({
      async send(batch, options) {
        await once(AbortSignal.timeout(30), 'abort')
        await platform().whole.send(batch, options)
      },
    })
    expect(told(await createConversions(slow, limits).fireEvents(batchOf('bad', 'a')))).toEqual([
      'NOT_ISOLATED',
      'NOT_ISOLATED',
    ])
  })

  it('stops when its caller does', async () => {
    const stop = new AbortController()
    const { whole } = platform({
      async send(_, { signal }) {
        stop.abort()
        expect(signal.aborted).toBe(true)
        throw new RejectedError('no', { code: 'BAD' })
      },
    })
    const results = await createConversions(whole).fireEvents(batchOf('a', 'b'), { signal: stop.signal })
    expect(told(results)).toEqual(['NOT_ISOLATED', 'NOT_ISOLATED'])
  })
})
