import type { RedisClient } from '../redis/connect.ts'
import type { Keys } from '../redis/keys.ts'
import { createScript } from '../redis/script.ts'
import type { Identity } from './identity.ts'

/** Who has a pixel that is fired once per lead. Kept as keyed hashes, beyond the records of the journeys it names. */
export interface OnceMark {
  journeyId: string
  /** It was fired, and the record that said so has gone. */
  isDone: boolean
  /** As it is kept; differs after every claim of another round. */
  value: string
}

/** A journey's claim, and the round in which its effect stands (`roundOf`). */
export interface OnceClaim {
  journeyId: string
  round: string
}

/**
 * Marks of pixels that are fired once per lead, whatever journeys the lead has. A mark says who has it; whether that
 * one has fired it says its record, and the mark itself once the record has gone.
 */
export interface OnceMarks {
  /**
   * Claims a mark, and answers whose it is then. A free one and one's own become the claim's; another's only where it is
   * `over` and has not changed since that was read, so that of two who want it one has it.
   */
  claim(text: string, claim: OnceClaim, over?: OnceMark): Promise<OnceMark>
  holder(text: string): Promise<OnceMark | undefined>
  /** A journey's record is about to go: `done` stays in the mark, `free` gives it back. Anybody else's mark stays. */
  settle(text: string, journeyId: string, as: 'done' | 'free'): Promise<void>
}

const DONE = 'done'

const CLAIM = `
local held = redis.call('GET', KEYS[1])
local mine = held and string.match(held, '^(%S+)') == ARGV[1] and held ~= ARGV[1] .. ' ${DONE}'
if held and not mine and held ~= ARGV[3] then return held end
redis.call('SET', KEYS[1], ARGV[2])
return ARGV[2]
`

const SETTLE = `
local held = redis.call('GET', KEYS[1])
if not held or string.match(held, '^(%S+)') ~= ARGV[1] or held == ARGV[1] .. ' ${DONE}' then return 0 end
if ARGV[2] == '${DONE}' then redis.call('SET', KEYS[1], ARGV[1] .. ' ${DONE}') else redis.call('DEL', KEYS[1]) end
return 1
`

const claimScript = createScript(CLAIM)
const settleScript = createScript(SETTLE)

export function createOnceMarks(parts: { client: RedisClient; keys: Keys; identity: Identity }): OnceMarks {
  const { client, keys, identity } = parts
  const keyOf = (text: string) => keys.once(identity.mark(text))
  return {
    async claim(text, { journeyId, round }, over) {
      // What was done is nobody's to take.
      const replaced = over === undefined || over.isDone ? '' : over.value
      const args = [journeyId, `${journeyId} ${round}`, replaced]
      return readMark(String(await claimScript.run(client, [keyOf(text)], args)))
    },

    async holder(text) {
      const value = await client.get(keyOf(text))
      return value === null ? undefined : readMark(value)
    },

    async settle(text, journeyId, as) {
      await settleScript.run(client, [keyOf(text)], [journeyId, as])
    },
  }
}

function readMark(value: string): OnceMark {
  const [journeyId = '', round] = value.split(' ')
  return { journeyId, isDone: round === DONE, value }
}
