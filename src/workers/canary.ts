import type { Clock } from '../clock.ts'
import type { RedisClient } from '../redis/connect.ts'
import type { Keys } from '../redis/keys.ts'
import type { Settled } from './settled.ts'

/** Proves that jobs are made, taken and finished: readiness asks when it last ran. */
export function createCanary(parts: { client: RedisClient; keys: Keys; clock: Clock }) {
  return async (): Promise<Settled> => {
    await parts.client.set(parts.keys.canary, parts.clock.now())
    return { result: 'done' }
  }
}
