import { setTimeout as wait } from 'node:timers/promises'
import { Queue } from 'bullmq'
import type { RedisClient } from '../redis/connect.ts'
import type { Keys } from '../redis/keys.ts'
import type { JobContract } from './define-job.ts'
import { catalogue } from './index.ts'

/** The way onto the queues. */
export interface Producer extends AsyncDisposable {
  /** One round trip for all. A job that is already there stays as it is. */
  add<P>(contract: JobContract<P>, payloads: readonly P[]): Promise<void>
  /** Jobs that wait for a worker. */
  waiting(job: string): Promise<number>
  /** Makes this job run every so often, and forgets all other schedules of its queue. */
  repeat<P>(contract: JobContract<P>, payload: P, everyMs: number): Promise<void>
}

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
      await queueOf(contract).addBulk(
        payloads.map(payload => ({
          name: contract.name,
          data: contract.payload.parse(payload),
          opts: { jobId: contract.id(payload) },
        })),
      )
    },

    waiting: job => queueOf({ name: job }).getWaitingCount(),

    async repeat(contract, payload, everyMs) {
      const queue = queueOf(contract)
      for (const { key } of await queue.getJobSchedulers()) {
        if (key !== contract.name) await queue.removeJobScheduler(key)
      }
      await queue.upsertJobScheduler(contract.name, { every: everyMs }, { name: contract.name, data: payload })
    },

    async [Symbol.asyncDispose]() {
      const closed = Promise.all([...queues.values()].map(queue => queue.close()))
      // Without Redis there is nobody to say goodbye to.
      await Promise.race([closed, wait(CLOSE_MS, undefined, { ref: false })])
    },
  }
}
