import { defineConfig } from 'vitest/config'

/** Tests that hold time against a promise run by themselves, after the others: what runs beside them would be measured too. */
const timed = [
  'test/integration/campaigns/pace.test.ts',
  'test/integration/campaigns/preflight.test.ts',
  'test/integration/journeys/follow-ups.test.ts',
  'test/integration/journeys/replay-pace.test.ts',
  'test/recovery/crash-points.test.ts',
  'test/recovery/redis-gone.test.ts',
  'test/recovery/restored.test.ts',
  'test/recovery/worker-killed.test.ts',
  'test/scale/on-time.test.ts',
  'test/scale/processes.test.ts',
]

const shared = {
  globalSetup: ['test/support/global-setup.ts'],
  setupFiles: ['test/support/no-leaks.ts'],
  testTimeout: 30_000,
  hookTimeout: 60_000,
}

export default defineConfig({
  test: {
    // Most tests wait for timers and sockets: more of them than cores fit side by side.
    maxWorkers: 3,
    projects: [
      {
        test: {
          ...shared,
          name: 'together',
          include: ['src/**/*.test.ts', 'simulator/**/*.test.ts', 'demo/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: [...timed, 'node_modules/**'],
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: { ...shared, name: 'alone', include: timed, fileParallelism: false, sequence: { groupOrder: 1 } },
      },
    ],
  },
})
