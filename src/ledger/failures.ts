import { type Keys, shardNames } from '../redis/keys.ts'
import { type CommitStore, commit } from './commit.ts'
import { type FailureKind, type FailureRef, readFailureGroup, readFailureMember } from './failure.ts'
import type { Identity } from './identity.ts'
import type { Effect, EffectKind, Journey } from './journey.ts'
import { createShardScript } from './shard-script.ts'

/** Which failures; all that is given must fit. */
export interface FailureFilter {
  kind?: EffectKind
  cause?: string
  campaign?: string
  /** First went wrong then or later, ms. */
  since?: number
  /** First went wrong then or earlier, ms. */
  until?: number
}

/** Effects of one kind that have failed alike. */
export interface FailureGroup extends Omit<FailureKind, 'campaign'> {
  /** Of which campaigns, most failures first. */
  campaigns: { id: string; count: number }[]
  count: number
  /** When the first of them first went wrong, ms. */
  firstAt: number
  /** When one of them last went wrong, ms. */
  lastAt: number
  /** Some of them, those that began to fail last first. */
  sample: FailureRef[]
}

/** How far a walk over one shard's failures is: behind this one. */
export interface FailurePlace {
  group: string
  at: number
  member: string
}

/** A failed effect with its journey as it is stored; what is sealed stays sealed. */
export interface FailedEffect {
  ref: FailureRef
  journey: Omit<Journey, 'private'>
  effect: Effect
}

/** Effects that have gone wrong, exactly as the journeys say: both change in one write. */
export interface Failures {
  /** All groups that fit, the largest first. */
  groups(filter: FailureFilter, sampleSize: number): Promise<FailureGroup[]>
  count(filter: FailureFilter): Promise<number>
  /** Some of one shard's failures that fit, behind a place. Whatever fits all the while is met once. */
  page(shard: string, filter: FailureFilter, after: FailurePlace | undefined, limit: number): Promise<FailurePage>
  /** Those that still stand. */
  look(shard: string, refs: readonly FailureRef[]): Promise<FailedEffect[]>
  /** Forgets causes of which nothing is left. */
  tidy(): Promise<void>
}

export interface FailurePage {
  refs: FailureRef[]
  /** Where to go on; absent at the end of the shard. */
  next?: FailurePlace
}

// KEYS: the groups' sorted sets. Answers per group: how many, the first one's time, and the last ones.
const COUNT = `
local found = {}
for at, key in ipairs(KEYS) do
  local count = redis.call('ZCOUNT', key, ARGV[1], ARGV[2])
  local first = redis.call('ZRANGEBYSCORE', key, ARGV[1], ARGV[2], 'WITHSCORES', 'LIMIT', 0, 1)
  local last = {}
  if tonumber(ARGV[3]) > 0 then
    last = redis.call('ZREVRANGEBYSCORE', key, ARGV[2], ARGV[1], 'WITHSCORES', 'LIMIT', 0, ARGV[3])
  end
  found[at] = { count, first[2] or '', last }
end
return found
`

const DOCS = `
local docs = {}
for at, key in ipairs(KEYS) do docs[at] = redis.call('HGET', key, 'doc') end
return docs
`

const countScript = createShardScript(COUNT)
const docsScript = createShardScript(DOCS)

type ShardKeys = ReturnType<Keys['shard']>

interface Counted extends FailureKind {
  id: string
  count: number
  firstAt: number
  lastAt: number
  sample: { ref: FailureRef; at: number }[]
}

export function createFailures(parts: CommitStore & { keys: Keys; identity: Identity }): Failures {
  const { client, keys, identity } = parts
  const shards = shardNames(identity.shards)

  /** The groups of one shard that can hold what is asked for, by id. */
  async function groupsOf(own: ShardKeys, { kind, cause, campaign }: FailureFilter): Promise<Map<string, FailureKind>> {
    const stored = Object.entries(await client.hgetall(own.failureGroups))
    const groups = stored.map(([id, doc]) => [id, readFailureGroup(doc)] as const)
    const fits = (group: FailureKind) =>
      (kind === undefined || group.kind === kind) &&
      (cause === undefined || group.cause === cause) &&
      (campaign === undefined || group.campaign === campaign)
    return new Map(groups.filter(([, group]) => fits(group)).sort(([a], [b]) => (a < b ? -1 : 1)))
  }

  async function countShard(shard: string, filter: FailureFilter, sampleSize: number): Promise<Counted[]> {
    const own = keys.shard(shard)
    const groups = [...(await groupsOf(own, filter))]
    if (groups.length === 0) return []
    const sets = groups.map(([id]) => own.failures(id))
    const [found, times] = await Promise.all([
      countScript.run(parts, sets, [...rangeOf(filter), sampleSize]) as Promise<[number, string, string[]][]>,
      client.hmget(own.failureTimes, ...groups.map(([id]) => id)),
    ])
    return groups.flatMap(([id, group], at) => {
      const [count, first, last] = found[at] ?? [0, '', []]
      if (count === 0) return []
      const firstAt = Number(first)
      const lastAt = Math.max(firstAt, Number(times[at] ?? 0))
      return [{ ...group, id, count, firstAt, lastAt, sample: pairs(last).map(toRef) }]
    })
  }

  const countAll = async (filter: FailureFilter, sampleSize: number) =>
    (await Promise.all(shards.map(shard => countShard(shard, filter, sampleSize)))).flat()

  return {
    async groups(filter, sampleSize) {
      const counted = await countAll(filter, sampleSize)
      const alike = Map.groupBy(counted, ({ kind, class: name, cause, test }) =>
        JSON.stringify([kind, name, cause, test]),
      )
      return [...alike.values()].map(group => merged(group, sampleSize)).sort(byCount)
    },

    async count(filter) {
      const counted = await countAll(filter, 0)
      return counted.reduce((sum, { count }) => sum + count, 0)
    },

    async page(shard, filter, after, limit) {
      const own = keys.shard(shard)
      const ids = [...(await groupsOf(own, filter)).keys()].filter(id => after === undefined || id >= after.group)
      for (const id of ids) {
        const place = after?.group === id ? after : undefined
        const found = await behind(own.failures(id), filter, place, limit)
        const last = found.at(-1)
        if (last === undefined) continue
        const next = { group: id, at: last.at, member: last.member }
        return { refs: found.map(({ member }) => readFailureMember(member)), next }
      }
      return { refs: [] }
    },

    async look(shard, refs) {
      if (refs.length === 0) return []
      const own = keys.shard(shard)
      const docs = (await docsScript.run(
        parts,
        refs.map(({ journeyId }) => own.journey(journeyId)),
        [],
      )) as (string | null)[]
      return refs.flatMap((ref, at) => {
        const doc = docs[at]
        if (!doc) return []
        const { private: _, ...journey } = JSON.parse(doc) as Omit<Journey, 'private'> & { private: string }
        const effect = journey.effects.find(({ kind, rule }) => kind === ref.kind && rule === ref.rule)
        return effect?.failure === undefined ? [] : [{ ref, journey, effect }]
      })
    },

    async tidy() {
      for (const shard of shards) {
        const own = keys.shard(shard)
        for (const id of await client.hkeys(own.failureGroups)) {
          await commit(
            parts,
            [{ name: 'empty', command: ['ZCARD', own.failures(id)], must: 'absent' }],
            [
              ['HDEL', own.failureGroups, id],
              ['HDEL', own.failureTimes, id],
            ],
          )
        }
      }
    },
  }

  /** The next members of one group. Any number of them can share an instant, so more is read until one is new. */
  async function behind(key: string, filter: FailureFilter, place: FailurePlace | undefined, limit: number) {
    const [min, max] = rangeOf(filter)
    const from = place === undefined ? min : String(place.at)
    for (let read = limit; ; read *= 2) {
      const found = pairs(await client.zrangebyscore(key, from, max, 'WITHSCORES', 'LIMIT', 0, read))
      const fresh = found.filter(({ at, member }) => place === undefined || at > place.at || member > place.member)
      if (fresh.length > 0 || found.length < read) return fresh.slice(0, limit)
    }
  }
}

const rangeOf = ({ since, until }: FailureFilter): [string, string] => [
  since === undefined ? '-inf' : String(since),
  until === undefined ? '+inf' : String(until),
]

const toRef = ({ member, at }: { member: string; at: number }) => ({ ref: readFailureMember(member), at })

function pairs(flat: readonly string[]): { member: string; at: number }[] {
  return flat.flatMap((member, index) => (index % 2 === 0 ? [{ member, at: Number(flat[index + 1]) }] : []))
}

function merged(parts: readonly Counted[], sampleSize: number): FailureGroup {
  const [first] = parts
  if (first === undefined) throw new Error('a group of nothing')
  const { kind, class: name, cause, test } = first
  const ofCampaign = Map.groupBy(parts, ({ campaign }) => campaign)
  const sum = (some: readonly Counted[]) => some.reduce((total, { count }) => total + count, 0)
  const newest = parts.flatMap(({ sample }) => sample).sort((a, b) => b.at - a.at)
  return {
    ...{ kind, class: name, cause, test },
    campaigns: [...ofCampaign].map(([id, own]) => ({ id, count: sum(own) })).sort((a, b) => b.count - a.count),
    count: sum(parts),
    firstAt: Math.min(...parts.map(({ firstAt }) => firstAt)),
    lastAt: Math.max(...parts.map(({ lastAt }) => lastAt)),
    sample: newest.slice(0, sampleSize).map(({ ref }) => ref),
  }
}

const byCount = (a: FailureGroup, b: FailureGroup) => b.count - a.count || (a.cause < b.cause ? -1 : 1)
