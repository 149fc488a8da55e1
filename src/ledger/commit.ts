import type { Clock } from '../clock.ts'
import { createShardScript, type ShardStore } from './shard-script.ts'

/**
 * One write of the ledger: guards first, and only when all hold the commands, in one Lua call on one shard. This is the
 * only way that state changes, so state and what comes next cannot part.
 */

/** A point in Redis time: now plus so many milliseconds, worked out inside the script. */
export interface FromNow {
  fromNowMs: number
}

export type Arg = string | number | FromNow

/** A Redis command; the key stands second, as in Redis itself. `HDELIF key field value other…` deletes field and others while field has that value. */
export type Command = readonly [name: string, key: string, ...args: Arg[]]

export interface Guard {
  /** Tells the caller which guard refused. */
  name: string
  command: Command
  /**
   * `absent`: nil or 0 · `is`: equal as text · `below`: a number less than the value · `passed`: nil, or a number not above
   * the value · `room`: 1, or a hash with fewer fields than the value.
   */
  must: 'absent' | 'is' | 'below' | 'passed' | 'room'
  value?: Arg
}

const LUA = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + tonumber(ARGV[1])
local at = 2
local function take()
  local value = ARGV[at]
  at = at + 1
  return value
end
local function argument()
  local value = take()
  if string.sub(value, 1, 2) == '@@' then return string.sub(value, 2) end
  if string.sub(value, 1, 4) == '@now' then return string.format('%.0f', now + tonumber(string.sub(value, 5))) end
  return value
end
local function command()
  local count = tonumber(take())
  local parts = { take(), KEYS[tonumber(take())] }
  for i = 3, count do parts[i] = argument() end
  return parts
end
for guard = 1, tonumber(take()) do
  local must = take()
  local value = argument()
  local asked = command()
  local found = redis.call(unpack(asked))
  local holds = false
  if must == 'absent' then holds = not found or found == 0 or found == '0'
  elseif must == 'is' then holds = (found and tostring(found) or '') == value
  elseif must == 'below' then holds = tonumber(found or 0) < tonumber(value)
  elseif must == 'passed' then holds = not found or tonumber(found) <= tonumber(value)
  elseif must == 'room' then holds = found == 1 or redis.call('HLEN', asked[2]) < tonumber(value)
  end
  if not holds then return { 0, guard } end
end
for _ = 1, tonumber(take()) do
  local parts = command()
  if parts[1] == 'HDELIF' then
    if redis.call('HGET', parts[2], parts[3]) == parts[4] then redis.call('HDEL', parts[2], parts[3], unpack(parts, 5)) end
  else
    redis.call(unpack(parts))
  end
end
return { 1, string.format('%.0f', now) }
`

const script = createShardScript(LUA)

export type CommitResult = { ok: true; at: number } | { ok: false; refusedBy: string }

/** Where commits go. */
export interface CommitStore extends ShardStore {
  clock: Clock
}

/** Runs guards and commands as one. Every key must belong to one shard. */
export async function commit(
  store: CommitStore,
  guards: readonly Guard[],
  commands: readonly Command[],
): Promise<CommitResult> {
  const keys: string[] = []
  const indexOf = new Map<string, number>()
  const args: (string | number)[] = [store.clock.shiftMs(), guards.length]
  const pushArg = (arg: Arg) => args.push(encodeArg(arg))
  const pushCommand = ([name, key, ...rest]: Command) => {
    let index = indexOf.get(key)
    if (index === undefined) {
      index = keys.push(key)
      indexOf.set(key, index)
    }
    args.push(rest.length + 2, name, index)
    for (const arg of rest) pushArg(arg)
  }
  for (const guard of guards) {
    args.push(guard.must)
    pushArg(guard.value ?? '')
    pushCommand(guard.command)
  }
  args.push(commands.length)
  for (const command of commands) pushCommand(command)

  const [ok, detail] = (await script.run(store, keys, args)) as [number, number | string]
  if (ok === 1) return { ok: true, at: Number(detail) }
  return { ok: false, refusedBy: guards[Number(detail) - 1]?.name ?? 'unknown' }
}

/** Text that begins like a time of ours is told apart from one by a second `@`. */
function encodeArg(arg: Arg): string | number {
  if (typeof arg === 'object') return `@now${arg.fromNowMs < 0 ? '' : '+'}${Math.round(arg.fromNowMs)}`
  return typeof arg === 'string' && arg.startsWith('@') ? `@${arg}` : arg
}
