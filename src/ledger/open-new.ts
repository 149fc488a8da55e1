import { createGathering } from '../redis/gather.ts'
import type { Keys } from '../redis/keys.ts'
import type { Draft } from './draft.ts'
import type { Identity } from './identity.ts'
import { type Journey, stateOf, stepId } from './journey.ts'
import { OPT_OUTS } from './lead-opt-outs.ts'
import { claimField, journeyField } from './leads.ts'
import { createShardScript, type ShardStore } from './shard-script.ts'

/** Journeys of one call: a script stops everything else in Redis, so it must be over within a millisecond or two. */
const MOST = 100

/** Where all journeys of one call begin, and what is looked for in the records of their leads. */
const STATE = 'scheduled'

const KEYS_SHARED = 5
const KEYS_EACH = 4
const ARGS_SHARED = 2
const ARGS_EACH = 8

// Answers the positions of those that were not written. A lead's claim comes with its journey: neither is there alone.
const LUA = `
local claim, mine = ARGV[1], ARGV[2]
local all, newest, due, taken, refused = {}, {}, {}, {}, {}
for at = 1, (#KEYS - ${KEYS_SHARED}) / ${KEYS_EACH} do
  local k, a = ${KEYS_SHARED} + (at - 1) * ${KEYS_EACH}, ${ARGS_SHARED} + (at - 1) * ${ARGS_EACH}
  local id, person, created, doc = ARGV[a + 1], ARGV[a + 2], ARGV[a + 3], ARGV[a + 4]
  local lead = KEYS[k + 4] ~= KEYS[k + 1] and KEYS[k + 4]
  local held = lead and redis.call('HMGET', lead, claim, '${OPT_OUTS}') or {}
  if held[1] or held[2] or taken[person] or redis.call('HEXISTS', KEYS[2], person) == 1 then
    refused[#refused + 1] = at
  else
    taken[person] = true
    if lead then redis.call('HSET', lead, claim, id .. ' ' .. created, mine .. id, created) end
    redis.call('HSET', KEYS[k + 1], 'v', 1, 'doc', doc)
    redis.call('RPUSH', KEYS[k + 2], ARGV[a + 5])
    if ARGV[a + 6] ~= '' then redis.call('RPUSH', KEYS[k + 2], ARGV[a + 6]) end
    redis.call('ZADD', KEYS[k + 3], created, id)
    local n = #all
    all[n + 1], all[n + 2] = created, id
    newest[n + 1], newest[n + 2] = person, id
    due[n + 1], due[n + 2] = ARGV[a + 7], ARGV[a + 8]
  end
end
if #all > 0 then
  redis.call('ZADD', KEYS[1], unpack(all))
  redis.call('HSET', KEYS[2], unpack(newest))
  redis.call('ZADD', KEYS[3], unpack(all))
  redis.call('HINCRBY', KEYS[4], 'state:${STATE}', #all / 2)
  redis.call('ZADD', KEYS[5], unpack(due))
end
return refused
`

const script = createShardScript(LUA)

/**
 * Writes journeys of lists, whose leads and numbers are new to their campaign: all that come at once to one shard in one
 * call, each with the claim of its lead. It writes what `journeyCommands` would.
 * @returns whether it was written; where not, nothing was, and the journey has to be opened step by step
 */
export function createOpenNew(
  parts: ShardStore & { keys: Keys; identity: Identity; encode: (journey: Journey) => string },
): (draft: Draft) => Promise<boolean> {
  const { client, keys, identity, encode } = parts

  async function write(drafts: Draft[]): Promise<boolean[]> {
    const [first] = drafts
    if (first === undefined) return []
    const { campaign } = first.journey
    const own = first.keys
    const named = [own.journeys, own.newest, own.inState(campaign, STATE), own.tally(campaign), dueOf(first)]
    const args: (string | number)[] = [claimField(campaign), journeyField('')]
    for (const { journey, notes } of drafts) {
      const { id, person, leadId, createdAt, steps } = journey
      const record = own.journey(id)
      // Somebody whom the vendor does not know yet has no record as a lead.
      const lead = leadId === '' ? record : keys.lead(identity.lead(leadId))
      named.push(record, own.timeline(id), own.personJourneys(person), lead)
      const [told, also] = notes
      args.push(id, `${campaign}/${person}`, createdAt, encode(journey))
      args.push(JSON.stringify(told), also === undefined ? '' : JSON.stringify(also))
      for (const step of steps) args.push(step.dueAt, stepId(id, step))
    }
    const refused = new Set((await script.run(parts, named, args)) as number[])
    return drafts.map((_, at) => !refused.has(at + 1))
  }

  /** By what all journeys of one call have in common: shard, campaign and kind of step. */
  const gatherings = new Map<string, (draft: Draft) => Promise<boolean>>()
  return async draft => {
    // A lead's record lies in no shard, and keys of one call must lie on one master.
    if (client.isCluster || !isPlain(draft)) return false
    const due = dueOf(draft)
    const gather = gatherings.get(due) ?? createGathering(write, { items: MOST })
    gatherings.set(due, gather)
    return gather(draft)
  }
}

function dueOf({ journey, keys }: Draft): string {
  const [step] = journey.steps
  return step === undefined ? '' : keys.due(step.kind, journey.campaign, journey.list)
}

/** Whether there is nothing to write of it but what the script does. */
function isPlain({ before, journey, notes, guards, commands }: Draft): boolean {
  const isNew = before === undefined && journey.attempts.length === 0 && stateOf(journey) === STATE
  const isOneStep = journey.steps.length === 1 && (notes.length === 1 || notes.length === 2)
  const isAlone = guards.length === 0 && commands.length === 0
  return isNew && isOneStep && isAlone && journey.list === true && !journey.test
}
