import { setTimeout as wait } from 'node:timers/promises'
import type { OwnRedis } from '../test/support/own-redis.ts'
import type { Disturbance } from './plan.ts'
import type { RecoveryWatch } from './recovery.ts'
import type { Service } from './service.ts'

/** A process that is just not there is killed as soon as it is. */
const AGAIN_MS = 50

/**
 * Carries out the plan, each part at its time and beside those that still go on. Resolves when everything has been done
 * and is up again.
 */
export async function disturb(given: {
  plan: readonly Disturbance[]
  service: Service
  redis: OwnRedis
  watch: RecoveryWatch
  signal: AbortSignal
  onDone: (disturbance: Disturbance) => void
}): Promise<void> {
  const { plan, service, redis, watch, signal, onDone } = given
  const startedAt = performance.now()
  const underWay: Promise<void>[] = []
  /** One restart of Redis after the other. */
  let redisIsBack = Promise.resolve()

  for (const disturbance of plan) {
    const dueInMs = startedAt + disturbance.atMs - performance.now()
    if (dueInMs > 0) await wait(dueInMs, undefined, { signal }).catch(() => {})
    if (signal.aborted) break
    if (disturbance.kind === 'redis') {
      redisIsBack = redisIsBack.then(() => restartRedis(disturbance))
      underWay.push(redisIsBack)
    } else {
      underWay.push(kill(disturbance))
    }
  }
  await Promise.all(underWay)

  async function kill(disturbance: Exclude<Disturbance, { kind: 'redis' }>): Promise<void> {
    const isDone = () => (disturbance.kind === 'web' ? service.killWeb() : service.killWorker(disturbance.slot))
    while (!(await isDone())) {
      if (signal.aborted) return
      await wait(AGAIN_MS, undefined, { signal }).catch(() => {})
    }
    onDone(disturbance)
  }

  async function restartRedis(disturbance: Extract<Disturbance, { kind: 'redis' }>): Promise<void> {
    if (disturbance.signal === 'SIGKILL') await redis.kill9()
    else await redis.stop()
    await wait(disturbance.downMs, undefined, { signal }).catch(() => {})
    await redis.start()
    watch.begin(`redis ${disturbance.signal}`)
    onDone(disturbance)
  }
}
