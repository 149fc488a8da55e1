import { setTimeout as wait } from 'node:timers/promises'
import type { Clock, Random } from '../clock.ts'
import { RateLimitedError, UnavailableError } from '../errors.ts'
import type { RedisClient } from '../redis/connect.ts'
import { createGathering } from '../redis/gather.ts'
import { createScript } from '../redis/script.ts'

/** What a request is for, most urgent first. */
export const purposes = ['dial', 'reconcile', 'sms', 'pixel', 'poll'] as const
export type Purpose = (typeof purposes)[number]

/** Requests per so many milliseconds, as a vendor allows them for one account. */
export interface Rate {
  requests: number
  perMs: number
}

/** Leave to send one request. */
export interface Permit {
  purpose: Purpose
  /** When it may leave, on the clock of `performance.now()`: a moment away, so that an intent is on disk by then. */
  startAt?: number
}

/**
 * One vendor account's request budget, shared by all processes and all kinds of request. Requests start evenly, never
 * faster than the rate and without a burst after a stall. Who is more urgent may stand further ahead in the line; each
 * purpose has a floor, so that none starves.
 */
export interface Budget {
  /**
   * Resolves a moment before the request may leave.
   * @throws RateLimitedError (`BUDGET`) when the line is too long for this purpose; nothing was sent
   */
  take(purpose: Purpose, signal?: AbortSignal): Promise<Permit>
  /**
   * Resolves when the request may leave, asked right before it does. Leave that has lapsed meanwhile is taken anew, for
   * no longer than `take` may last: an intent is running out.
   * @returns how long that took, ms of real time
   * @throws RateLimitedError as `take` does
   */
  depart(permit: Permit, signal?: AbortSignal): Promise<number>
  /** The vendor said 429: nothing new starts for this long. */
  pause(ms: number): Promise<void>
}

/** How far ahead of now a purpose may stand in the line, ms: the less urgent, the emptier it must find it. */
const AHEAD_MS: Record<Purpose, number> = { dial: 1_500, reconcile: 600, sms: 500, pixel: 400, poll: 200 }

/** Every purpose gets at least this share of the rate, however urgent others are. */
const FLOOR_SHARE = 0.04

/**
 * Share of the rate that is left unused. Requests arrive a little less evenly than they leave: with this much room up to
 * 20 ms of unevenness puts no second more than one request over the rate.
 */
const SPARE_SHARE = 0.02

/** How long one asks again, or stands in line, before giving the step back to the due index, where waiting is free. */
const PATIENCE_MS = 2_000
const ASK_AGAIN_MS = 150

/** Leave is given this long before its time: an intent is written and fsynced meanwhile. */
const HEAD_START_MS = 50

/** Whoever has stood in line for longer asks whether another process has heard a 429 meanwhile. */
const PAUSE_RECHECK_MS = HEAD_START_MS

/** Timers are never more exact than this. */
const TIMER_MS = 15

/** A 429 that does not say for how long. */
export const PAUSE_MS = 1_000

/** Requests that ask for leave in one call: more than any process has at once. */
const MOST_AT_ONCE = 200

// Answers: how long each that got leave waits for its start; for the others 0 and how long the line is, or -1 and how
// long the account is paused.
const TAKE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000 + tonumber(ARGV[1])
local interval, ahead, purpose, floor = tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4], tonumber(ARGV[5])
local state = redis.call('HMGET', KEYS[1], 'next', 'pausedUntil', 'floor:' .. purpose)
local paused = tonumber(state[2] or 0)
if paused > now then return { {}, -1, math.ceil(paused - now) } end
local start = math.max(now, tonumber(state[1] or 0))
local isFloor = tonumber(state[3] or 0) <= now and start - now <= tonumber(ARGV[6])
local waits = {}
while #waits < tonumber(ARGV[7]) and (start - now <= ahead or isFloor) do
  waits[#waits + 1] = math.ceil(start - now)
  start = start + interval
  isFloor = false
end
if #waits > 0 then
  redis.call('HSET', KEYS[1], 'next', start, 'floor:' .. purpose, now + floor)
  redis.call('PEXPIRE', KEYS[1], 3600000)
end
return { waits, 0, math.ceil(start - now) }
`

const PAUSE = `
local time = redis.call('TIME')
local untilAt = time[1] * 1000 + time[2] / 1000 + tonumber(ARGV[1]) + tonumber(ARGV[2])
local paused = tonumber(redis.call('HGET', KEYS[1], 'pausedUntil') or 0)
if untilAt > paused then redis.call('HSET', KEYS[1], 'pausedUntil', untilAt) end
redis.call('PEXPIRE', KEYS[1], 3600000 + tonumber(ARGV[2]))
return 1
`

// Answers how long the account is paused.
const PAUSED = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000 + tonumber(ARGV[1])
return math.ceil(tonumber(redis.call('HGET', KEYS[1], 'pausedUntil') or 0) - now)
`

/** 1 and how long to wait for the start; 0 and how long the line is; -1 and how long the account is paused, ms. */
interface Answer {
  answer: 1 | 0 | -1
  ms: number
}

const takeScript = createScript(TAKE)
const pausedScript = createScript(PAUSED)
const pauseScript = createScript(PAUSE)

export function createBudget(parts: {
  client: RedisClient
  clock: Clock
  random: Random
  key: string
  rate: Rate
  /** Told of every leave that was given, or could not be. */
  onLeave?: (purpose: Purpose, result: 'granted' | 'refused') => void
}): Budget {
  const { client, clock, random, key, rate, onLeave } = parts
  const intervalMs = rate.perMs / rate.requests / (1 - SPARE_SHARE)
  const floorMs = intervalMs / FLOOR_SHARE
  /**
   * Leave that is not used by then lapses: the process was stalled, and a burst would follow. Half an interval leaves
   * the other half to the way there, so that no second holds more than one request too many when it arrives.
   */
  const lapseMs = Math.max(intervalMs / 2, TIMER_MS)
  /** Known here before Redis hears of it: nothing of this process starts in between. */
  let pausedUntil = 0

  const askTogether = (purpose: Purpose) =>
    createGathering<undefined, Answer>(
      async asked => {
        const args = [clock.shiftMs(), intervalMs, AHEAD_MS[purpose], purpose, floorMs, PATIENCE_MS, asked.length]
        const [waits, why, ms] = (await takeScript.run(client, [key], args)) as [number[], 0 | -1, number]
        return asked.map((_, at) => {
          const wait = waits[at]
          return wait === undefined ? { answer: why, ms } : { answer: 1, ms: wait }
        })
      },
      { items: MOST_AT_ONCE },
    )
  const lines = Object.fromEntries(purposes.map(purpose => [purpose, askTogether(purpose)])) as Record<
    Purpose,
    ReturnType<typeof askTogether>
  >

  async function ask(purpose: Purpose): Promise<Answer> {
    const left = pausedUntil - clock.now()
    return left > 0 ? { answer: -1, ms: left } : lines[purpose](undefined)
  }

  async function isPausedNow(): Promise<boolean> {
    return Number(await pausedScript.run(client, [key], [clock.shiftMs()])) > 0
  }

  async function take(
    purpose: Purpose,
    signal?: AbortSignal,
    giveUpAt = performance.now() + PATIENCE_MS,
  ): Promise<Required<Permit>> {
    for (;;) {
      if (signal?.aborted) throw stopping()
      const { answer, ms } = await ask(purpose)
      if (answer === 1) {
        onLeave?.(purpose, 'granted')
        const startAt = performance.now() + ms
        await rest(ms - HEAD_START_MS, signal)
        if (ms > PAUSE_RECHECK_MS && (await isPausedNow())) continue
        return { purpose, startAt }
      }
      const isPaused = answer === -1 && ms > PATIENCE_MS
      if (isPaused || performance.now() > giveUpAt) {
        onLeave?.(purpose, 'refused')
        const why = isPaused ? 'the vendor has asked for a pause' : `the account's request budget is spent for now`
        throw spent(ms, why)
      }
      await rest(Math.min(ms, ASK_AGAIN_MS) * (0.5 + random()), signal)
    }
  }

  return {
    take,

    async depart({ purpose, startAt }, signal) {
      const askedAt = performance.now()
      let leaveAt = startAt
      // A process that is late every time would lose every turn: each time it may be later.
      let graceMs = lapseMs
      for (;;) {
        leaveAt ??= (await take(purpose, signal, askedAt + PATIENCE_MS)).startAt
        await rest(leaveAt - performance.now(), signal)
        const isInTime = performance.now() - leaveAt <= graceMs && pausedUntil <= clock.now()
        if (isInTime) return performance.now() - askedAt
        // A process that is too late every time has no time for a request either.
        if (performance.now() > askedAt + PATIENCE_MS)
          throw spent(ASK_AGAIN_MS, 'the process is too busy to keep its turn')
        leaveAt = undefined
        graceMs *= 2
      }
    },

    async pause(ms) {
      pausedUntil = Math.max(pausedUntil, clock.now() + ms)
      await pauseScript.run(client, [key], [clock.shiftMs(), Math.ceil(ms)])
    },
  }
}

function spent(retryAfterMs: number, why: string): RateLimitedError {
  return new RateLimitedError(why, { code: 'BUDGET', retryAfterMs })
}

function stopping(): UnavailableError {
  return new UnavailableError('the process is stopping: nothing was sent', { code: 'STOPPING' })
}

async function rest(ms: number, signal?: AbortSignal): Promise<void> {
  if (ms <= 0) return
  try {
    await wait(ms, undefined, signal === undefined ? {} : { signal })
  } catch {
    throw stopping()
  }
}
