import { AggregatorRegistry, Counter, Gauge, Histogram, Registry } from 'prom-client'

/**
 * What this process has done, counted. Names are part of the outside: they are documented in docs/metrics.md and held
 * fast by a test. No label holds an id of a lead, a journey or a call, so their number stays small.
 */
export interface Metrics {
  /** A delivery was answered. `result`: `accepted`, `duplicate`, `unauthentic`, `unfit`, `unavailable`. */
  delivered(source: string, result: string, durationMs: number): void
  /** A job ended. */
  settled(job: { name: string; result: string; waitMs: number; runMs: number }): void
  /** A request to a vendor ended. `status` is the HTTP status, or the code of the error where none came. */
  exchanged(account: string, exchange: { method: string; route: string; status: string; durationMs: number }): void
  /** Leave to send was asked for. `result`: `granted`, `refused`. */
  budgeted(account: string, purpose: string, result: 'granted' | 'refused'): void
  /** A call was to be looked at and the account's budget put it off. */
  stretched(campaign: string): void
  /** An effect came into a state. */
  effect(kind: string, state: string): void
  /** A call ended. */
  outcome(campaign: string, outcome: string): void
  /** All of it, to be put together with what other processes have counted. */
  snapshot(): Promise<MetricsSnapshot>
}

/** A process's metrics as `prom-client` puts them together; opaque to everybody else. */
export type MetricsSnapshot = readonly unknown[]

/** What holds for the whole service, read when somebody asks. */
export interface Sample {
  name: string
  labels?: Readonly<Record<string, string>>
  value: number
}

/** A look at an answer, from a local Redis to a vendor's bad day, s. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

const gauges = {
  aftercall_journeys: ['Journeys by campaign and state', ['campaign', 'state']],
  aftercall_journeys_ended_as: ['Journeys by campaign and last outcome', ['campaign', 'outcome']],
  aftercall_live_calls: ['Places of live calls that are taken', ['campaign']],
  aftercall_live_calls_max: ['Places of live calls that the campaign has', ['campaign']],
  aftercall_calls_last_minute: ['Calls begun in the last whole minute', ['campaign']],
  aftercall_campaign_running: ['1 while the campaign runs, else 0', ['campaign']],
  aftercall_paused: ['1 while everything is paused, else 0', []],
  aftercall_alerts: ['Alerts that stand', ['name']],
  aftercall_parked_effects: ['Effects that wait for a person', []],
  aftercall_due_steps: ['Steps that are due and not yet done', ['kind']],
  aftercall_due_age_seconds: ['How long the oldest due step has been due', ['kind']],
  aftercall_inbox_events: ['Accepted events that are not yet handled', []],
  aftercall_queue_jobs: ['Jobs that wait for a worker or are being done', ['queue']],
  aftercall_budget_limit_per_second: ['Requests that the account allows', ['account']],
  aftercall_budget_line_seconds: ['How far ahead the line of requests stands', ['account']],
  aftercall_canary_age_seconds: ['Since a canary job last finished', []],
  aftercall_redis_up: ['1 while Redis answers, else 0', []],
} as const satisfies Record<string, readonly [string, readonly string[]]>

/** @param process names this process among all of the service, for the label of everything it counts */
export function createMetrics(process: string): Metrics {
  const registry = new Registry()
  registry.setDefaultLabels({ process })
  const registers = [registry]
  const deliveries = new Counter({
    ...{ name: 'aftercall_webhooks_total', help: 'Deliveries by source and result' },
    ...{ labelNames: ['source', 'result'], registers },
  })
  const answers = new Histogram({
    ...{ name: 'aftercall_webhook_duration_seconds', help: 'From a whole delivery to its answer' },
    ...{ labelNames: ['source'], buckets: SECONDS, registers },
  })
  const jobs = new Counter({
    ...{ name: 'aftercall_jobs_total', help: 'Jobs by how they ended' },
    ...{ labelNames: ['job', 'result'], registers },
  })
  const waits = new Histogram({
    ...{ name: 'aftercall_job_wait_seconds', help: 'From the queue to a worker' },
    ...{ labelNames: ['job'], buckets: SECONDS, registers },
  })
  const runs = new Histogram({
    ...{ name: 'aftercall_job_duration_seconds', help: 'From start to end of a job' },
    ...{ labelNames: ['job'], buckets: SECONDS, registers },
  })
  const requests = new Counter({
    ...{ name: 'aftercall_vendor_requests_total', help: 'Requests to vendors by how they ended' },
    ...{ labelNames: ['account', 'method', 'route', 'status'], registers },
  })
  const latency = new Histogram({
    ...{ name: 'aftercall_vendor_request_duration_seconds', help: 'How long vendors took to answer' },
    ...{ labelNames: ['account', 'route'], buckets: SECONDS, registers },
  })
  const leaves = new Counter({
    ...{ name: 'aftercall_budget_leaves_total', help: "Asked of the accounts' request budgets" },
    ...{ labelNames: ['account', 'purpose', 'result'], registers },
  })
  const stretches = new Counter({
    ...{ name: 'aftercall_polls_stretched_total', help: 'Looks at calls that the budget put off' },
    ...{ labelNames: ['campaign'], registers },
  })
  const effects = new Counter({
    ...{ name: 'aftercall_effects_total', help: 'Effects that came into a state' },
    ...{ labelNames: ['kind', 'state'], registers },
  })
  const outcomes = new Counter({
    ...{ name: 'aftercall_outcomes_total', help: 'Calls by what they came to' },
    ...{ labelNames: ['campaign', 'outcome'], registers },
  })

  return {
    delivered(source, result, durationMs) {
      deliveries.inc({ source, result })
      answers.observe({ source }, durationMs / 1_000)
    },
    settled({ name: job, result, waitMs, runMs }) {
      jobs.inc({ job, result })
      waits.observe({ job }, waitMs / 1_000)
      runs.observe({ job }, runMs / 1_000)
    },
    exchanged(account, { method, route, status, durationMs }) {
      requests.inc({ account, method, route, status })
      latency.observe({ account, route }, durationMs / 1_000)
    },
    budgeted: (account, purpose, result) => leaves.inc({ account, purpose, result }),
    stretched: campaign => stretches.inc({ campaign }),
    effect: (kind, state) => effects.inc({ kind, state }),
    outcome: (campaign, outcome) => outcomes.inc({ campaign, outcome }),
    snapshot: () => registry.getMetricsAsJSON(),
  }
}

/** Everything in Prometheus' text format: what the processes have counted, and what holds for all of them. */
export async function exposeMetrics(
  snapshots: readonly MetricsSnapshot[],
  samples: readonly Sample[],
): Promise<{ contentType: string; body: string }> {
  const shared = new Registry()
  for (const [name, [help, labelNames]] of Object.entries(gauges)) {
    const gauge = new Gauge({ name, help, labelNames: [...labelNames], registers: [shared] })
    for (const sample of samples) if (sample.name === name) gauge.set({ ...sample.labels }, sample.value)
  }
  const counted = AggregatorRegistry.aggregate(snapshots.map(snapshot => [...snapshot]))
  const texts = await Promise.all([counted.metrics(), shared.metrics()])
  return { contentType: shared.contentType, body: texts.join('\n') }
}
