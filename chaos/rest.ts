import { setTimeout as wait } from 'node:timers/promises'
import type { Api } from './api.ts'

const EVERY_MS = 1_000

/** Journeys that still have something to do. */
export function countOpen(progress: Record<string, number>): number {
  return ['scheduled', 'dialing', 'in_call', 'following_up'].reduce((sum, state) => sum + (progress[state] ?? 0), 0)
}

/**
 * Waits until every expected journey is there and over, and what is parked has nothing left to do beside it.
 * @returns whether it came to that before the limit
 */
export async function awaitRest(api: Api, expected: number, limitMs: number, signal: AbortSignal): Promise<boolean> {
  const deadline = performance.now() + limitMs
  while (performance.now() < deadline && !signal.aborted) {
    const progress = (await api.campaign())?.progress
    if (progress !== undefined && progress.total >= expected && countOpen(progress) === 0) {
      const parked = await api.journeys('parked')
      if (parked.every(({ steps }) => steps.length === 0)) return true
    }
    await wait(EVERY_MS, undefined, { signal }).catch(() => {})
  }
  return false
}
