import { createHash } from 'node:crypto'
import type { RedisClient } from './connect.ts'

export interface Script {
  /** Runs the script in one call. Keys must share one hash tag. */
  run(client: RedisClient, keys: readonly string[], args: readonly (string | number | Buffer)[]): Promise<unknown>
}

/** A Lua script that is sent once per server and called by its hash from then on. */
export function createScript(lua: string): Script {
  const sha = createHash('sha1').update(lua).digest('hex')
  return {
    async run(client, keys, args) {
      try {
        return await client.evalsha(sha, keys.length, ...keys, ...args)
      } catch (error) {
        // The server forgot (restart, failover, SCRIPT FLUSH): nothing was run, so sending the text is safe.
        if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error
        return client.eval(lua, keys.length, ...keys, ...args)
      }
    },
  }
}
