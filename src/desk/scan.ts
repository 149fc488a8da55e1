import { encodePage, type Page, type PageEnd } from '../ledger/page.ts'

/** Entries read at a time for a filter that no index answers. */
export const SCAN = 200

/** Entries read at most for one page, unless fewer are asked for; the cursor goes on from there. */
const MAX_SCANNED = 20_000

/**
 * One page of what fits, out of lists that know nothing of the filter. The cursor names the last entry that was looked
 * at, so that the next page begins right behind it.
 */
export async function scan<T>(
  page: Page,
  read: (cursor: string | undefined) => Promise<{ items: readonly string[]; nextCursor?: string }>,
  load: (id: string) => Promise<T | undefined>,
  fits: (entry: T) => boolean,
  endOf: (entry: T) => PageEnd,
  most = MAX_SCANNED,
): Promise<{ items: T[]; next: { nextCursor?: string } }> {
  const items: T[] = []
  let cursor = page.cursor
  for (let scanned = 0; scanned < most; scanned += SCAN) {
    const { items: ids, nextCursor } = await read(cursor)
    const entries = await Promise.all(ids.map(load))
    for (const [index, entry] of entries.entries()) {
      if (entry === undefined || !fits(entry)) continue
      items.push(entry)
      const isLast = index === entries.length - 1 && nextCursor === undefined
      if (items.length === page.limit) return { items, next: isLast ? {} : { nextCursor: encodePage(endOf(entry)) } }
    }
    cursor = nextCursor
    if (cursor === undefined) return { items, next: {} }
  }
  return { items, next: cursor === undefined ? {} : { nextCursor: cursor } }
}
