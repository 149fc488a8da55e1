import { randomBytes } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { RedisClient } from '../redis/connect.ts'
import { type Keys, shardNames } from '../redis/keys.ts'
import { createScript } from '../redis/script.ts'
import type { FailureFilter, FailurePlace } from './failures.ts'
import type { Identity } from './identity.ts'
import { KEEP_REPLAYS_MS, type ReplayStanding, refusedField, replayStandings } from './replay-effect.ts'

export const replayStatuses = ['running', 'done', 'cancelled'] as const
export type ReplayStatus = (typeof replayStatuses)[number]

/** Failed effects that somebody wants to be tried anew. */
export interface Replay {
  id: string
  by: string
  at: number
  filter: FailureFilter
  perSecond: number
  /** Failures that fitted when it was asked for. */
  matched: number
  /** `running` while effects are taken up; what became of each is counted for as long as the record is kept. */
  status: ReplayStatus
  endedAt?: number
  /** Taken up. */
  done: number
  /** Could not be taken up, by reason. */
  refusals: Record<string, number>
  /** Where those stand that were taken up. */
  standing: Record<ReplayStanding, number>
}

/** How far the walk over the failures is. */
export interface WalkPlace {
  /** Index of the shard. */
  shard: number
  place?: FailurePlace
}

/** May the walk take up more? */
export type Turn =
  /** `inMs` from now. */
  | { result: 'granted'; inMs: number }
  /** Not so soon: ask again after this long. */
  | { result: 'wait'; inMs: number }
  /** Another process walks. */
  | { result: 'held'; inMs: number }
  /** It is done or cancelled. */
  | { result: 'over' }

/** Belongs to no number, so it lies outside the shards; what it does to effects is counted in theirs. */
export interface Replays {
  create(replay: Pick<Replay, 'by' | 'filter' | 'perSecond' | 'matched'>): Promise<string>
  read(id: string): Promise<Replay | undefined>
  /** Newest first. */
  list(limit: number): Promise<Replay[]>
  /** Ids of those that are going on. */
  running(): Promise<string[]>
  isCancelled(id: string): Promise<boolean>
  /** `false` when it is over already. */
  end(id: string, status: 'done' | 'cancelled'): Promise<boolean>
  /**
   * Asks for leave to take up `count` effects, and takes the walk for this process until its lease ends. Over all
   * processes no more than `perSecond` are given leave, and none is made up for that nobody asked for.
   */
  turn(id: string, walker: string, perSecond: number, count: number): Promise<Turn>
  walkPlace(id: string): Promise<WalkPlace>
  /** A place that is lost costs a second look at what lies behind it, nothing else. */
  keepPlace(id: string, place: WalkPlace): Promise<void>
  /** Effects that were taken up and wait for their turn at the vendor. */
  waiting(id: string): Promise<number>
}

/** A walk whose process died is taken over after this long. */
const LEASE_MS = 3_000

/** Leave is given this far ahead; who has to wait longer asks again, and hears of a cancel meanwhile. */
const AHEAD_MS = 50

/** Replays that are listed; older ones are still found by their id. */
const MAX_LISTED = 1_000

const CREATE = `
redis.call('HSET', KEYS[1], unpack(ARGV, 4))
redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1])
redis.call('ZREMRANGEBYRANK', KEYS[2], 0, -tonumber(ARGV[3]) - 1)
redis.call('SADD', KEYS[3], ARGV[1])
return 1
`

const END = `
redis.call('SREM', KEYS[2], ARGV[1])
if redis.call('HGET', KEYS[1], 'status') ~= 'running' then return 0 end
redis.call('HSET', KEYS[1], 'status', ARGV[2], 'endedAt', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1
`

const TURN = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000 + tonumber(ARGV[1])
local walker, lease, interval, count, ahead = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local state = redis.call('HMGET', KEYS[1], 'status', 'walker', 'leaseUntil', 'next')
if state[1] ~= 'running' then return { 'over', 0 } end
local leaseUntil = tonumber(state[3] or 0)
if state[2] and state[2] ~= walker and leaseUntil > now then return { 'held', math.ceil(leaseUntil - now) } end
redis.call('HSET', KEYS[1], 'walker', walker, 'leaseUntil', string.format('%.0f', now + lease))
if count == 0 then return { 'granted', 0 } end
local start = math.max(now, tonumber(state[4] or 0))
if start - now > ahead then return { 'wait', math.ceil(start - now - ahead) } end
redis.call('HSET', KEYS[1], 'next', string.format('%.3f', start + count * interval))
return { 'granted', math.ceil(start - now) }
`

const beginScript = createScript(CREATE)
const endScript = createScript(END)
const turnScript = createScript(TURN)

export function createReplays(parts: { client: RedisClient; clock: Clock; keys: Keys; identity: Identity }): Replays {
  const { client, clock, keys } = parts
  const shards = shardNames(parts.identity.shards).map(shard => keys.shard(shard))

  async function read(id: string): Promise<Replay | undefined> {
    const record = await client.hgetall(keys.replay(id))
    if (record['status'] === undefined) return undefined
    const accounts = await Promise.all(shards.map(own => client.hgetall(own.replay(id))))
    const counts = summed(accounts)
    const endedAt = record['endedAt']
    return {
      id,
      by: record['by'] ?? '',
      at: Number(record['at']),
      filter: JSON.parse(record['filter'] ?? '{}'),
      perSecond: Number(record['perSecond']),
      matched: Number(record['matched']),
      status: record['status'] as ReplayStatus,
      ...(endedAt === undefined ? {} : { endedAt: Number(endedAt) }),
      done: counts.get('done') ?? 0,
      refusals: refusalsIn(counts),
      standing: Object.fromEntries(replayStandings.map(name => [name, counts.get(name) ?? 0])) as Replay['standing'],
    }
  }

  return {
    read,

    async create({ by, filter, perSecond, matched }) {
      const id = `rpl_${randomBytes(8).toString('hex')}`
      const at = clock.now()
      const record = { by, at, filter: JSON.stringify(filter), perSecond, matched, status: 'running' }
      const fields = Object.entries(record).flat()
      const { all, running } = keys.replays
      await beginScript.run(client, [keys.replay(id), all, running], [id, at, MAX_LISTED, ...fields])
      return id
    },

    async list(limit) {
      const ids = await client.zrevrange(keys.replays.all, 0, limit - 1)
      return (await Promise.all(ids.map(read))).filter(replay => replay !== undefined)
    },

    running: () => client.smembers(keys.replays.running),

    isCancelled: async id => (await client.hget(keys.replay(id), 'status')) === 'cancelled',

    async end(id, status) {
      const args = [id, status, clock.now(), KEEP_REPLAYS_MS]
      return (await endScript.run(client, [keys.replay(id), keys.replays.running], args)) === 1
    },

    async turn(id, walker, perSecond, count) {
      const args = [clock.shiftMs(), walker, LEASE_MS, 1000 / perSecond, count, AHEAD_MS]
      const [result, inMs] = (await turnScript.run(client, [keys.replay(id)], args)) as [Turn['result'], number]
      return result === 'over' ? { result } : { result, inMs }
    },

    async walkPlace(id) {
      const stored = await client.hget(keys.replay(id), 'place')
      return stored === null ? { shard: 0 } : JSON.parse(stored)
    },

    async keepPlace(id, place) {
      await client.hset(keys.replay(id), 'place', JSON.stringify(place))
    },

    async waiting(id) {
      const counts = await Promise.all(shards.map(own => client.hget(own.replay(id), 'waiting')))
      return counts.reduce((sum, count) => sum + Number(count ?? 0), 0)
    },
  }
}

function summed(accounts: readonly Record<string, string>[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const [field, count] of accounts.flatMap(Object.entries<string>)) {
    counts.set(field, (counts.get(field) ?? 0) + Number(count))
  }
  return counts
}

function refusalsIn(counts: ReadonlyMap<string, number>): Record<string, number> {
  const prefix = refusedField('')
  const found = [...counts].filter(([field]) => field.startsWith(prefix))
  return Object.fromEntries(found.map(([field, count]) => [field.slice(prefix.length), count]))
}
