import type { Clock } from '../clock.ts'
import type { RedisClient } from '../redis/connect.ts'
import { createSharedReading } from '../redis/gather.ts'
import type { Keys } from '../redis/keys.ts'
import { createScript } from '../redis/script.ts'

/**
 * Where pixels go, as far as it has failed: a destination (`meta`), or one pixel there (`meta/123`). One that is paused is
 * left alone by all processes but for one effect at a time that is sent ahead, later and later, until that goes through.
 */
export interface Destination {
  name: string
  /** `probing`: an effect has been sent ahead, and its answer is not there yet. */
  state: 'healthy' | 'paused' | 'probing'
  /** Requests that failed in a row. */
  failures: number
  /** When it was paused, ms. */
  since?: number
  why?: string
  code?: string
  /** From then on the next effect may be sent ahead, ms. */
  probeAt?: number
}

/** A request that failed. */
export interface DestinationFailure {
  code: string
  /** For people: what is wrong with the destination. */
  why: string
  /** Failures in a row that pause it; 1 where the next one would surely fail as well. */
  pauseAfter: number
  /** The effect had been sent ahead. */
  isProbe: boolean
  /** Upper bounds of the first and of every delay until the next effect is sent ahead, ms. They double in between. */
  backoff: { firstMs: number; maxMs: number }
  /** The destination asked for at least this long, ms. */
  retryAfterMs?: number | undefined
  /** In [0, 1): how much of the upper half of the delay is waited. */
  jitter: number
}

export interface Destinations {
  /** All that have ever failed, by name. What is not among them is healthy. */
  read(): Promise<ReadonlyMap<string, Destination>>
  /** Claims to be the one that is sent ahead. `false` when the time has not come, or somebody else is. */
  probe(name: string, leaseMs: number): Promise<boolean>
  /** The one that was sent ahead has found nothing out. */
  giveBack(name: string): Promise<void>
  /** A request went through. Answers for how long it had been paused, ms; `undefined` when it was not. */
  succeeded(name: string): Promise<number | undefined>
  /** A request failed. `true` when the destination is paused for it now and was not before. */
  failed(name: string, failure: DestinationFailure): Promise<boolean>
  /** What was wrong may have been mended: whatever of these is paused is tried again now. */
  reconsider(names: readonly string[]): Promise<void>
}

const STATE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + tonumber(ARGV[1])
local name = ARGV[2]
local stored = redis.call('HGET', KEYS[1], name)
local state = stored and cjson.decode(stored) or { failures = 0 }
local function store() redis.call('HSET', KEYS[1], name, cjson.encode(state)) end
`

const probeScript = createScript(`${STATE}
if not state.since or state.probeAt > now or (state.probingUntil or 0) > now then return 0 end
state.probingUntil = now + tonumber(ARGV[3])
store()
return 1
`)

const giveBackScript = createScript(`${STATE}
if not state.probingUntil then return 0 end
state.probingUntil = nil
store()
return 1
`)

const succeededScript = createScript(`${STATE}
local pausedFor = state.since and now - state.since or -1
state = { failures = 0 }
store()
return pausedFor
`)

// A request that was under way when the destination was paused says nothing new: only the one sent ahead counts then.
const failedScript = createScript(`${STATE}
local isProbe = ARGV[5] == '1'
if state.since and not isProbe then return 0 end
local isPaused = state.since ~= nil
state.failures = state.failures + 1
state.probingUntil = nil
if not isPaused and state.failures < tonumber(ARGV[6]) then store() return 0 end
if not isPaused then
  state.since = now
  state.probes = 0
end
state.code = ARGV[3]
state.why = ARGV[4]
local ceiling = math.min(tonumber(ARGV[8]), tonumber(ARGV[7]) * 2 ^ math.min(state.probes, 30))
state.probes = state.probes + 1
state.probeAt = now + math.floor(math.max(ceiling * tonumber(ARGV[9]), tonumber(ARGV[10])))
store()
return isPaused and 0 or 1
`)

const reconsiderScript = createScript(`${STATE}
if not state.since or state.probeAt <= now then return 0 end
state.probeAt = now
state.probingUntil = nil
store()
return 1
`)

export function createDestinations(parts: { client: RedisClient; clock: Clock; keys: Keys }): Destinations {
  const { client, clock, keys } = parts
  const run = async (script: ReturnType<typeof createScript>, name: string, ...args: (string | number)[]) =>
    Number(await script.run(client, [keys.destinations], [clock.shiftMs(), name, ...args]))

  // Asked before every pixel: those that ask at the same time share the answer.
  const shared = createSharedReading((key: string) => client.hgetall(key))

  return {
    async read() {
      const stored = await shared(keys.destinations)
      return new Map(Object.entries(stored).map(([name, text]) => [name, view(name, JSON.parse(text), clock.now())]))
    },

    probe: async (name, leaseMs) => (await run(probeScript, name, leaseMs)) === 1,

    async giveBack(name) {
      await run(giveBackScript, name)
    },

    async succeeded(name) {
      const pausedMs = await run(succeededScript, name)
      return pausedMs < 0 ? undefined : pausedMs
    },

    async failed(name, { code, why, pauseAfter, isProbe, backoff, retryAfterMs = 0, jitter }) {
      const delays = [backoff.firstMs, backoff.maxMs, 0.5 + jitter / 2, Math.ceil(retryAfterMs)]
      return (await run(failedScript, name, code, why, isProbe ? 1 : 0, pauseAfter, ...delays)) === 1
    },

    async reconsider(names) {
      for (const name of names) await run(reconsiderScript, name)
    },
  }
}

interface Stored {
  failures: number
  since?: number
  why?: string
  code?: string
  probeAt?: number
  probingUntil?: number
}

function view(
  name: string,
  { failures, since, why, code, probeAt, probingUntil = 0 }: Stored,
  now: number,
): Destination {
  if (since === undefined) return { name, state: 'healthy', failures }
  return {
    ...{ name, state: probingUntil > now ? 'probing' : 'paused', failures, since },
    ...(why === undefined ? {} : { why }),
    ...(code === undefined ? {} : { code }),
    ...(probeAt === undefined ? {} : { probeAt }),
  }
}
