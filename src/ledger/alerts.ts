import type { RedisClient } from '../redis/connect.ts'
import type { Keys } from '../redis/keys.ts'
import { createScript } from '../redis/script.ts'
import { type Alert, type AlertBook, emptyBook } from './alert-book.ts'

/** Alerts that stand, shared by all processes. */
export interface Alerts {
  read(): Promise<AlertBook>
  /**
   * Writes the book if it is still as it was read. `false` when another look came first: what that has found is as good.
   */
  write(before: AlertBook, after: AlertBook): Promise<boolean>
  /** Those that hold, those that leads wait for first, then oldest first. */
  standing(): Promise<Alert[]>
}

const writeScript = createScript(`
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
return 1
`)

export function createAlerts({ client, keys }: { client: RedisClient; keys: Keys }): Alerts {
  /** A book is compared by its text, as it was read. */
  const texts = new WeakMap<AlertBook, string>()

  async function read(): Promise<AlertBook> {
    const text = (await client.get(keys.alerts)) ?? ''
    const book: AlertBook = text === '' ? { ...emptyBook } : JSON.parse(text)
    texts.set(book, text)
    return book
  }

  return {
    read,
    async write(before, after) {
      const text = JSON.stringify(after)
      const isWritten = (await writeScript.run(client, [keys.alerts], [texts.get(before) ?? '', text])) === 1
      if (isWritten) texts.set(after, text)
      return isWritten
    },
    async standing() {
      const { alerts } = await read()
      return alerts.filter(({ resolvedAt }) => resolvedAt === undefined).sort(byUrgency)
    },
  }
}

const byUrgency = (a: Alert, b: Alert) =>
  Number(b.severity === 'critical') - Number(a.severity === 'critical') || a.since - b.since
