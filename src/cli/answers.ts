import { z } from 'zod'

/** What the API answers, as far as commands show it. What is new in an answer does no harm. */

const Instant = z.string()

const Attempt = z.object({
  number: z.number(),
  state: z.string(),
  interactionId: z.string().optional(),
  outcome: z.string().optional(),
  intendedAt: Instant,
  endedAt: Instant.optional(),
  talkMs: z.number().optional(),
})

const Effect = z.object({
  key: z.string(),
  rule: z.string(),
  kind: z.string(),
  state: z.string(),
  tries: z.number(),
  why: z.string().optional(),
  error: z.object({ message: z.string() }).or(z.string()).optional(),
})

export const Journey = z.object({
  id: z.string(),
  campaign: z.string(),
  leadId: z.string(),
  state: z.string(),
  reason: z.string().optional(),
  reasonDetail: z.string().optional(),
  outcome: z.string().optional(),
  nextAt: Instant.optional(),
  createdAt: Instant.optional(),
  endedAt: Instant.optional(),
  eventId: z.string().optional(),
  test: z.boolean().optional(),
  attempts: z.array(Attempt),
  effects: z.array(Effect),
  steps: z
    .array(z.object({ kind: z.string(), ref: z.string(), dueAt: Instant, why: z.string().optional() }))
    .default([]),
})
export type Journey = z.output<typeof Journey>

export const JourneyWithTimeline = Journey.extend({
  timeline: z.array(z.looseObject({ at: Instant, what: z.string() })),
})
export type JourneyWithTimeline = z.output<typeof JourneyWithTimeline>

const Fault = z.object({ file: z.string(), line: z.number(), path: z.string(), reason: z.string() })

export const Campaign = z.object({
  id: z.string(),
  name: z.string(),
  provider: z.string(),
  status: z.string(),
  since: Instant.optional(),
  startedAt: Instant.optional(),
  why: z.string().optional(),
  allPaused: z.boolean().optional(),
  test: z.boolean().optional(),
  progress: z.object({ total: z.number() }).catchall(z.number()),
  outcomes: z.record(z.string(), z.number()),
  fileFaults: z.array(Fault).optional(),
  warnings: z.array(z.object({ path: z.string(), reason: z.string() })).optional(),
})
export type Campaign = z.output<typeof Campaign>

export const Preflight = z.object({
  mode: z.string().optional(),
  dialableNow: z.number(),
  laterByHour: z.array(z.object({ hour: Instant, count: z.number() })),
  blocked: z.record(z.string(), z.number()),
  expectedFinishAt: Instant.nullable(),
})
export type Preflight = z.output<typeof Preflight>

export const ReportRow = z.object({
  line: z.number(),
  column: z.string(),
  value: z.string(),
  reason: z.string(),
  fix: z.string(),
})
export type ReportRow = z.output<typeof ReportRow>

export const ImportAnswer = z.object({
  accepted: z.number(),
  duplicates: z.number(),
  rejected: z.number(),
  report: z.array(ReportRow),
  reportUrl: z.string().optional(),
})
export type ImportAnswer = z.output<typeof ImportAnswer>

export const Event = z.object({
  id: z.string(),
  source: z.string(),
  status: z.string(),
  receivedAt: Instant,
  duplicates: z.number(),
  replays: z.number().default(0),
  journeys: z.array(z.string()).default([]),
  type: z.string().optional(),
  reason: z.string().optional(),
  handledAt: Instant.optional(),
})
export type Event = z.output<typeof Event>

export const Parked = z.object({
  key: z.string(),
  kind: z.string(),
  rule: z.string(),
  journey: z.string(),
  campaign: z.string(),
  leadId: z.string(),
  since: Instant,
  why: z.string(),
  interactionId: z.string().optional(),
})
export type Parked = z.output<typeof Parked>

export const AuditEntry = z.object({
  at: Instant,
  by: z.string(),
  what: z.string(),
  subject: z.string(),
  detail: z.string().optional(),
})
export type AuditEntry = z.output<typeof AuditEntry>

/** What a webhook is answered with. */
export const Receipt = z.object({ status: z.string(), eventId: z.string() })

const FailedEffect = z.object({
  journey: z.string(),
  campaign: z.string(),
  leadId: z.string(),
  effect: z.string(),
  kind: z.string(),
  rule: z.string(),
  state: z.string(),
  tries: z.number(),
  lastAt: Instant,
  nextAt: Instant.optional(),
})
export type FailedEffect = z.output<typeof FailedEffect>

/** Effects that failed alike. */
export const FailureGroup = z.object({
  cause: z.string(),
  class: z.string(),
  kind: z.string(),
  count: z.number(),
  firstAt: Instant,
  lastAt: Instant,
  test: z.boolean().optional(),
  campaigns: z.array(z.object({ id: z.string(), count: z.number() })).default([]),
  sample: z.array(FailedEffect),
})
export type FailureGroup = z.output<typeof FailureGroup>

/** What a replay would do. */
export const ReplayDryRun = z.object({
  count: z.number(),
  looked: z.number(),
  replayable: z.number(),
  sample: z.array(FailedEffect),
  refusals: z.array(z.object({ reason: z.string(), count: z.number() })),
  perSecond: z.object({ default: z.number(), most: z.number() }),
})
export type ReplayDryRun = z.output<typeof ReplayDryRun>

export const Replay = z.object({
  id: z.string(),
  status: z.string(),
  matched: z.number(),
  done: z.number(),
  refused: z.number(),
  refusals: z.record(z.string(), z.number()).default({}),
  standing: z.record(z.string(), z.number()).default({}),
  perSecond: z.number(),
})
export type Replay = z.output<typeof Replay>

export const Suppression = z.object({
  phone: z.string().optional(),
  channels: z.array(z.string()),
  reason: z.string(),
  at: Instant,
  by: z.string(),
  inferred: z.boolean().optional(),
  words: z.string().optional(),
})
export type Suppression = z.output<typeof Suppression>

const Rule = z.object({ rule: z.string(), kind: z.string() })
const RuleCount = Rule.extend({ count: z.number() })
const Changes = z.object({
  added: z.number(),
  removed: z.number(),
  same: z.number(),
  reworded: z.number(),
  notSent: z.number(),
})

/** What rules would have sent after past calls. */
export const DryRun = z.object({
  campaign: z.string(),
  journeys: z.number(),
  calls: z.number(),
  leftOut: z.number(),
  isWhole: z.boolean(),
  wouldFire: z.array(
    RuleCount.extend({
      sample: z.array(
        z.object({ journey: z.string(), leadId: z.string(), outcome: z.string(), text: z.string().optional() }),
      ),
    }),
  ),
  changes: Changes.extend({ rules: z.array(Rule.extend(Changes.shape)) }),
  unknown: z.array(RuleCount.extend({ missing: z.array(z.string()) })),
  refused: z.array(RuleCount.extend({ reason: z.string() })),
  warnings: z.array(z.object({ path: z.string(), reason: z.string() })),
})
export type DryRun = z.output<typeof DryRun>
