import { journeyStates } from '../campaigns/vocabulary.ts'
import { type Keys, shardNames } from '../redis/keys.ts'
import type { Seal } from '../seal.ts'
import type { Identity, Person } from './identity.ts'
import { type Journey, type PrivateData, stateOf } from './journey.ts'
import type { PersonRecord } from './people.ts'
import { createShardScript, type ShardStore } from './shard-script.ts'
import { markFields } from './suppression-marks.ts'

/** A journey without what is sealed. */
export type OpenJourney = Omit<Journey, 'private'>

/** A journey as it is stored. */
type SealedJourney = OpenJourney & { private: string }

/** Everything of one campaign, some at a time. */
export interface CampaignJourneys {
  /**
   * Ids of a campaign's journeys in the given states, all by default. Each shard is read at one instant: a journey that
   * moves on meanwhile is neither missed nor met twice. Held in memory are the ids of one shard.
   */
  ids(campaign: string, states?: readonly string[]): AsyncIterable<string[]>
  /** Dials that are planned, with what the ledger knows of each number: two calls a page. */
  planned(campaign: string): AsyncIterable<PlannedJourney[]>
}

export interface PlannedJourney {
  journey: OpenJourney
  person: PersonRecord
  /** The number, E.164. Unseals: to be asked only where it is needed. */
  phone(): string | undefined
}

const PAGE = 200

const IDS = `
local ids = {}
for _, key in ipairs(KEYS) do
  for _, id in ipairs(redis.call('ZRANGE', key, 0, -1)) do ids[#ids + 1] = id end
end
return ids
`

const DOCS = `
local docs = {}
for at, key in ipairs(KEYS) do docs[at] = redis.call('HGET', key, 'doc') end
return docs
`

// KEYS: suppressions, then calls and person of each. Answers per person: intents, last end, live until, suppressed.
const PEOPLE = `
local people = {}
for at = 1, #ARGV do
  local calls = redis.call('ZRANGE', KEYS[2 * at], 0, -1, 'WITHSCORES')
  local facts = redis.call('HMGET', KEYS[2 * at + 1], 'lastEndedAt', 'liveUntil')
  local voice = 0
  for suffix in string.gmatch('${markFields('', ['voice']).join(' ')}', '%S+') do
    voice = voice + redis.call('HEXISTS', KEYS[1], ARGV[at] .. suffix)
  end
  people[at] = { calls, facts[1] or '', facts[2] or '', voice }
end
return people
`

const idsScript = createShardScript(IDS)
const docsScript = createShardScript(DOCS)
const peopleScript = createShardScript(PEOPLE)

export function createCampaignJourneys(
  parts: ShardStore & { keys: Keys; identity: Identity; seal: Seal },
): CampaignJourneys {
  const { keys, identity, seal } = parts

  async function* pages(campaign: string, states: readonly string[]): AsyncGenerator<{ shard: string; ids: string[] }> {
    for (const shard of shardNames(identity.shards)) {
      const sets = states.map(state => keys.shard(shard).inState(campaign, state))
      const ids = (await idsScript.run(parts, sets, [])) as string[]
      for (let at = 0; at < ids.length; at += PAGE) yield { shard, ids: ids.slice(at, at + PAGE) }
    }
  }

  async function readPeople(people: readonly Person[], shard: string): Promise<PersonRecord[]> {
    const own = keys.shard(shard)
    const asked = [own.suppressions, ...people.flatMap(({ id }) => [own.calls(id), own.person(id)])]
    const ids = people.map(({ id }) => id)
    const found = (await peopleScript.run(parts, asked, ids)) as [string[], string, string, number][]
    return found.map(([calls, lastEndedAt, liveUntil, voice]) => ({
      calls: calls.filter((_, index) => index % 2 === 1).map(Number),
      suppressed: voice > 0 ? (['voice'] as const).slice() : [],
      ...(lastEndedAt === '' ? {} : { lastEndedAt: Number(lastEndedAt) }),
      ...(liveUntil === '' ? {} : { liveUntil: Number(liveUntil) }),
    }))
  }

  return {
    async *ids(campaign, states = journeyStates) {
      for await (const { ids } of pages(campaign, states)) yield ids
    },

    async *planned(campaign) {
      for await (const { shard, ids } of pages(campaign, ['scheduled'])) {
        const own = keys.shard(shard)
        const docs = (await docsScript.run(
          parts,
          ids.map(id => own.journey(id)),
          [],
        )) as (string | null)[]
        const journeys = docs.flatMap(doc => (doc ? [JSON.parse(doc) as SealedJourney] : []))
        const waiting = journeys.filter(journey => stateOf(journey) === 'scheduled')
        if (waiting.length === 0) continue
        const people = await readPeople(
          waiting.map(({ person }) => ({ id: person, shard })),
          shard,
        )
        yield waiting.map(({ private: sealed, ...journey }, index) => ({
          journey,
          person: people[index] ?? { calls: [], suppressed: [] },
          phone: () => (JSON.parse(seal.openText(sealed)) as PrivateData).phone,
        }))
      }
    },
  }
}
