import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Random } from '../clock.ts'
import type { RedisClient } from '../redis/connect.ts'
import type { Keys } from '../redis/keys.ts'
import { createScript } from '../redis/script.ts'
import type { Seal } from '../seal.ts'

/** What a vendor last gave for a refresh token; instants in milliseconds since the epoch. */
const Tokens = z.object({
  accessToken: z.string(),
  refreshToken: z.string(),
  askedAt: z.number(),
  endsAt: z.number(),
})
type Tokens = z.output<typeof Tokens>

const Kept = Tokens.extend({ origin: z.string() })

/** Longer than any request: whoever has it that long is dead, and the next one may try. */
const RENEWAL_LAPSES_MS = 45_000

const release = createScript(`
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
`)

/** A vendor account's tokens, sealed and shared by all processes; they outlive every one of them. */
export function createTokenStore(parts: {
  client: RedisClient
  keys: Keys
  seal: Seal
  random: Random
  account: string
}) {
  const { client, seal, random } = parts
  const key = parts.keys.tokens(parts.account)

  return {
    /** What was saved last of those that go back to this first refresh token. */
    async load(origin: string): Promise<Tokens | undefined> {
      const sealed = await client.get(key.kept)
      if (sealed === null) return undefined
      const { origin: from, ...tokens } = Kept.parse(JSON.parse(seal.openText(sealed)))
      return from === markOf(origin) ? tokens : undefined
    },

    async save(origin: string, tokens: Tokens): Promise<void> {
      await client.set(key.kept, seal.sealText(JSON.stringify({ ...tokens, origin: markOf(origin) })))
    },

    /** Does it while nobody else does, in any process; `undefined` at once when somebody is at it. */
    async alone<T>(work: () => Promise<T>): Promise<{ done: T } | undefined> {
      const holder = `${random()}.${random()}`
      const taken = await client.set(key.renewal, holder, 'PX', RENEWAL_LAPSES_MS, 'NX')
      if (taken === null) return undefined
      try {
        return { done: await work() }
      } finally {
        await release.run(client, [key.renewal], [holder])
      }
    },
  }
}

/** Tells whether it is the same one; the first token itself has been used up and is worth nothing. */
function markOf(origin: string): string {
  return createHash('sha256').update(origin).digest('hex')
}
