import type { Desk } from '../desk/index.ts'

/** More than this many are not counted: every page shows the number, and nobody decides so many at a time. */
export const MAX_COUNTED = 100

/** How many effects wait for a person, up to `MAX_COUNTED`. A page does not fail for want of it: 0 when nobody knows. */
export async function countWaiting(desk: Pick<Desk, 'parked'>): Promise<number> {
  try {
    return await desk.parked.count()
  } catch {
    return 0
  }
}

/** `7`, `99+`; for none the empty text. */
export function waitingLabel(count: number): string {
  if (count === 0) return ''
  return count < MAX_COUNTED ? String(count) : `${MAX_COUNTED - 1}+`
}
