import type { RedisClient } from '../redis/connect.ts'
import { decodePage, encodePage, type Page, type PageEnd } from './page.ts'

export interface Found<T> {
  items: T[]
  nextCursor?: string
}

/** Members of one instant that a page may meet again; more than that in one millisecond and shard would be skipped. */
const TIES = 50

/** The newest members of many sorted sets as one list: each set is asked for one page, and the pages are merged. */
export async function newestFirst(client: RedisClient, sets: readonly string[], page: Page): Promise<Found<string>> {
  const after = decodePage(page.cursor)
  const max = after === undefined ? '+inf' : String(after.at)
  const fetched = await Promise.all(
    // One set may hold several members of the cursor's own instant: those are read again and dropped below.
    sets.map(key => client.zrevrangebyscore(key, max, '-inf', 'WITHSCORES', 'LIMIT', 0, page.limit + TIES)),
  )
  const { items, ...next } = merge(fetched, page, (a, b) => b.at - a.at || (a.id < b.id ? 1 : -1))
  return { items: items.map(({ id }) => id), ...next }
}

/** The same beginning with the oldest, each with its time. */
export async function oldestFirst(
  client: RedisClient,
  sets: readonly string[],
  page: Page,
): Promise<Found<{ id: string; at: number }>> {
  const after = decodePage(page.cursor)
  const min = after === undefined ? '-inf' : String(after.at)
  const fetched = await Promise.all(
    sets.map(key => client.zrangebyscore(key, min, '+inf', 'WITHSCORES', 'LIMIT', 0, page.limit + TIES)),
  )
  return merge(fetched, page, (a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
}

/** One page of what was read from every set, behind the page's cursor. */
function merge(
  fetched: readonly string[][],
  page: Page,
  order: (a: PageEnd, b: PageEnd) => number,
): Found<{ id: string; at: number }> {
  const after = decodePage(page.cursor)
  const entries = fetched
    .flatMap(pairs)
    .filter(entry => after === undefined || (entry.id !== after.id && order(after, entry) < 0))
    .sort(order)
  const items = entries.slice(0, page.limit)
  const last = items.at(-1)
  return { items, ...(entries.length > page.limit && last !== undefined ? { nextCursor: encodePage(last) } : {}) }
}

/** What `WITHSCORES` answers, member by member. */
function pairs(flat: readonly string[]): { id: string; at: number }[] {
  return flat.flatMap((id, index) => (index % 2 === 0 ? [{ id, at: Number(flat[index + 1]) }] : []))
}
