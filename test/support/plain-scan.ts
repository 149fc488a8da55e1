import { expect } from 'vitest'
import { producerConnection, untilReady } from '../../src/redis/connect.ts'
import { findKeys } from './shared-redis.ts'

/** A key of Redis and everything in it, as text. */
interface Dumped {
  key: string
  text: string
}

/** Reads every key below a prefix, whatever it is: the ledger's, BullMQ's and the rest. */
export async function dumpKeys(url: string, prefix: string): Promise<Dumped[]> {
  const client = producerConnection({ kind: 'url', url })
  await untilReady(client, 5_000)
  try {
    const keys = await findKeys(client, `${prefix}:*`)
    return await Promise.all(keys.map(async key => ({ key, text: await textOf(key) })))
  } finally {
    client.disconnect()
  }

  async function textOf(key: string): Promise<string> {
    const text = (value: unknown): string =>
      Buffer.isBuffer(value) ? value.toString('latin1') : Array.isArray(value) ? value.map(text).join('\n') : `${value}`
    switch (await client.type(key)) {
      case 'string':
        return text(await client.getBuffer(key))
      case 'hash':
        return text(await client.callBuffer('HGETALL', key))
      case 'list':
        return text(await client.lrangeBuffer(key, 0, -1))
      case 'set':
        return text(await client.smembersBuffer(key))
      case 'zset':
        return text(await client.zrangeBuffer(key, 0, '-1'))
      // Gone since it was found: a queue's keys come and go.
      case 'none':
        return ''
      case 'stream':
        return text(await client.callBuffer('XRANGE', key, '-', '+'))
      default:
        throw new Error(`${key} is of a kind that nobody reads`)
    }
  }
}

/** Names of keys that hold one of these words as it is written, in their name or in what they hold. */
export function keysWith(dumped: readonly Dumped[], words: readonly string[]): string[] {
  return dumped.flatMap(({ key, text }) => {
    const found = words.filter(word => key.includes(word) || text.includes(word))
    return found.length === 0 ? [] : [`${key} holds ${found.join(', ')}`]
  })
}

/** Fails when a word stands anywhere below the prefix, and when there is nothing to look at. */
export async function expectNowhere(env: Record<string, string>, words: readonly string[]): Promise<void> {
  const dumped = await dumpKeys(String(env['REDIS_URL']), String(env['REDIS_PREFIX']))
  expect(dumped.length).toBeGreaterThan(20)
  expect(keysWith(dumped, words)).toEqual([])
}
