import { randomOf } from '../simulator/random.ts'

/** Something that is done to the system while it works, `atMs` after the first lead. */
export type Disturbance =
  | { kind: 'worker'; atMs: number; slot: number }
  | { kind: 'web'; atMs: number }
  | { kind: 'redis'; atMs: number; signal: 'SIGKILL' | 'SIGTERM'; downMs: number }

/** One web process dies for this many workers. */
const WORKERS_PER_WEB = 5

/** How long Redis stays away, ms. */
const DOWN_MS = { least: 100, most: 2_000 }

/**
 * What happens when, soonest first: spread evenly with a seeded jitter over the time in which leads come in, so that
 * there is always work to interrupt.
 */
export function planDisturbances(given: {
  seed: number
  kills: number
  redisRestarts: number
  workers: number
  overMs: number
}): Disturbance[] {
  const { seed, kills, redisRestarts, workers, overMs } = given
  const spread = (what: string, count: number) => {
    const random = randomOf(seed, 'plan', what)
    return Array.from({ length: count }, (_, index) => ({ atMs: ((index + random()) / count) * overMs, random, index }))
  }
  const plan: Disturbance[] = [
    ...spread('worker', kills).map(({ atMs, random }) => ({
      kind: 'worker' as const,
      atMs,
      slot: Math.floor(random() * workers),
    })),
    ...spread('web', Math.ceil(kills / WORKERS_PER_WEB)).map(({ atMs }) => ({ kind: 'web' as const, atMs })),
    ...spread('redis', redisRestarts).map(({ atMs, random, index }) => ({
      kind: 'redis' as const,
      atMs,
      signal: index % 2 === 0 ? ('SIGKILL' as const) : ('SIGTERM' as const),
      downMs: DOWN_MS.least + random() * (DOWN_MS.most - DOWN_MS.least),
    })),
  ]
  return plan.sort((a, b) => a.atMs - b.atMs)
}
