import type { Campaign } from '../campaigns/campaign.ts'
import { canary } from '../queues/canary.ts'
import { cleanUp } from '../queues/clean-up.ts'
import type { Producer } from '../queues/producer.ts'
import { startCampaign } from '../queues/start-campaign.ts'

/** Often enough for readiness to notice a stop within half a minute. */
const CANARY_EVERY_MS = 5_000
/** Retention is counted in days; an hour late is early enough. */
const CLEAN_UP_EVERY_MS = 3_600_000

/** Brings BullMQ's job schedulers to what this version and these campaigns want. Run at every start. */
export async function planRecurring(producer: Producer, campaigns: readonly Campaign[]): Promise<void> {
  await producer.repeat(canary, [{ key: canary.name, payload: {}, everyMs: CANARY_EVERY_MS }])
  await producer.repeat(cleanUp, [{ key: cleanUp.name, payload: {}, everyMs: CLEAN_UP_EVERY_MS }])
  await planStarts(producer, campaigns)
}

/** The starts that campaign files ask for, in the campaign's own zone. Run again whenever a file has changed. */
export async function planStarts(producer: Producer, campaigns: readonly Campaign[]): Promise<void> {
  await producer.repeat(
    startCampaign,
    campaigns.flatMap(({ id, start, dial }) =>
      start?.cron === undefined
        ? []
        : [{ key: id, payload: { campaign: id }, cron: start.cron, timeZone: dial.timezone ?? 'UTC' }],
    ),
  )
}
