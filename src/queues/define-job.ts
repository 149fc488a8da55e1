import type { z } from 'zod'

/** All that a producer may know of a job: its name (also its queue's), its payload and how its id is built. */
export interface JobContract<P = unknown> {
  name: string
  payload: z.ZodType<P>
  id(payload: P): string
  /**
   * Payloads that may travel as one job where many come at once: a job costs Redis as much as what it does. Each is
   * done by itself, at the same time as the others. 1 unless given.
   */
  bundle?: number
}

/**
 * Defines a job and refuses ids that BullMQ would refuse or misread: no colon, not only digits.
 * Source: https://docs.bullmq.io/guide/jobs/job-ids
 */
export function defineJob<P>(contract: JobContract<P>): JobContract<P> {
  return {
    ...contract,
    id(payload) {
      const id = contract.id(payload)
      if (!/^[^:]*[^:\d][^:]*$/.test(id)) throw new Error(`job id "${id}" of ${contract.name} is not allowed`)
      return id
    },
  }
}
