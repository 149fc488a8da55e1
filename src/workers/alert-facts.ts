import { NOT_MAPPED } from '../campaigns/after-call.ts'
import type { CampaignBook } from '../campaigns/book.ts'
import { type CampaignFault, describeFault } from '../campaigns/fault.ts'
import type { Clock } from '../clock.ts'
import type { Ledger } from '../ledger/index.ts'
import { jobOfStep } from '../queues/index.ts'
import type { RedisClient } from '../redis/connect.ts'
import type { Keys } from '../redis/keys.ts'
import { type AlertFacts, RESULTS_WINDOW_MS } from '../telemetry/alert-rules.ts'

export interface FactParts {
  ledger: Ledger
  campaigns: CampaignBook
  clock: Clock
  client: RedisClient
  keys: Keys
  /** When the oldest job that waits for a worker was put on its queue, ms of real time, by queue. */
  oldestJobs: () => Promise<Readonly<Record<string, number>>>
  /** What is wrong with campaign files as they are now, by campaign. */
  fileFaults: () => ReadonlyMap<string, readonly CampaignFault[]>
}

/** Steps that are left where they are while everything is paused. */
const HELD_BY_PAUSE = new Set(['text', 'fire'])

const jobNames = new Map<string, { name: string }>(Object.entries(jobOfStep))

/**
 * Index reads only. What waited while nobody was there to do it counts from when somebody was.
 * @param presentSince when this process began to look, ms
 */
export async function readAlertFacts(parts: FactParts, presentSince: number): Promise<AlertFacts> {
  const { ledger, campaigns, clock, client, keys, fileFaults } = parts
  const now = clock.now()
  const unmapped = await unmappedByCampaign(ledger)
  const [ages, results, refusedKeys, destinations, parked, canary, states, walks] = await Promise.all([
    readAges(parts, now, presentSince),
    ledger.signals.results(RESULTS_WINDOW_MS),
    ledger.signals.refusedKeys(),
    ledger.destinations.read(),
    ledger.search.parkedCount(),
    client.get(keys.canary),
    Promise.all(campaigns.all().map(async ({ id }) => ({ id, ...(await ledger.control.read(id)) }))),
    failingWalks(parts, now),
  ])
  return {
    ages,
    results,
    refusedKeys,
    destinations: [...destinations.values()]
      .filter(({ state }) => state !== 'healthy')
      .map(({ name, why = '' }) => ({ name, why })),
    campaigns: states.map(({ id, status, why = '', trippedBy = [] }) => ({
      id,
      unmapped: unmapped.get(id) ?? 0,
      ...(status === 'paused' && trippedBy.length > 0 ? { trippedBecause: why } : {}),
    })),
    parked,
    canaryAgeMs: now - Math.max(Number(canary ?? 0), presentSince),
    campaignFiles: [...fileFaults()].map(([campaign, [first]]) => ({
      campaign,
      fault: first === undefined ? '' : describeFault(first),
    })),
    walks,
  }
}

/** Vendors whose list could not be walked over the last time. */
async function failingWalks({ ledger, campaigns }: FactParts, now: number): Promise<AlertFacts['walks']> {
  const names = [...new Set(campaigns.all().map(({ provider }) => provider))]
  const faults = await Promise.all(names.map(name => ledger.found.fault(name)))
  return names.flatMap((provider, index) => {
    const fault = faults[index]
    return fault === undefined ? [] : [{ provider, forMs: now - fault.since, why: fault.why }]
  })
}

/** Calls that are parked because nobody has said what their status means. */
async function unmappedByCampaign({ failures }: Ledger): Promise<ReadonlyMap<string, number>> {
  const groups = await failures.groups({ kind: 'call' }, 0)
  const counts = new Map<string, number>()
  for (const group of groups.filter(({ cause }) => cause.endsWith(NOT_MAPPED))) {
    for (const { id, count } of group.campaigns) counts.set(id, (counts.get(id) ?? 0) + count)
  }
  return counts
}

async function readAges(parts: FactParts, now: number, presentSince: number): Promise<AlertFacts['ages']> {
  const { ledger, clock, oldestJobs } = parts
  const [isAllPaused, steps, inbox, queues] = await Promise.all([
    ledger.control.isAllPaused(),
    ledger.backlog.steps(now),
    ledger.backlog.inbox(now),
    oldestJobs(),
  ])
  const ages: Record<string, number> = {}
  const heed = (job: string, since: number, at = now) => {
    ages[job] = Math.max(ages[job] ?? 0, Math.min(at - since, now - presentSince))
  }
  for (const [kind, { oldestAt }] of Object.entries(steps)) {
    const job = jobNames.get(kind)?.name
    if (job === undefined || oldestAt === undefined || (isAllPaused && HELD_BY_PAUSE.has(kind))) continue
    heed(job, oldestAt)
  }
  if (inbox.oldestAt !== undefined) heed('receive-event', inbox.oldestAt)
  for (const [queue, since] of Object.entries(queues)) heed(queue, since, now - clock.shiftMs())
  return ages
}
