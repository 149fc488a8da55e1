/**
 * The floor plan: which room may import from which. Whoever needs a new line here has a question of design to answer
 * first; the arrow goes one way:
 *
 * main -> app -> webhooks, workers, scheduler, api, dashboard -> desk, intake, http -> queues, clients, ledger, telemetry
 *   -> campaigns, sources, redis -> errors, logger, log-seldom, clock, seal, settings, config (its types), loopback
 */

/**
 * Room by room what may be imported: another room, or one file of it. After `type ` only by `import type`. A room may
 * always import from itself.
 */
export const rooms: Readonly<Record<string, readonly string[]>> = {
  'src/main.ts': ['src/load.ts'],
  'src/load.ts': ['src/app.ts', 'src/config.ts', 'src/errors.ts', 'src/logger.ts', 'src/keep-small.ts'],
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
    'src/log-seldom.ts',
    'src/logger.ts',
    'src/clock.ts',
    'src/seal.ts',
    'type src/overrides.ts',
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
    'src/telemetry/alert-rules.ts',
    'src/clients/timeouts.ts',
    'type src/clients/ports.ts',
    'type src/clients/receiver-ports.ts',
    'type src/clients/budget.ts',
    'type src/redis',
    'src/errors.ts',
    'src/log-seldom.ts',
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
    'src/log-seldom.ts',
    'type src/clock.ts',
    'type src/logger.ts',
  ],
  // Two thin faces of the desk: what they show and ask for comes through it.
  // What the API answers: it documents these shapes, and the command line reads by them.
  'src/answers': ['src/campaigns/vocabulary.ts'],
  'src/api': [
    'src/answers',
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
    'src/answers',
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
    'src/doctor',
    'src/errors.ts',
    'src/webhooks/sources',
    'src/clock.ts',
  ],

  // Looks at everything that a service would stand on, without being one.
  'src/doctor': [
    'src/answers',
    'src/campaigns',
    'src/clients',
    'src/redis',
    'src/http/server.ts',
    'src/config.ts',
    'src/errors.ts',
    'type src/clock.ts',
  ],

  'src/desk': [
    'src/intake',
    'src/ledger',
    'src/campaigns',
    'src/sources',
    'src/telemetry/alert-rules.ts',
    'src/redis/keys.ts',
    'type src/redis',
    'type src/shown-settings.ts',
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
  'src/clients': ['src/errors.ts', 'src/redis/gather.ts', 'src/redis/script.ts', 'type src/redis', 'type src/clock.ts'],
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
    'src/shown-settings.ts',
  ],
  'src/errors.ts': [],
  'src/logger.ts': [],
  'src/log-seldom.ts': [],
  'src/clock.ts': [],
  'src/overrides.ts': ['type src/clock.ts', 'type src/logger.ts'],
  'src/seal.ts': [],
  'src/settings.ts': ['src/setting-values.ts'],
  'src/setting-values.ts': [],
  'src/shown-settings.ts': ['src/settings.ts'],
  'src/loopback.ts': [],
  'src/keep-small.ts': [],

  // The vendors know nothing of whom they serve, or they could not judge it.
  simulator: [],
  demo: ['simulator', 'src/webhooks/sources/standard.ts', 'type src/desk'],
  bench: ['src', 'simulator', 'test/support'],
  chaos: ['src', 'simulator', 'test/support'],
  scripts: ['src', 'demo'],
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
