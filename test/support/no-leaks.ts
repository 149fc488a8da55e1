import { afterAll, beforeEach } from 'vitest'
import { countRedisConnections, noMoreThan, watchRedisConnections } from './redis-connections.ts'

/**
 * Loaded before every test file: a test that leaves a BullMQ worker, a queue or any other connection to Redis open
 * fails. What a file opens for all of its tests has to be closed when the last one is over.
 */
watchRedisConnections()

beforeEach(({ onTestFinished }) => {
  const before = countRedisConnections()
  // What is asked for first is done last: whatever the test itself closes at its end is closed by then.
  onTestFinished(() => noMoreThan(before))
})

afterAll(() => noMoreThan(0))
