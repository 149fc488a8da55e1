import { hostname } from 'node:os'
import express from 'express'
import { readApiPage } from './api/openapi/page.ts'
import { createApiRouter } from './api/router.ts'
import { createServiceRouter } from './api/service.ts'
import { readAtStart } from './campaign-files/read-at-start.ts'
import { createCampaignRegister } from './campaign-files/register.ts'
import { warnOfMissing } from './campaign-files/warn-of-missing.ts'
import { watchCampaignFiles } from './campaign-files/watch.ts'
import { createCampaignBook } from './campaigns/book.ts'
import { createBudget, type Rate } from './clients/budget.ts'
import { createProviders } from './clients/providers.ts'
import { createReceivers } from './clients/receivers.ts'
import { systemClock } from './clock.ts'
import type { Config } from './config.ts'
import { createDashboard } from './dashboard/router.ts'
import { createDesk } from './desk/index.ts'
import { endedView } from './desk/journey-view.ts'
import { createReadiness } from './desk/readiness.ts'
import { holdRestored } from './desk/restored.ts'
import { createKeyCheck } from './http/key-check.ts'
import { sendProblem } from './http/problem.ts'
import { listen } from './http/server.ts'
import { loadIdentity } from './ledger/identity.ts'
import { createLedger } from './ledger/index.ts'
import { createTokenStore } from './ledger/vendor-tokens.ts'
import { createLogSeldom } from './log-seldom.ts'
import { addLogContext, createLogger, type Logger, withLogContext } from './logger.ts'
import type { Overrides } from './overrides.ts'
import { createProducer } from './queues/producer.ts'
import { receiveEvent } from './queues/receive-event.ts'
import { startBeat } from './redis/beat.ts'
import { producerConnection, untilReady, workerConnection } from './redis/connect.ts'
import { createKeys } from './redis/keys.ts'
import { assertSafeRedis } from './redis/safety.ts'
import { openRedisTarget } from './redis/target.ts'
import { createCampaignKeeper } from './scheduler/keep-campaigns.ts'
import { LOOK_FOR_ALERTS_EVERY_MS, planByCampaigns, planRecurring } from './scheduler/recurring.ts'
import { createScheduler } from './scheduler/scheduler.ts'
import { createReplayWalk } from './scheduler/walk-replays.ts'
import { createSeal } from './seal.ts'
import { createTelemetry } from './telemetry/index.ts'
import { createReceiver } from './webhooks/accept.ts'
import { createHandOver } from './webhooks/hand-over.ts'
import { createWebhookRouter } from './webhooks/router.ts'
import { configuredSources } from './webhooks/sources/index.ts'
import { createAlertWatch } from './workers/alert-watch.ts'
import { createHearNow } from './workers/hear-now.ts'
import { createHandlers } from './workers/index.ts'
import { tryMendedKeys } from './workers/pixel-gate.ts'
import { createRuntime } from './workers/runtime.ts'

export type { Overrides } from './overrides.ts'

export interface App extends AsyncDisposable {
  /** The port that was bound; `undefined` without the web role. */
  port: number | undefined
  logger: Logger
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
  const { alertsEveryMs = LOOK_FOR_ALERTS_EVERY_MS } = overrides
  const stopShareMs = (part: keyof typeof STOP_SHARES) => config.shutdownTimeoutMs * STOP_SHARES[part]
  const has = (role: (typeof config.roles)[number]) => config.roles.includes(role)
  await using started = new AsyncDisposableStack()
  let stopping = false
  const processName = `${hostname()}-${process.pid}`

  const loaded = await readAtStart(config.campaignsDir)
  const campaigns = createCampaignBook(loaded.map(({ campaign }) => campaign))

  const target = await openRedisTarget(config, { logger, clock, started })
  const seldom = createLogSeldom(now)
  const onError = (err: Error) =>
    seldom(`redis.error ${err.message}`, often => logger.warn({ err, ...often }, 'redis.error'))
  const quick = producerConnection(target, { name: 'aftercall-web', onError })
  started.defer(() => quick.disconnect())
  const patient = workerConnection(target, { name: 'aftercall-worker', onError })
  started.defer(() => patient.disconnect())
  const keys = createKeys(config.redis.prefix)
  const fields = { run: withLogContext, add: addLogContext }
  const { tracesUrl } = config
  const telemetry = started.use(await createTelemetry({ process: processName, logger, now, tracesUrl, fields }))
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
    trace: telemetry.trace,
    onDue: (dueAt: number) => scheduler?.wake(dueAt),
  }
  const watched = createLedger({ client: quick, ...ledgerParts })
  const [{ dataDir }, { instance }, onRestored] = [config, identity, holdRestored(watched, logger)]
  started.use(await startBeat({ client: quick, key: keys.beat, dataDir, instance, now, onRestored, onError }))
  const quickLedger = instrument('web', watched)
  const ledger = instrument('ledger', createLedger({ client: patient, ...ledgerParts }))

  const quickProducer = instrument('web', started.use(createProducer({ client: quick, keys, onError })))
  const producer = instrument('queues', started.use(createProducer({ client: patient, keys, onError })))
  const provider = (name: string) => instrument(name, providers.of(name))
  const destination = (name: string) => instrument(name, providers.destination(name))

  const receivers = started.use(createReceivers(config, { clock, random, instrument }))
  const publish = (snapshot: string) => quickLedger.processMetrics.publish(processName, snapshot)
  started.use(telemetry.share({ publish, note: watched.signals.note }))

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

  const alerts = createAlertWatch({
    ...{ ledger: watched, client: quick, keys, campaigns, clock, logger, http: config.http },
    oldestJobs: () => quickProducer.oldest(),
    fileFaults: files.faults,
    receiver: receivers.alerts,
  })
  started.use(telemetry.standIn({ ...alerts, everyMs: alertsEveryMs }))

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
    const handlers = createHandlers({
      ...parts,
      forward: receivers.forward,
      ends: { describe: endedView, receiver: receivers.events },
      lookForAlerts: alerts.look,
      ...(overrides.requestTimeoutMs === undefined ? {} : { requestTimeoutMs: overrides.requestTimeoutMs }),
    })
    const runtime = started.use(
      createRuntime({
        ...{ client: patient, keys, handlers, logger, now, onSettled: telemetry.onSettled, trace: telemetry.trace.job },
        ...recovery,
      }),
    )
    started.defer(() => runtime.drain(stopShareMs('jobs'), stopShareMs('handBack')))
    await tryMendedKeys(ledger, name => providers.faultOf(name) === undefined)
    runtime.start()
  }

  if (scheduler !== undefined) {
    await planRecurring(producer, campaigns.all(), alertsEveryMs)
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
    const intake = { ledger: quickLedger, clock, leads: provider, calls: provider, defaultCountry, campaigns }
    const optOuts = createHearNow({ ...intake, random, logger, isForwarding })
    const handOver = (eventId: string, mayOptOut: boolean) => (mayOptOut ? optOuts : anyEvents).add(eventId)
    const { storeTimeoutMs } = overrides
    const receiver = createReceiver({
      ...{ events: quickLedger.events, handOver, clock, logger, onReceipt: telemetry.onReceipt },
      trace: telemetry.trace.delivery,
      ...(storeTimeoutMs === undefined ? {} : { storeTimeoutMs }),
    })
    const wake = () => scheduler?.wake(clock.now())
    const asksCanary = has('worker')
    const isStopping = () => stopping
    const readiness = createReadiness({ client: quick, keys, identity, now, asksCanary, durability, isStopping })
    const desk = createDesk({
      ...{ ...intake, client: quick, keys },
      onReplay: wake,
      onErasure: wake,
      onReplayAsked: () => replayWalk?.wake(),
      onResume: wake,
      fileFaults: files.faults,
      settings: { shown: config.shown, files: files.list, readiness },
      logger,
      dialsPerSecond: providers.ratePerSecond,
      queues: () => quickProducer.backlog(),
      accounts: providers.rates(),
    })
    const { adminKeys, publicUrl } = config.http
    const others = () => quickLedger.processMetrics.others(processName)
    const expose = () => telemetry.expose({ others, gauges: () => desk.gauges.read() })
    const keyCheck = createKeyCheck({ adminKeys, now })
    const dashboard = createDashboard({
      ...{ desk, adminKeys, keyCheck, publicUrl, mark: identity.mark, now, logger },
      readApi: readApiPage,
    })

    const web = express()
    web.disable('x-powered-by')
    web.set('etag', false)
    web.use('/webhooks', createWebhookRouter({ sources: configuredSources(config), receiver }))
    web.use(createServiceRouter({ readiness, keyCheck, logger, expose }))
    web.use('/api/v1', createApiRouter({ desk, keyCheck, logger }))
    web.use('/dashboard', dashboard.router)
    web.use('/docs', dashboard.docs)
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
