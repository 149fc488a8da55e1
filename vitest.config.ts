import { defineConfig } from 'vitest/config'

/** Tests that hold time against a promise run by themselves, after the others: what runs beside them would be measured too. */
const timed = [
  'test/integration/campaigns/pace.test.ts',
  'test/integration/campaigns/preflight.test.ts',
  'test/integration/journeys/follow-ups.test.ts',
  'test/integration/journeys/replay-pace.test.ts',
  'test/recovery/crash-points.test.ts',
  'test/recovery/failover.test.ts',
  'test/recovery/idle-connections.test.ts',
  'test/recovery/redis-gone.test.ts',
  'test/recovery/restored.test.ts',
  'test/recovery/worker-killed.test.ts',
  'test/scale/on-time.test.ts',
  'test/scale/processes.test.ts',
]

/**
 * Tests that have a process of their own: they start a browser, measure memory, timers or connections of their process, or
 * start and kill others. The rest share four processes, which saves each of them to load everything anew.
 */
const apart = [
  'test/{chaos,e2e,recovery,scale}/**/*.test.ts',
  'test/integration/{dashboard,redis,scheduler}/**/*.test.ts',
  'test/integration/campaigns/export.test.ts',
]

/**
 * With `TEST_REDIS=cluster` or `sentinel` the tests share a set of servers instead of one. What is left out of such a run
 * would do there what it does without it:
 */
const withoutSharedRedis = [
  // They use no Redis, or the private one that the service starts itself.
  'test/*.test.ts',
  'test/chaos/judge.test.ts',
  'test/e2e/{demo,readme}.test.ts',
  'test/integration/cli/init.test.ts',
  // They start servers of their own, to be killed, frozen, filled, emptied and restored.
  'test/chaos/chaos.test.ts',
  'test/integration/redis/**',
  'test/integration/webhooks/redis-away.test.ts',
  'test/recovery/{failover,redis-full,redis-gone,restored}.test.ts',
  // They count the connections of a client that has one.
  'test/support/redis-connections.test.ts',
]

const isSet = Boolean(process.env['TEST_REDIS'])
const pure = ['src/**/*.test.ts', 'simulator/**/*.test.ts', 'demo/**/*.test.ts']
const all = isSet ? ['test/**/*.test.ts'] : [...pure, 'test/**/*.test.ts']
const out = ['node_modules/**', ...(isSet ? withoutSharedRedis : [])]

const shared = {
  globalSetup: ['test/support/global-setup.ts'],
  setupFiles: ['test/support/no-leaks.ts'],
  testTimeout: 30_000,
  hookTimeout: 60_000,
}

export default defineConfig({
  test: {
    // Most tests wait for timers and sockets: more of them than cores fit side by side.
    maxWorkers: 4,
    projects: [
      {
        test: {
          ...{ ...shared, name: 'together', include: all, exclude: [...apart, ...timed, ...out] },
          ...{ isolate: false, sequence: { groupOrder: 0 } },
        },
      },
      {
        test: {
          ...{ ...shared, name: 'apart', include: apart, exclude: [...timed, ...out] },
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...{ ...shared, name: 'alone', include: timed, exclude: out },
          ...{ fileParallelism: false, sequence: { groupOrder: 1 } },
        },
      },
    ],
  },
})
