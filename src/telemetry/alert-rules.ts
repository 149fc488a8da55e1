/**
 * What somebody should be told of. Pure: what holds is worked out from facts alone, anew on every look. Names are part
 * of the outside: they are labels of a metric and reach the receivers of alerts.
 */
export const alertNames = [
  'queue_age',
  'failure_share',
  'key_refused',
  'destination_paused',
  'breaker_tripped',
  'parked',
  'unmapped_outcome',
  'canary_stale',
  'campaign_file',
  'walk_failing',
] as const
export type AlertName = (typeof alertNames)[number]

/** Something that holds now. */
export interface Finding {
  name: AlertName
  /** What it is about: a job, a kind of effect, an account, a destination, a campaign; empty for the service. */
  subject: string
  /** `critical`: leads wait or are lost to it until somebody acts. */
  severity: 'critical' | 'warning'
  summary: string
  /** What to do. */
  mend: string
  /** The page where one acts, below the service's address. */
  path: string
  /** How many of it there are, or 1. */
  count: number
}

/** What is known when it is looked. No fact names a person. */
export interface AlertFacts {
  /** How long the oldest that is due has waited, ms, by the job that does it. */
  ages: Readonly<Record<string, number>>
  /** Effects of `RESULTS_WINDOW_MS` by kind: how many were done, how many went wrong. */
  results: Readonly<Record<string, { done: number; failed: number }>>
  /** Accounts whose last answers refused the key. */
  refusedKeys: readonly string[]
  destinations: readonly { name: string; why: string }[]
  campaigns: readonly { id: string; trippedBecause?: string; unmapped: number }[]
  parked: number
  /** Since a canary job last finished, ms. */
  canaryAgeMs: number
  /** Campaigns whose file does not fit as it is now, with the first thing that is wrong. */
  campaignFiles: readonly { campaign: string; fault: string }[]
  /** Vendors whose list cannot be walked over: for how long, ms, and what they say. */
  walks: readonly { provider: string; forMs: number; why: string }[]
}

/** How long results of effects count: long enough to have some where little happens, short enough to be news. */
export const RESULTS_WINDOW_MS = 15 * 60_000

/** Share of effects of a kind that go wrong in that time. Single refusals are daily life; one in four is a cause. */
const FAILURE_SHARE = 0.25
/** Below so many results a share says nothing. */
const MIN_RESULTS = 20

/** Readiness calls it stale as late: it runs every few seconds. */
const CANARY_STALE_MS = 30_000

/** How late is too late, where a lead would notice first; what is done behind the scenes may wait `OTHER_AGE_MS`. */
const AGES_MS: Readonly<Record<string, number>> = {
  'receive-event': 60_000,
  'place-call': 60_000,
  'poll-interaction': 120_000,
  'reconcile-effect': 300_000,
  'send-sms': 300_000,
  'fire-pixel': 300_000,
}
const OTHER_AGE_MS = 900_000

/** Everything that holds, most urgent first. */
export function findAlerts(facts: AlertFacts): Finding[] {
  const found = [
    ...staleCanary(facts),
    ...oldQueues(facts),
    ...refusedKeys(facts),
    ...failingWalks(facts),
    ...trippedBreakers(facts),
    ...failingEffects(facts),
    ...pausedDestinations(facts),
    ...unmappedOutcomes(facts),
    ...parkedEffects(facts),
    ...badFiles(facts),
  ]
  return [...found.filter(({ severity }) => severity === 'critical'), ...found.filter(isWarning)]
}

const isWarning = ({ severity }: Finding) => severity === 'warning'

function* staleCanary({ canaryAgeMs }: AlertFacts): Iterable<Finding> {
  if (canaryAgeMs <= CANARY_STALE_MS) return
  yield {
    ...{ name: 'canary_stale', subject: '', severity: 'critical', path: '/readyz', count: 1 },
    summary: `No job has been done for ${spanOf(canaryAgeMs)}`,
    mend: 'See whether a process with the worker role runs and reaches Redis; its log and /readyz say what it lacks',
  }
}

function* oldQueues({ ages }: AlertFacts): Iterable<Finding> {
  for (const [job, ageMs] of Object.entries(ages)) {
    if (ageMs <= (AGES_MS[job] ?? OTHER_AGE_MS)) continue
    yield {
      ...{ name: 'queue_age', subject: job, severity: 'critical', path: '/dashboard', count: 1 },
      summary: `The oldest ${job} that is due has waited for ${spanOf(ageMs)}`,
      mend: 'See in the metrics whether its vendor is slow or its budget is spent; if neither, run more worker processes',
    }
  }
}

function* refusedKeys({ refusedKeys: accounts }: AlertFacts): Iterable<Finding> {
  for (const account of accounts) {
    yield {
      ...{ name: 'key_refused', subject: account, severity: 'critical', path: '/dashboard/failures', count: 1 },
      summary: `${account} refuses the key`,
      mend: `Set a key that ${account} accepts and start the service again; what was refused can then be replayed`,
    }
  }
}

/** A vendor that is away for a moment is daily life: the next walk finds what this one did not. */
const WALK_FAILING_MS = 5 * 60_000

function* failingWalks({ walks }: AlertFacts): Iterable<Finding> {
  for (const { provider, forMs, why } of walks) {
    if (forMs < WALK_FAILING_MS) continue
    yield {
      ...{ name: 'walk_failing', subject: provider, severity: 'critical', path: '/dashboard/settings', count: 1 },
      summary: `What began at ${provider} without us has not been looked for since ${spanOf(forMs)}: ${why}`,
      mend: `See that the key of ${provider} may read its list; nothing is lost, the next walk goes on where the last one ended`,
    }
  }
}

function* trippedBreakers({ campaigns }: AlertFacts): Iterable<Finding> {
  for (const { id, trippedBecause } of campaigns) {
    if (trippedBecause === undefined) continue
    yield {
      ...{ name: 'breaker_tripped', subject: id, severity: 'critical', path: campaignPath(id), count: 1 },
      summary: `Campaign ${id} has paused itself: ${trippedBecause}`,
      mend: 'Look at the calls that it shows, mend the cause and resume it',
    }
  }
}

function* failingEffects({ results }: AlertFacts): Iterable<Finding> {
  for (const [kind, { done, failed }] of Object.entries(results)) {
    const total = done + failed
    if (total < MIN_RESULTS || failed < total * FAILURE_SHARE) continue
    const path = `/dashboard/failures?kind=${encodeURIComponent(kind)}`
    yield {
      ...{ name: 'failure_share', subject: kind, severity: 'critical', path, count: failed },
      summary: `${failed} of ${total} effects of kind ${kind} went wrong within ${spanOf(RESULTS_WINDOW_MS)}`,
      mend: 'Look at the failures by cause, mend the largest and replay them',
    }
  }
}

function* pausedDestinations({ destinations }: AlertFacts): Iterable<Finding> {
  for (const { name, why } of destinations) {
    yield {
      ...{ name: 'destination_paused', subject: name, severity: 'warning', path: '/dashboard', count: 1 },
      summary: why,
      mend: 'Nothing is lost: its pixels wait and go out by themselves once it takes them. Mend what it says',
    }
  }
}

function* unmappedOutcomes({ campaigns }: AlertFacts): Iterable<Finding> {
  for (const { id, unmapped } of campaigns) {
    if (unmapped === 0) continue
    yield {
      ...{ name: 'unmapped_outcome', subject: id, severity: 'warning', path: '/dashboard/parked', count: unmapped },
      summary: `${callsOf(unmapped)} of campaign ${id} ended with a status that has no outcome`,
      mend: "Say what the status means under `outcomes` in the campaign's file, and decide on the calls that are parked",
    }
  }
}

function* parkedEffects({ parked }: AlertFacts): Iterable<Finding> {
  if (parked === 0) return
  yield {
    ...{ name: 'parked', subject: '', severity: 'warning', path: '/dashboard/parked', count: parked },
    summary: `${parked === 1 ? '1 effect waits' : `${parked} effects wait`} for a person`,
    mend: 'Say of each whether it happened',
  }
}

function* badFiles({ campaignFiles }: AlertFacts): Iterable<Finding> {
  for (const { campaign, fault } of campaignFiles) {
    yield {
      ...{ name: 'campaign_file', subject: campaign, severity: 'warning', path: campaignPath(campaign), count: 1 },
      summary: `The file of campaign ${campaign} was changed and does not fit; the last good one is in force. ${fault}`,
      mend: 'Mend the file: it is taken up within seconds',
    }
  }
}

const campaignPath = (id: string) => `/dashboard/campaigns/${encodeURIComponent(id)}`

const callsOf = (count: number) => (count === 1 ? '1 call' : `${count} calls`)

function spanOf(ms: number): string {
  return ms < 120_000 ? `${Math.round(ms / 1_000)} s` : `${Math.round(ms / 60_000)} min`
}
