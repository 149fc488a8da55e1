import { setTimeout as wait } from 'node:timers/promises'
import { type JobSchedulerJson, Queue } from 'bullmq'
import type { RedisClient } from '../redis/connect.ts'
import type { Keys } from '../redis/keys.ts'
import type { JobContract } from './define-job.ts'
import { catalogue } from './index.ts'

/** The way onto the queues. */
export interface Producer extends AsyncDisposable {
  /** One round trip for all; as few jobs as their contract allows. A job of one that is already there stays as it is. */
  add<P>(contract: JobContract<P>, payloads: readonly P[]): Promise<void>
  /** Payloads that wait for a worker, at most. */
  waiting(contract: Pick<JobContract, 'name' | 'bundle'>): Promise<number>
  /** Jobs that wait for a worker or are being done. */
  unfinished(job: string): Promise<number>
  /** Jobs of every queue that wait for a worker or are being done. */
  backlog(): Promise<Record<string, number>>
  /** When the oldest job that waits for a worker was put on its queue, ms of real time, by queue; idle ones are absent. */
  oldest(): Promise<Record<string, number>>
  /** Makes these all the schedules of this job: others of its queue are forgotten. */
  repeat<P>(contract: JobContract<P>, schedules: readonly Schedule<P>[]): Promise<void>
}

/** When a job comes back: every so often, or at the times of a cron expression in a time zone. */
export type Schedule<P> = { key: string; payload: P } & ({ everyMs: number } | { cron: string; timeZone: string })

const CLOSE_MS = 1_000

/** Ended jobs are removed: the ledger is the record. A failed try is planned anew by the ledger, never by the queue. */
const JOB_OPTIONS = { attempts: 1, removeOnComplete: true, removeOnFail: true } as const

export function createProducer(parts: { client: RedisClient; keys: Keys; onError: (error: Error) => void }): Producer {
  const queues = new Map(
    Object.keys(catalogue).map(name => {
      const queue = new Queue(name, {
        connection: parts.client,
        prefix: parts.keys.queuePrefix(name),
        skipMetasUpdate: true,
        defaultJobOptions: JOB_OPTIONS,
      })
      queue.on('error', parts.onError)
      return [name, queue]
    }),
  )
  const queueOf = (contract: { name: string }): Queue => {
    const queue = queues.get(contract.name)
    if (queue === undefined) throw new Error(`no queue for ${contract.name}: it is not in the catalogue`)
    return queue
  }

  return {
    async add(contract, payloads) {
      if (payloads.length === 0) return
      await queueOf(contract).addBulk(bundled(contract, payloads))
    },

    async unfinished(job) {
      const { waiting = 0, active = 0 } = await queueOf({ name: job }).getJobCounts('waiting', 'active')
      return waiting + active
    },

    async backlog() {
      const counts = await Promise.all(
        [...queues].map(async ([name, queue]) => {
          const { waiting = 0, active = 0 } = await queue.getJobCounts('waiting', 'active')
          return [name, waiting + active] as const
        }),
      )
      return Object.fromEntries(counts)
    },

    async oldest() {
      const found = await Promise.all(
        [...queues].map(async ([name, queue]) => [name, await queue.getWaiting(0, 0)] as const),
      )
      return Object.fromEntries(found.flatMap(([name, [job]]) => (job === undefined ? [] : [[name, job.timestamp]])))
    },

    waiting: async contract => (await queueOf(contract).getWaitingCount()) * (contract.bundle ?? 1),

    async repeat(contract, schedules) {
      const queue = queueOf(contract)
      const standing = new Map((await queue.getJobSchedulers()).map(found => [found.key, found]))
      const wanted = new Set(schedules.map(({ key }) => key))
      for (const key of standing.keys()) if (!wanted.has(key)) await queue.removeJobScheduler(key)
      for (const schedule of schedules) {
        const { key, payload } = schedule
        const times =
          'cron' in schedule ? { pattern: schedule.cron, tz: schedule.timeZone } : { every: schedule.everyMs }
        if ('cron' in schedule && (await isKept(queue, schedule, standing.get(key)))) continue
        await queue.upsertJobScheduler(key, times, { name: contract.name, data: contract.payload.parse(payload) })
      }
    },

    async [Symbol.asyncDispose]() {
      const closed = Promise.all([...queues.values()].map(queue => queue.close()))
      // Without Redis there is nobody to say goodbye to.
      await Promise.race([closed, wait(CLOSE_MS, undefined, { ref: false })])
    },
  }
}

/** One payload is a job of its own, known by its id; of a bundle each is known by what it does in the ledger. */
function bundled<P>(contract: JobContract<P>, payloads: readonly P[]): BulkJob[] {
  const { name, bundle = 1 } = contract
  const checked = payloads.map(payload => ({ data: contract.payload.parse(payload), id: contract.id(payload) }))
  const jobs: BulkJob[] = []
  for (let from = 0; from < checked.length; from += bundle) {
    const [first, ...more] = checked.slice(from, from + bundle)
    if (first === undefined) break
    if (more.length === 0) jobs.push({ name, data: first.data, opts: { jobId: first.id } })
    else jobs.push({ name, data: [first, ...more].map(({ data }) => data) })
  }
  return jobs
}

interface BulkJob {
  name: string
  data: unknown
  opts?: { jobId: string }
}

/**
 * Whether a schedule stands as it should, its next job included. Written anew it would drop a time that has come and
 * gone while nobody worked, and that is still to be done.
 */
async function isKept(
  queue: Queue,
  { key, cron, timeZone }: { key: string; cron: string; timeZone: string },
  found: JobSchedulerJson | undefined,
): Promise<boolean> {
  if (found?.pattern !== cron || found.tz !== timeZone) return false
  return (await queue.getJob(`repeat:${key}:${found.next}`)) !== undefined
}
