export interface Page {
  limit: number
  cursor?: string | undefined
}

/** The last entry of a page; the next page begins after it. */
export interface PageEnd {
  at: number
  id: string
}

export function encodePage(end: PageEnd): string {
  return Buffer.from(`${end.at} ${end.id}`).toString('base64url')
}

/** `undefined` for the first page, and for a cursor that is not one of ours (`isPageCursor` tells). */
export function decodePage(cursor: string | undefined): PageEnd | undefined {
  if (cursor === undefined) return undefined
  const [at, ...id] = Buffer.from(cursor, 'base64url').toString('utf8').split(' ')
  return at !== undefined && /^\d+$/.test(at) && id.length > 0 ? { at: Number(at), id: id.join(' ') } : undefined
}

/** Whether it looks like a cursor of ours. Which list has given it, it does not say. */
export function isPageCursor(cursor: string): boolean {
  return decodePage(cursor) !== undefined
}
