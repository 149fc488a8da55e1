import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError, RateLimitedError, RejectedError, UnavailableError, UnknownOutcomeError } from '../errors.ts'
import { type Isolation, isolateBadEvents } from './isolate-bad-events.ts'

interface Run {
  results: string[]
  sent: number[][]
  done: number[]
}

/** A platform that refuses a request with a bad event in it and counts what it took. */
async function run(count: number, bad: readonly number[], more: Partial<Isolation<number>> = {}): Promise<Run> {
  const sent: number[][] = []
  const done: number[] = []
  const results = await isolateBadEvents(
    Array.from({ length: count }, (_, index) => index),
    {
      async send(events) {
        sent.push([...events])
        if (events.some(event => bad.includes(event))) throw new RejectedError('no', { code: 'BAD' })
        done.push(...events)
      },
      isDivisible: () => true,
      mayGoOn: () => true,
      maxRequests: Number.POSITIVE_INFINITY,
      ...more,
    },
  )
  return { results: results.map(result => (result.result === 'done' ? 'done' : result.error.code)), sent, done }
}

const failing = (error: unknown, after = 0) => {
  let requests = 0
  return async () => {
    requests += 1
    if (requests > after) throw error
    throw new RejectedError('no', { code: 'BAD' })
  }
}

describe('isolateBadEvents', () => {
  it('sends all in one request where none is bad', async () => {
    expect(await run(3, [])).toEqual({ results: ['done', 'done', 'done'], sent: [[0, 1, 2]], done: [0, 1, 2] })
  })

  it('finds one among a thousand in 21 requests', async () => {
    const { results, sent } = await run(1_000, [617])
    expect(results.flatMap((result, index) => (result === 'done' ? [] : [[index, result]]))).toEqual([[617, 'BAD']])
    expect(sent.length).toBe(21)
  })

  it('answers for each in order, does the good ones once and the bad ones never', async () => {
    const batches = fc.array(fc.boolean(), { minLength: 1, maxLength: 60 })
    await fc.assert(
      fc.asyncProperty(batches, async isBad => {
        const bad = isBad.flatMap((is, index) => (is ? [index] : []))
        const { results, sent, done } = await run(isBad.length, bad)
        expect(results).toEqual(isBad.map(is => (is ? 'BAD' : 'done')))
        expect(done).toEqual(isBad.flatMap((is, index) => (is ? [] : [index])))
        expect(sent.length).toBeLessThanOrEqual(Math.max(1, 1 + 2 * bad.length * Math.ceil(Math.log2(isBad.length))))
      }),
    )
  })

  it('keeps to its requests and its time, and says of the rest that it may be sent again', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.boolean(), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 30 }),
        fc.boolean(),
        async (isBad, limit, byTime) => {
          const bad = isBad.flatMap((is, index) => (is ? [index] : []))
          let left = limit
          const bound = byTime ? { mayGoOn: () => --left > 0 } : { maxRequests: limit }
          const { results, sent, done } = await run(isBad.length, bad, bound)
          expect(sent.length).toBeLessThanOrEqual(limit)
          expect(results.length).toBe(isBad.length)
          expect(new Set(done).size).toBe(done.length)
          for (const [index, result] of results.entries()) {
            expect(result === 'done').toBe(done.includes(index))
            if (result === 'BAD') expect(isBad[index]).toBe(true)
            else if (result !== 'done') expect(result).toBe('NOT_ISOLATED')
          }
        },
      ),
    )
  })

  it('tells bad events apart in every call, though all are bad', async () => {
    const { results } = await run(
      1_000,
      Array.from({ length: 1_000 }, (_, index) => index),
      { maxRequests: 64 },
    )
    expect(results.filter(result => result === 'BAD').length).toBeGreaterThan(20)
  })

  it('takes a refusal of the request as a whole for all of them', async () => {
    expect(await run(3, [1], { isDivisible: () => false })).toMatchObject({
      results: ['BAD', 'BAD', 'BAD'],
      sent: [[0, 1, 2]],
    })
  })

  it.each([
    ['a throttle', new RateLimitedError('later', { code: 'LATER' }), 'LATER'],
    ['a vendor that is away', new UnavailableError('away', { code: 'AWAY' }), 'AWAY'],
    ['a refused key', new RejectedError('no', { code: 'UNAUTHORIZED' }), 'UNAUTHORIZED'],
    ['a lost answer', new UnknownOutcomeError('lost', { code: 'LOST' }), 'NOT_ISOLATED'],
  ])('stops at %s: only what was in that request shares its doubt', async (_, error, rest) => {
    expect((await run(4, [], { send: failing(error) })).results).toEqual(Array(4).fill(error.code))
    expect((await run(4, [], { send: failing(error, 1) })).results).toEqual([error.code, error.code, rest, rest])
  })

  it('throws on what is none of our errors', async () => {
    await expect(run(2, [], { send: failing(new TypeError('bug'), 1) })).rejects.toThrow('bug')
    expect(new TypeError('bug')).not.toBeInstanceOf(AppError)
  })
})
