import { type Job, Worker } from 'bullmq'
import { PayloadError } from '../errors.ts'
import { createLogSeldom } from '../log-seldom.ts'
import { type Logger, withLogContext } from '../logger.ts'
import type { JobContract } from '../queues/define-job.ts'
import type { JobName } from '../queues/index.ts'
import { catalogue } from '../queues/index.ts'
import type { RedisClient } from '../redis/connect.ts'
import type { Keys } from '../redis/keys.ts'
import { createPlaces, type Places } from './places.ts'
import { errorFacts, type Handler, type Settled } from './settled.ts'

/** Jobs of one kind that run at once in one process. They wait for sockets, so many fit. */
const CONCURRENCY = 100

/**
 * A worker that dies leaves its jobs locked. With these two they run again after at most lock + check = 15 s; BullMQ's
 * defaults take 60 s. Handlers are short, so the lock can be.
 */
const LOCK_MS = 10_000
const STALLED_CHECK_MS = 5_000

/** How often a job may be started again after a crash. The ledger counts tries; the queue must never give up on one. */
const MAX_STALLED_COUNT = 1_000_000

/** A worker that Redis refuses (it is full, or read-only) would ask again at once and for ever: it rests this long. */
const REFUSED_REST_MS = 1_000

export type Handlers = { [N in JobName]: Handler<PayloadOf<N>> }
type PayloadOf<N extends JobName> = (typeof catalogue)[N] extends JobContract<infer P> ? P : never

export interface Runtime extends AsyncDisposable {
  /** Starts taking jobs. */
  start(): void
  /**
   * Takes no new jobs and waits for the running ones; past the deadline they are told to stop. What has not come to an
   * end after the time to hand back as well (Redis is away) is left: the next process finds all of it in the ledger.
   */
  drain(deadlineMs: number, handBackMs: number): Promise<void>
}

/** Runs every handler on its queue. The only place that makes BullMQ workers. */
export function createRuntime(parts: {
  client: RedisClient
  keys: Keys
  handlers: Handlers
  logger: Logger
  now: () => number
  /** Told of every job that ended. */
  onSettled?: (name: string, line: Settled & { waitMs: number; runMs: number }) => void
  /** Wraps every job that is done. */
  trace?: (job: { name: string; jobId: string; startedAt: number }, work: () => Promise<Settled>) => Promise<Settled>
  lockMs?: number
  stalledCheckMs?: number
}): Runtime {
  const { client, keys, handlers, logger, now, lockMs = LOCK_MS, stalledCheckMs = STALLED_CHECK_MS } = parts
  const { trace = (_job, work) => work() } = parts
  const stop = new AbortController()
  const seldom = createLogSeldom(now)

  const workers = (Object.keys(catalogue) as JobName[]).map(name => {
    const contract = catalogue[name] as JobContract
    const handler = handlers[name] as Handler<unknown>
    const places = createPlaces(CONCURRENCY)
    const worker = new Worker(name, job => runAll(contract, handler, places, job), {
      connection: client,
      prefix: keys.queuePrefix(name),
      autorun: false,
      concurrency: CONCURRENCY,
      lockDuration: lockMs,
      stalledInterval: stalledCheckMs,
      maxStalledCount: MAX_STALLED_COUNT,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 0 },
    })
    worker.on('error', err => {
      // What Redis answers is about this queue; that it is away is about all of them.
      const about = err.name === 'ReplyError' ? { job: name } : {}
      const kind = `worker.error ${about.job ?? ''} ${err.message}`
      seldom(kind, often => logger.warn({ ...about, err, ...often }, 'worker.error'))
      if (err.name === 'ReplyError') restWorker(worker)
    })
    return worker
  })

  /** Everything that travelled in one job, side by side: each ends by itself, with a line of its own. */
  async function runAll(contract: JobContract, handler: Handler<unknown>, places: Places, job: Job): Promise<void> {
    const { data, timestamp } = job
    if (!Array.isArray(data)) {
      await places.within(() => run(contract, handler, { jobId: job.id ?? '', data, timestamp }))
      return
    }
    const all = data.map(payload => ({ jobId: idOf(contract, payload) ?? job.id ?? '', data: payload, timestamp }))
    await Promise.all(all.map(one => places.within(() => run(contract, handler, one))))
  }

  async function run(contract: JobContract, handler: Handler<unknown>, job: OneJob): Promise<void> {
    const { jobId } = job
    const startedAt = now()
    const fields = { job: contract.name, jobId }
    const settle = async (): Promise<Settled> => {
      let settled: Settled
      let failure: unknown
      try {
        settled = await handler(parsePayload(contract, job.data), { jobId, signal: stop.signal })
      } catch (error) {
        failure = error
        settled = { result: 'failed', error: errorFacts(error) }
      }
      const waitMs = Math.max(0, startedAt - job.timestamp)
      const line = { ...settled, waitMs, runMs: now() - startedAt }
      parts.onSettled?.(contract.name, line)
      if (failure === undefined) logger.info(line, 'job.settled')
      else logger.error({ ...line, err: failure }, 'job.settled')
      return settled
    }
    await withLogContext(fields, () => trace({ name: contract.name, jobId, startedAt }, settle))
  }

  let isLeft = false
  const close = () => Promise.all(workers.map(worker => worker.close()))

  return {
    start() {
      for (const worker of workers) worker.run().catch(err => logger.error({ err }, 'worker.ended'))
    },

    async drain(deadlineMs, handBackMs) {
      const closing = close()
      if (await isOverWithin(closing, deadlineMs)) return
      stop.abort(new Error('the process is stopping'))
      if (await isOverWithin(closing, handBackMs)) return
      logger.warn({}, 'jobs.left')
      isLeft = true
    },

    async [Symbol.asyncDispose]() {
      stop.abort(new Error('the process is stopping'))
      if (!isLeft) await close()
    },
  }
}

/** What is done by one call of a handler. */
interface OneJob {
  jobId: string
  data: unknown
  /** When it was put on its queue, ms. */
  timestamp: number
}

/** A payload that fits no longer has no id of its own. */
function idOf(contract: JobContract, payload: unknown): string | undefined {
  const parsed = contract.payload.safeParse(payload)
  return parsed.success ? contract.id(parsed.data) : undefined
}

function restWorker(worker: Worker): void {
  if (worker.isPaused()) return
  void worker.pause(true)
  setTimeout(() => void worker.resume(), REFUSED_REST_MS).unref()
}

async function isOverWithin(work: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const timer = setTimeout(resolve, timeoutMs, false)
  const isOver = await Promise.race([work.then(() => true), promise])
  clearTimeout(timer)
  return isOver
}

function parsePayload(contract: JobContract, data: unknown): unknown {
  const parsed = contract.payload.safeParse(data)
  if (parsed.success) return parsed.data
  throw new PayloadError(`${contract.name}: ${parsed.error.issues.map(issue => issue.message).join('; ')}`)
}
