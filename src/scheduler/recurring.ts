import { canary } from '../queues/canary.ts'
import { cleanUp } from '../queues/clean-up.ts'
import type { Producer } from '../queues/producer.ts'

/** Often enough for readiness to notice a stop within half a minute. */
const CANARY_EVERY_MS = 5_000
/** Retention is counted in days; an hour late is early enough. */
const CLEAN_UP_EVERY_MS = 3_600_000

/** Brings BullMQ's job schedulers to what this version wants. Run at every start. */
export async function planRecurring(producer: Producer): Promise<void> {
  await producer.repeat(canary, {}, CANARY_EVERY_MS)
  await producer.repeat(cleanUp, {}, CLEAN_UP_EVERY_MS)
}
