import { type Channel, channels } from '../campaigns/vocabulary.ts'
import type { RedisClient } from '../redis/connect.ts'
import type { Keys } from '../redis/keys.ts'
import { createScript } from '../redis/script.ts'
import type { Seal } from '../seal.ts'
import type { Identity, Person } from './identity.ts'
import {
  type Mark,
  markField,
  memberOf,
  personOf,
  type SuppressionCause,
  type SuppressionKind,
  suppressionKinds,
} from './suppression-marks.ts'
import { type HeardWord, MAX_WORDS, orderOf } from './suppressions.ts'

/**
 * What was said of reaching a lead by its id alone. It is kept with the lead, by the lead's keyed hash, for as long as
 * that is known, and is owed to every number that the lead turns out to have. Each number is given it once: what a
 * person takes away from the number afterwards stays away until it is said anew.
 */
export interface LeadOptOuts {
  /** Somebody says so. */
  state(leadId: string, on: readonly Channel[], why: SuppressionCause): Promise<void>
  /**
   * The lead has written. START takes back what it wrote before and nothing else, as for a number.
   * @returns `old` when something newer was heard of it already
   */
  hear(leadId: string, word: HeardWord): Promise<'added' | 'released' | 'old'>
  /** What stands for the lead and was not given to this number; `undefined` when there is nothing. */
  owedTo(leadId: string, person: Person): Promise<Owed | undefined>
  /** The number has been given all of that. */
  give(leadId: string, person: Person, owed: Owed): Promise<void>
  /** The lead is erased: the words go, and what they said of reaching the lead stays. */
  forget(leadId: string): Promise<void>
  /** The numbers that were given something, by which the lead is known even when no journey says so any more. */
  givenTo(leadId: string): Promise<Person[]>
}

export interface Owed {
  /** How many things had been said of the lead by then. */
  upTo: number
  marks: OwedMark[]
}

export interface OwedMark extends SuppressionCause {
  kind: SuppressionKind
  channels: Channel[]
  at: number
  words?: string
}

type KeptMark = SuppressionCause & Pick<Mark, 'at' | 'words'>

function readMark(kept = ''): { turn: number; mark?: KeptMark } {
  const [, turn, json] = /^(\d+) (.*)$/s.exec(kept) ?? []
  return json === undefined ? { turn: 0 } : { turn: Number(turn), mark: JSON.parse(json) }
}

const OWN = 'opt'
/** How many things were said; there is one where anything was. */
export const OPT_OUTS = `${OWN}:count`
const HEARD_AT = `${OWN}:heardAt`
const GIVEN = `${OWN}:given:`

/** Each mark carries its turn: a number that was given less than that many is owed it. */
const SAY = `
local order = ARGV[1]
if order ~= '' then
  if tonumber(redis.call('HGET', KEYS[1], '${HEARD_AT}') or 0) >= tonumber(order) then return 0 end
  redis.call('HSET', KEYS[1], '${HEARD_AT}', order)
end
local gone = tonumber(ARGV[3])
for i = 4, 3 + gone do redis.call('HDEL', KEYS[1], ARGV[i]) end
if #ARGV == 3 + gone then return 1 end
local turn = redis.call('HINCRBY', KEYS[1], '${OPT_OUTS}', 1)
for i = 4 + gone, #ARGV do redis.call('HSET', KEYS[1], ARGV[i], turn .. ' ' .. ARGV[2]) end
return 1
`

/** Puts a text in another one's place, if that is still there. */
const TIDY = `
if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then redis.call('HSET', KEYS[1], ARGV[1], ARGV[3]) end
return 1
`

const tidyScript = createScript(TIDY)
const sayScript = createScript(SAY)

export function createLeadOptOuts(parts: {
  client: RedisClient
  clock: { now(): number }
  keys: Keys
  seal: Seal
  identity: Identity
}): LeadOptOuts {
  const { client, clock, keys, seal, identity } = parts
  const keyOf = (leadId: string) => keys.lead(identity.lead(leadId))
  const fields = (on: readonly Channel[], ...kinds: SuppressionKind[]) =>
    on.flatMap(channel => kinds.map(kind => markField(OWN, channel, kind)))

  async function say(leadId: string, said: { order?: number; mark?: KeptMark; gone?: string[]; put?: string[] }) {
    const { order = '', mark, gone = [], put = [] } = said
    const json = mark === undefined ? '' : JSON.stringify(mark)
    return (await sayScript.run(client, [keyOf(leadId)], [order, json, gone.length, ...gone, ...put])) === 1
  }

  return {
    async state(leadId, on, why) {
      await say(leadId, { mark: { ...why, at: clock.now() }, put: fields(on, 'stated') })
    },

    async hear(leadId, { said, at: sentAt, words, ...why }) {
      // A clock that is ahead of ours must not make a word the last one for ever.
      const at = Math.min(sentAt, clock.now())
      const order = orderOf({ said, at })
      if (said === 'start') {
        return (await say(leadId, { order, gone: fields(channels, 'text', 'inferred') })) ? 'released' : 'old'
      }
      const isSure = said === 'stop'
      const mark: KeptMark = { ...why, at }
      if (!isSure && words !== undefined) {
        mark.words = seal.sealText(words.slice(0, MAX_WORDS))
        await client.sadd(keys.leadWords, identity.lead(leadId))
      }
      const put = fields(channels, isSure ? 'text' : 'inferred')
      const gone = isSure ? fields(channels, 'inferred') : []
      return (await say(leadId, { order, mark, gone, put })) ? 'added' : 'old'
    },

    async owedTo(leadId, person) {
      const key = keyOf(leadId)
      const said = await client.hmget(key, OPT_OUTS, GIVEN + memberOf(person))
      const [upTo = 0, given = 0] = said.map(Number)
      if (upTo <= given) return undefined
      const kept = await client.hgetall(key)
      const marks = new Map<string, OwedMark>()
      for (const kind of suppressionKinds) {
        for (const channel of channels) {
          const { turn, mark } = readMark(kept[markField(OWN, channel, kind)])
          if (mark === undefined || turn <= given) continue
          const { words, ...why } = mark
          const own = words === undefined ? {} : { words: seal.openText(words) }
          const owed = marks.get(`${kind} ${turn}`) ?? { kind, channels: [], ...why, ...own }
          owed.channels.push(channel)
          marks.set(`${kind} ${turn}`, owed)
        }
      }
      return { upTo, marks: [...marks.values()] }
    },

    async give(leadId, person, { upTo }) {
      await client.hset(keyOf(leadId), GIVEN + memberOf(person), upTo)
    },

    async forget(leadId) {
      for (const field of fields(channels, 'inferred')) {
        const kept = (await client.hget(keyOf(leadId), field)) ?? ''
        const { turn, mark: { words: _, ...mark } = {} } = readMark(kept)
        if (turn > 0) await tidyScript.run(client, [keyOf(leadId)], [field, kept, `${turn} ${JSON.stringify(mark)}`])
      }
    },

    async givenTo(leadId) {
      const names = await client.hkeys(keyOf(leadId))
      return names.filter(name => name.startsWith(GIVEN)).map(name => personOf(name.slice(GIVEN.length)))
    },
  }
}
