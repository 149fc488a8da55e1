import { type CommitStore, commit } from './commit.ts'
import { createShardScript } from './shard-script.ts'

/**
 * Claims what is due. A claim moves an entry to now + lease: whoever claimed it and dies leaves an entry that comes due
 * again by itself.
 */
export interface Due {
  /** Takes up to `limit` due entries of each index. All indexes must lie in one shard. */
  claim(indexes: readonly { key: string; limit: number }[], leaseMs: number): Promise<Claim>
  /** How many entries of each index are due now, and how long until the next of any of them is. */
  count(keys: readonly string[]): Promise<{ counts: number[]; nextInMs: number | undefined }>
  /** Gives a claimed entry back: due after `delayMs`. */
  putBack(key: string, entry: string, delayMs: number): Promise<void>
  /** Makes up to `limit` entries of one index, soonest first, due at once in another one of the shard. Answers how many. */
  release(from: string, into: string, limit: number): Promise<number>
}

export interface Claim {
  /** Entries per index, soonest first. */
  entries: string[][]
  /** How long until the next entry of any of these indexes is due, ms; `undefined` when all are empty. */
  nextInMs: number | undefined
}

// The first entry is looked at alone: nearly always nothing is due, and there is nothing else to ask.
const LUA = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + tonumber(ARGV[1])
local lease = tonumber(ARGV[2])
local claimed = {}
local nextIn = -1
for index, key in ipairs(KEYS) do
  local limit = tonumber(ARGV[2 + index])
  local entries = {}
  local first = limit > 0 and redis.call('ZRANGE', key, 0, 0, 'WITHSCORES') or {}
  if first[2] and tonumber(first[2]) <= now then
    entries = redis.call('ZRANGEBYSCORE', key, '-inf', now, 'LIMIT', 0, limit)
    for _, entry in ipairs(entries) do redis.call('ZADD', key, 'XX', now + lease, entry) end
    first = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')
  end
  claimed[index] = entries
  if first[2] then
    local wait = math.max(0, tonumber(first[2]) - now)
    if nextIn < 0 or wait < nextIn then nextIn = wait end
  end
end
return { claimed, math.ceil(nextIn) }
`

const script = createShardScript(LUA)

const COUNT = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + tonumber(ARGV[1])
local counts = {}
local nextIn = -1
for index, key in ipairs(KEYS) do
  counts[index] = 0
  local later = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')
  if later[2] and tonumber(later[2]) <= now then
    counts[index] = redis.call('ZCOUNT', key, '-inf', now)
    later = redis.call('ZRANGEBYSCORE', key, '(' .. string.format('%.0f', now), '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
  end
  if later[2] then
    local wait = tonumber(later[2]) - now
    if nextIn < 0 or wait < nextIn then nextIn = wait end
  end
end
return { counts, math.ceil(nextIn) }
`

const countScript = createShardScript(COUNT)

const RELEASE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + tonumber(ARGV[1])
local entries = redis.call('ZRANGE', KEYS[1], 0, tonumber(ARGV[2]) - 1)
for _, entry in ipairs(entries) do
  redis.call('ZREM', KEYS[1], entry)
  redis.call('ZADD', KEYS[2], now, entry)
end
return #entries
`

const releaseScript = createShardScript(RELEASE)

export function createDue(store: CommitStore): Due {
  return {
    async claim(indexes, leaseMs) {
      const args = [store.clock.shiftMs(), leaseMs, ...indexes.map(index => index.limit)]
      const keys = indexes.map(index => index.key)
      const [entries, nextIn] = (await script.run(store, keys, args)) as [string[][], number]
      return { entries, nextInMs: nextIn < 0 ? undefined : nextIn }
    },

    async count(keys) {
      const [counts, nextIn] = (await countScript.run(store, keys, [store.clock.shiftMs()])) as [number[], number]
      return { counts, nextInMs: nextIn < 0 ? undefined : nextIn }
    },

    release: async (from, into, limit) =>
      limit < 1 ? 0 : Number(await releaseScript.run(store, [from, into], [store.clock.shiftMs(), limit])),

    async putBack(key, entry, delayMs) {
      await commit(store, [], [['ZADD', key, 'XX', { fromNowMs: delayMs }, entry]])
    },
  }
}
