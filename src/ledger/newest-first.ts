import type { RedisClient } from '../redis/connect.ts'
import { decodePage, encodePage, type Page } from './page.ts'

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
  const entries = fetched
    .flatMap(pairs)
    .filter(entry => after === undefined || entry.at < after.at || (entry.at === after.at && entry.id < after.id))
    .sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1))
  const shown = entries.slice(0, page.limit)
  const last = shown.at(-1)
  return {
    items: shown.map(entry => entry.id),
    ...(entries.length > page.limit && last !== undefined ? { nextCursor: encodePage(last) } : {}),
  }
}

/** What `WITHSCORES` answers, member by member. */
export function pairs(flat: readonly string[]): { id: string; at: number }[] {
  return flat.flatMap((id, index) => (index % 2 === 0 ? [{ id, at: Number(flat[index + 1]) }] : []))
}
