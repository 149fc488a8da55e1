import { hostname } from 'node:os'
import express from 'express'
import { allow } from './api/answers.ts'
import { createHealthRouter } from './api/health.ts'
import { createMetricsRouter } from './api/metrics.ts'
import { createApiRouter } from './api/router.ts'
import { readAtStart } from './campaign-files/read-at-start.ts'
import { createCampaignRegister } from './campaign-files/register.ts'
import { watchCampaignFiles } from './campaign-files/watch.ts'
import { createCampaignBook } from './campaigns/book.ts'
import type { Campaign } from './campaigns/campaign.ts'
import { createBudget, type Rate } from './clients/budget.ts'
import { createDeliveryForward } from './clients/delivery-forward.ts'
import { createEventWebhook } from './clients/event-webhook.ts'
import { createProviders, type Providers } from './clients/providers.ts'
import { type Clock, type Random, systemClock } from './clock.ts'
import type { Config } from './config.ts'
import { createDashboard } from './dashboard/router.ts'
import { createDesk } from './desk/index.ts'
import { endedView } from './desk/journey-view.ts'
import { createReadiness } from './desk/readiness.ts'
import { sendProblem } from './http/problem.ts'
import { listen } from './http/server.ts'
import { loadIdentity } from './ledger/identity.ts'
import { createLedger } from './ledger/index.ts'
import { createTokenStore } from './ledger/vendor-tokens.ts'
import { createLogger, type Logger } from './logger.ts'
import { createProducer } from './queues/producer.ts'
import { receiveEvent } from './queues/receive-event.ts'
import { producerConnection, untilReady, workerConnection } from './redis/connect.ts'
import { createKeys } from './redis/keys.ts'
import { assertSafeRedis } from './redis/safety.ts'
import { openRedisTarget } from './redis/target.ts'
import { createCampaignKeeper } from './scheduler/keep-campaigns.ts'
import { planByCampaigns, planRecurring } from './scheduler/recurring.ts'
import { createScheduler } from './scheduler/scheduler.ts'
import { createReplayWalk } from './scheduler/walk-replays.ts'
import { createSeal } from './seal.ts'
import { createTelemetry } from './telemetry/index.ts'
import { createReceiver } from './webhooks/accept.ts'
import { createHandOver } from './webhooks/hand-over.ts'
import { createWebhookRouter } from './webhooks/router.ts'
import { configuredSources } from './webhooks/sources/index.ts'
import { createHearNow } from './workers/hear-now.ts'
import { createHandlers } from './workers/index.ts'
import { tryMendedKeys } from './workers/pixel-gate.ts'
import { createRuntime } from './workers/runtime.ts'

export interface App extends AsyncDisposable {
  /** The port that was bound; `undefined` without the web role. */
  port: number | undefined
  logger: Logger
}

export interface Overrides {
  clock?: Clock
  random?: Random
  logger?: Logger
  /** How long a request to a vendor may still take effect; tests that wait for it shorten it. */
  requestTimeoutMs?: number
  /** How long an event may take to be stored before its sender is asked to come again. */
  storeTimeoutMs?: number
  /** How soon what a dead process left behind is taken up; tests that wait for it shorten it. */
  recovery?: { lockMs?: number; stalledCheckMs?: number; leaseMs?: number }
  /** Wraps what lies beyond an await: the ledger, the way onto the queues, the vendors. Tests count there, and kill. */
  instrument?: <T extends object>(name: string, part: T) => T
}

/** How long the first answer of Redis may take. */
const REDIS_START_MS = 10_000

/**
 * Shares of the time for a stop, one after the other: answers under way, running jobs, and what jobs that were told to
 * stop have left to write down. The rest is for Redis.
 */
const STOP_SHARES = { answers: 0.2, jobs: 0.5, handBack: 0.1 }

/**
 * Builds and starts everything, in the order it reads. What was started is stopped in the opposite order.
 * @throws ConfigError when something is set up wrong; nothing is left running then
 */
export async function createApp(config: Config, overrides: Overrides = {}): Promise<App> {
  const clock = overrides.clock ?? systemClock
  const random = overrides.random ?? Math.random
  const logger = overrides.logger ?? createLogger({ level: config.logLevel })
  const now = () => clock.now()
  const { recovery = {}, instrument = (_name, part) => part } = overrides
  const stopShareMs = (part: keyof typeof STOP_SHARES) => config.shutdownTimeoutMs * STOP_SHARES[part]
  const has = (role: (typeof config.roles)[number]) => config.roles.includes(role)
  await using started = new AsyncDisposableStack()
  let stopping = false
  const processName = `${hostname()}-${process.pid}`

  const loaded = await readAtStart(config.campaignsDir)
  const campaigns = createCampaignBook(loaded.map(({ campaign }) => campaign))

  const target = await openRedisTarget(config, { logger, clock, started })
  const onError = (err: Error) => logger.warn({ err }, 'redis.error')
  const quick = producerConnection(target, { name: 'aftercall-web', onError })
  started.defer(() => quick.disconnect())
  const patient = workerConnection(target, { name: 'aftercall-worker', onError })
  started.defer(() => patient.disconnect())
  const keys = createKeys(config.redis.prefix)
  const telemetry = createTelemetry({ process: processName, logger })
  const budget = (account: string, rate: Rate) =>
    createBudget({
      ...{ client: patient, clock, random, key: keys.budget(account), rate },
      onLeave: (purpose, result) => telemetry.onLeave(account, purpose, result),
    })
  const seal = createSeal(config.dataKeys)
  const tokens = (account: string) => createTokenStore({ client: patient, keys, seal, random, account })
  const providers = started.use(
    createProviders(config, { clock, random, budget, tokens, onExchange: telemetry.onExchange }),
  )
  if (has('worker')) warnOfMissing(campaigns.all(), providers, logger)
  await untilReady(quick, REDIS_START_MS)
  const { durability } = await assertSafeRedis(quick, { acceptUnsafe: config.redis.acceptUnsafe })

  const identity = await loadIdentity(quick, keys, seal, config.redis.shards)
  const { waitReplicas } = config.redis
  const tellsEnds = config.events !== undefined
  const ledgerParts = {
    clock,
    keys,
    seal,
    identity,
    waitReplicas,
    tellsEnds,
    onCommitted: telemetry.onCommitted,
    onDue: (dueAt: number) => scheduler?.wake(dueAt),
  }
  const quickLedger = instrument('web', createLedger({ client: quick, ...ledgerParts }))
  const ledger = instrument('ledger', createLedger({ client: patient, ...ledgerParts }))

  const quickProducer = instrument('web', started.use(createProducer({ client: quick, keys, onError })))
  const producer = instrument('queues', started.use(createProducer({ client: patient, keys, onError })))
  const provider = (name: string) => instrument(name, providers.of(name))
  const destination = (name: string) => instrument(name, providers.destination(name))

  started.use(telemetry.share(snapshot => quickLedger.processMetrics.publish(processName, snapshot)))

  const register = createCampaignRegister(ledger)
  await register.start(loaded)
  const files = started.use(
    watchCampaignFiles({
      ...{ dir: config.campaignsDir, loaded, campaigns, logger },
      begunAs: register.begunAs,
      async onChange(changed, all) {
        await register.add(changed)
        if (has('worker')) warnOfMissing(changed, providers, logger)
        if (has('scheduler')) await planByCampaigns(producer, all)
      },
    }),
  )

  const scheduler = has('scheduler')
    ? createScheduler({
        ...{ ledger, producer, campaigns, keys, clock, logger },
        ...recovery,
        dialsPerSecond: name => providers.ratePerSecond(name),
        keep: createCampaignKeeper({ ledger, campaigns, clock, keys, logger }),
      })
    : undefined
  const replayWalk = has('scheduler') ? createReplayWalk({ ledger, campaigns, clock, logger }) : undefined

  if (has('worker')) {
    const { defaultCountry, retentionMs } = config
    const parts = {
      client: patient,
      keys,
      ledger,
      campaigns,
      provider,
      destination,
      requestsPerSecond: providers.ratePerSecond,
      clock,
      random,
      logger,
      defaultCountry,
      retentionMs,
    }
    const receiver = config.events && started.use(createEventWebhook({ ...config.events, clock, random }))
    const { forwardUrl } = config.leadsail.smsAgent
    const forward =
      forwardUrl === undefined ? undefined : started.use(createDeliveryForward({ url: forwardUrl, clock, random }))
    const handlers = createHandlers({
      ...parts,
      ...(forward === undefined ? {} : { forward: instrument('forward', forward) }),
      ends: {
        describe: endedView,
        ...(receiver === undefined ? {} : { receiver: instrument('receiver', receiver) }),
      },
      ...(overrides.requestTimeoutMs === undefined ? {} : { requestTimeoutMs: overrides.requestTimeoutMs }),
    })
    const runtime = started.use(
      createRuntime({ client: patient, keys, handlers, logger, now, onSettled: telemetry.onSettled, ...recovery }),
    )
    started.defer(() => runtime.drain(stopShareMs('jobs'), stopShareMs('handBack')))
    await tryMendedKeys(ledger, name => providers.faultOf(name) === undefined)
    runtime.start()
  }

  if (scheduler !== undefined) {
    await planRecurring(producer, campaigns.all())
    scheduler.start()
    // Stops before the workers: what nobody has started is left for the next process.
    started.use(scheduler)
    replayWalk?.start()
    started.use(replayWalk)
  }

  let port: number | undefined
  if (has('web')) {
    const anyEvents = createHandOver(
      ids =>
        quickProducer.add(
          receiveEvent,
          ids.map(eventId => ({ eventId })),
        ),
      logger,
    )
    const isForwarding = config.leadsail.smsAgent.forwardUrl !== undefined
    const { defaultCountry } = config
    const intake = { ledger: quickLedger, clock, leads: provider, defaultCountry, campaigns }
    const optOuts = createHearNow({ ...intake, random, logger, isForwarding })
    const handOver = (eventId: string, mayOptOut: boolean) => (mayOptOut ? optOuts : anyEvents).add(eventId)
    const { storeTimeoutMs } = overrides
    const receiver = createReceiver({
      ...{ events: quickLedger.events, handOver, clock, logger, onReceipt: telemetry.onReceipt },
      ...(storeTimeoutMs === undefined ? {} : { storeTimeoutMs }),
    })
    const wake = () => scheduler?.wake(clock.now())
    const desk = createDesk({
      ...{ ...intake, client: quick, keys },
      onReplay: wake,
      onReplayAsked: () => replayWalk?.wake(),
      onResume: wake,
      fileFaults: files.faults,
      logger,
      dialsPerSecond: providers.ratePerSecond,
      queues: () => quickProducer.backlog(),
      accounts: providers.rates(),
    })
    const { adminKeys, publicUrl } = config.http
    const others = () => quickLedger.processMetrics.others(processName)
    const expose = () => telemetry.expose({ others, gauges: () => desk.gauges.read() })
    const dashboard = createDashboard({ desk, adminKeys, publicUrl, mark: identity.mark, now, logger })
    const asksCanary = has('worker')
    const isStopping = () => stopping
    const readiness = createReadiness({ client: quick, keys, identity, now, asksCanary, durability, isStopping })

    const web = express()
    web.disable('x-powered-by')
    web.set('etag', false)
    web.use('/webhooks', createWebhookRouter({ sources: configuredSources(config), receiver }))
    web.use(createHealthRouter(readiness))
    web.use(createMetricsRouter({ allow: allow(adminKeys), expose }))
    web.use('/api/v1', createApiRouter({ desk, adminKeys, logger }))
    web.use('/dashboard', dashboard.router)
    web.get('/', (_request, response) => response.redirect('/dashboard'))
    web.use((_request, response) => sendProblem(response, 404, 'nothing is here'))

    const server = await listen(web, config.http)
    started.defer(async () => void (await Promise.all([anyEvents.settle(), optOuts.settle()])))
    started.defer(() => server.close(stopShareMs('answers')))
    started.defer(dashboard.close)
    port = server.port
    logger.info({ host: config.http.host, port }, 'http.listening')
  }

  logger.info({ roles: config.roles, campaigns: campaigns.all().map(({ id }) => id) }, 'app.started')
  const running = started.move()
  return {
    port,
    logger,
    async [Symbol.asyncDispose]() {
      stopping = true
      await running.disposeAsync()
      logger.info({}, 'app.stopped')
    },
  }
}

/** Said at the start, so that nobody wonders why leads wait. */
function warnOfMissing(campaigns: readonly Campaign[], providers: Providers, logger: Logger): void {
  for (const { id, provider, followUps } of campaigns) {
    for (const name of new Set([provider, ...followUps.map(({ act }) => act.via)])) {
      const fault = providers.faultOf(name)
      if (fault !== undefined) logger.warn({ campaign: id, fault }, 'provider.missing')
    }
  }
}
