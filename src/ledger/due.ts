import type { CommitStore } from './commit.ts'
import { createShardScript } from './shard-script.ts'

/**
 * Claims what is due. A claim moves an entry to now + lease: whoever claimed it and dies leaves an entry that comes due
 * again by itself.
 */
export interface Due {
  /** Takes up to `limit` due entries of each index. All indexes must lie in one shard. */
  claim(indexes: readonly { key: string; limit: number }[], leaseMs: number): Promise<Claim>
}

export interface Claim {
  /** Entries per index, soonest first. */
  entries: string[][]
  /** How long until the next entry of any of these indexes is due, ms; `undefined` when all are empty. */
  nextInMs: number | undefined
}

const LUA = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + tonumber(ARGV[1])
local lease = tonumber(ARGV[2])
local claimed = {}
local nextIn = -1
for index, key in ipairs(KEYS) do
  local limit = tonumber(ARGV[2 + index])
  local entries = {}
  if limit > 0 then
    entries = redis.call('ZRANGEBYSCORE', key, '-inf', now, 'LIMIT', 0, limit)
    for _, entry in ipairs(entries) do redis.call('ZADD', key, 'XX', now + lease, entry) end
  end
  claimed[index] = entries
  local first = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')
  if first[2] and limit > 0 then
    local wait = math.max(0, tonumber(first[2]) - now)
    if nextIn < 0 or wait < nextIn then nextIn = wait end
  end
end
return { claimed, math.ceil(nextIn) }
`

const script = createShardScript(LUA)

export function createDue(store: CommitStore): Due {
  return {
    async claim(indexes, leaseMs) {
      const args = [store.clock.shiftMs(), leaseMs, ...indexes.map(index => index.limit)]
      const keys = indexes.map(index => index.key)
      const [entries, nextIn] = (await script.run(store, keys, args)) as [string[][], number]
      return { entries, nextInMs: nextIn < 0 ? undefined : nextIn }
    },
  }
}
