import type { Clock } from '../clock.ts'
import type { RedisClient } from '../redis/connect.ts'
import type { Keys } from '../redis/keys.ts'
import { createScript } from '../redis/script.ts'
import type { TrippingCall } from './control.ts'

/** How the calls of each campaign went lately. Says when too many failed; pausing is for whoever asked. */
export interface Breaker {
  /** Counts one result of a call. Answers what speaks for a trip once the rules say so, and again with every failure. */
  count(campaign: string, result: CallResult, rules: BreakerRules): Promise<Trip | undefined>
  /** Forgets what was counted. */
  reset(campaign: string): Promise<void>
}

/** `failed` says with which code. One call can have several results: put off twice and then placed is three. */
export type CallResult = { effect: string; failed?: string }

export interface BreakerRules {
  /** Share of failures, over 0 to 1, at which it trips. */
  failureShare: number
  windowMs: number
  /** Below so many results nothing is judged. */
  minCalls: number
}

export interface Trip {
  failed: number
  total: number
  /** Newest first, bounded. */
  calls: TrippingCall[]
}

/** Enough to see what is going wrong; a burst of thousands says no more. */
const MAX_EVIDENCE = 50

/** Results kept of one window: bounds what a day-long one costs. */
const MAX_KEPT = 100_000

// A member ends in its time and a count, so that equal results stand side by side.
const countScript = createScript(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + tonumber(ARGV[1])
local window = tonumber(ARGV[2])
local into = KEYS[tonumber(ARGV[5])]
for _, key in ipairs(KEYS) do redis.call('ZREMRANGEBYSCORE', key, '-inf', '(' .. string.format('%.0f', now - window)) end
local member = ARGV[6] .. ' ' .. time[1] .. '.' .. time[2]
redis.call('ZADD', into, now, member .. ' ' .. redis.call('ZCARD', into))
redis.call('ZREMRANGEBYRANK', into, 0, -${MAX_KEPT + 1})
redis.call('PEXPIRE', into, window)
local failed = redis.call('ZCARD', KEYS[2])
local total = redis.call('ZCARD', KEYS[1]) + failed
if total < tonumber(ARGV[4]) or failed < total * tonumber(ARGV[3]) or failed == 0 then return { failed, total, {} } end
return { failed, total, redis.call('ZREVRANGE', KEYS[2], 0, ${MAX_EVIDENCE - 1}, 'WITHSCORES') }
`)

export function createBreaker(parts: { client: RedisClient; clock: Clock; keys: Keys }): Breaker {
  const { client, clock, keys } = parts
  return {
    async count(campaign, { effect, failed: code }, { windowMs, failureShare, minCalls }) {
      const { succeeded, failed } = keys.breaker(campaign)
      const [into, member] = code === undefined ? [1, effect] : [2, `${effect} ${code.replaceAll(' ', '_')}`]
      const args = [clock.shiftMs(), Math.round(windowMs), failureShare, minCalls, into, member]
      const [failures, total, evidence] = (await countScript.run(client, [succeeded, failed], args)) as [
        number,
        number,
        string[],
      ]
      const calls = evidence.flatMap((entry, index) => (index % 2 === 0 ? [decode(entry, evidence[index + 1])] : []))
      return calls.length === 0 ? undefined : { failed: failures, total, calls }
    },

    async reset(campaign) {
      const { succeeded, failed } = keys.breaker(campaign)
      await client.del(succeeded, failed)
    },
  }
}

function decode(member: string, at: string | undefined): TrippingCall {
  const [effect = '', code = ''] = member.split(' ')
  return { effect, code, at: Number(at) }
}
