import type { TestProject } from 'vitest/node'
import { startTestRedis } from './redis.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The Redis that all tests of a run share: `inject('redisUrl')`, under a prefix of one's own. */
    redisUrl: string
  }
}

/** Starts one Redis for the whole run and ends it afterwards, if it was this run that started it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const redis = await startTestRedis()
  console.log(`tests use Redis from ${redis.from}`)
  // Projects of one run are set up one after the other: the next one finds this.
  process.env['TEST_REDIS_URL'] = redis.url
  project.provide('redisUrl', redis.url)
  return () => redis.stop()
}
