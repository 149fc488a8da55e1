import { accountsOf } from '../campaigns/book.ts'
import type { Campaign } from '../campaigns/campaign.ts'
import { canary } from '../queues/canary.ts'
import { cleanUp } from '../queues/clean-up.ts'
import { findInteractions } from '../queues/find-interactions.ts'
import type { Producer } from '../queues/producer.ts'
import { raiseAlerts } from '../queues/raise-alerts.ts'
import { sealAnew } from '../queues/seal-anew.ts'
import { startCampaign } from '../queues/start-campaign.ts'

/** Often enough for readiness to notice a stop within half a minute. */
const CANARY_EVERY_MS = 5_000
/** A quarter of the shortest time that something may be wrong before an alert is raised. */
export const LOOK_FOR_ALERTS_EVERY_MS = 15_000
/** Retention is counted in days; an hour late is early enough. */
const CLEAN_UP_EVERY_MS = 3_600_000
/** After a new key everything is sealed anew, some thousand records at a time; otherwise there is nothing to do. */
const SEAL_ANEW_EVERY_MS = 60_000

/** Brings BullMQ's job schedulers to what this version and these campaigns want. Run at every start. */
export async function planRecurring(
  producer: Producer,
  campaigns: readonly Campaign[],
  alertsEveryMs = LOOK_FOR_ALERTS_EVERY_MS,
): Promise<void> {
  await producer.repeat(canary, [{ key: canary.name, payload: {}, everyMs: CANARY_EVERY_MS }])
  await producer.repeat(raiseAlerts, [{ key: raiseAlerts.name, payload: {}, everyMs: alertsEveryMs }])
  await producer.repeat(sealAnew, [{ key: sealAnew.name, payload: {}, everyMs: SEAL_ANEW_EVERY_MS }])
  await producer.repeat(cleanUp, [{ key: cleanUp.name, payload: {}, everyMs: CLEAN_UP_EVERY_MS }])
  await planByCampaigns(producer, campaigns)
}

/** What depends on the campaign files. Run again whenever one has changed. */
export async function planByCampaigns(producer: Producer, campaigns: readonly Campaign[]): Promise<void> {
  await planStarts(producer, campaigns)
  await planWalks(producer, campaigns)
}

/** One walk per provider whose interactions may begin without us, as often as the most impatient campaign asks for. */
async function planWalks(producer: Producer, campaigns: readonly Campaign[]): Promise<void> {
  const walked = Map.groupBy(
    campaigns.filter(campaign => accountsOf(campaign).length > 0),
    ({ provider }) => provider,
  )
  await producer.repeat(
    findInteractions,
    [...walked].map(([provider, own]) => ({
      ...{ key: provider, payload: { provider } },
      everyMs: Math.min(...own.map(({ poll }) => poll.walkMs)),
    })),
  )
}

/** The starts that campaign files ask for, in the campaign's own zone. */
async function planStarts(producer: Producer, campaigns: readonly Campaign[]): Promise<void> {
  await producer.repeat(
    startCampaign,
    campaigns.flatMap(({ id, start, dial }) =>
      start?.cron === undefined
        ? []
        : [{ key: id, payload: { campaign: id }, cron: start.cron, timeZone: dial.timezone ?? 'UTC' }],
    ),
  )
}
