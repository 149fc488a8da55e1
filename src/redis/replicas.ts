import { Cluster, Command, type Redis } from 'ioredis'
import type { RedisClient } from './connect.ts'

/**
 * Tells whether replicas have what was written. `WAIT` answers for the connection that it is sent on, and only for what
 * was written there: one that has broken meanwhile, or leads to another server since, has nothing to say of what went
 * before, and neither has any other node of a cluster.
 * Source: https://redis.io/docs/latest/commands/wait/
 */
export interface Replicas {
  /**
   * Notes which connections lead to these keys; asked before the write.
   * @returns asked after it: whether so many replicas have all that was written since to those of the keys that are
   *   named, by default to all. `false` also where that cannot be known. Never rejects.
   */
  watch(keys: readonly string[]): (named?: readonly string[]) => Promise<boolean>
}

/** A connection to one server, and how often it has broken. */
interface Line {
  breaks: number
  round?: Promise<boolean> | undefined
  next?: Promise<boolean> | undefined
}

/**
 * @param parts.count replicas that must have a write; 0 asks nobody
 * @param parts.timeoutMs how long they may take. Nothing else is answered on the connection meanwhile.
 */
export function createReplicas(parts: { client: RedisClient; count: number; timeoutMs: number }): Replicas {
  const { client, count, timeoutMs } = parts
  const lines = new WeakMap<Redis, Line>()

  function lineOf(server: Redis): Line {
    const known = lines.get(server)
    if (known !== undefined) return known
    const line: Line = { breaks: 0 }
    lines.set(server, line)
    server.on('close', () => {
      line.breaks += 1
    })
    return line
  }

  async function ask(server: Redis): Promise<boolean> {
    // A command that waits for a connection would be answered by the next one.
    if (server.status !== 'ready') return false
    return server.wait(count, timeoutMs).then(
      have => have >= count,
      () => false,
    )
  }

  /** One `WAIT` at a time: whoever writes while it is under way shares the one after it. */
  function askTogether(server: Redis): Promise<boolean> {
    const line = lineOf(server)
    if (line.round === undefined) {
      line.round = ask(server).finally(() => {
        line.round = undefined
      })
      return line.round
    }
    line.next ??= line.round.then(() => {
      line.next = undefined
      return askTogether(server)
    })
    return line.next
  }

  const see = (key: string) => {
    const server = serverOf(client, key)
    return { server, breaks: server === undefined ? 0 : lineOf(server).breaks }
  }

  return {
    watch(keys) {
      if (count === 0) return async () => true
      const before = new Map(keys.map(key => [key, see(key)]))
      const isUnbroken = (named: readonly string[]) =>
        named.every(key => {
          const [then, now] = [before.get(key), see(key)]
          return then?.server !== undefined && then.server === now.server && then.breaks === now.breaks
        })
      return async (named = keys) => {
        if (!isUnbroken(named)) return false
        const servers = new Set(named.flatMap(key => before.get(key)?.server ?? []))
        const have = await Promise.all([...servers].map(askTogether))
        return have.every(Boolean) && isUnbroken(named)
      }
    },
  }
}

/** The connection that a command on this key is sent on; `undefined` while none is known. */
function serverOf(client: RedisClient, key: string): Redis | undefined {
  if (!(client instanceof Cluster)) return client
  const owner = client.slots[new Command('exists', [key]).getSlot()]?.[0]
  return client.nodes('master').find(({ options }) => `${options.host}:${options.port}` === owner)
}
