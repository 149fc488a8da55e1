import { z } from 'zod'
import * as alert from '../answers/alert.ts'
import * as audit from '../answers/audit.ts'
import * as campaign from '../answers/campaign.ts'
import * as dryRun from '../answers/dry-run.ts'
import * as event from '../answers/event.ts'
import * as failure from '../answers/failure.ts'
import * as imported from '../answers/import.ts'
import * as journey from '../answers/journey.ts'
import * as parked from '../answers/parked.ts'
import * as suppression from '../answers/suppression.ts'

/** What the API answers, as far as commands show it: nothing else of an answer is asked for. */

const shownOfJourney = {
  id: true,
  campaign: true,
  leadId: true,
  state: true,
  reason: true,
  reasonDetail: true,
  outcome: true,
  nextAt: true,
  createdAt: true,
  endedAt: true,
  erasedAt: true,
  eventId: true,
  test: true,
} as const

const Attempt = journey.Attempt.omit({ status: true, spokenTo: true, looks: true })
const Effect = journey.Effect.omit({ result: true, until: true }).extend({
  error: journey.EffectError.pick({ message: true }).optional(),
})
const parts = {
  attempts: z.array(Attempt),
  effects: z.array(Effect),
  steps: z.array(journey.Step.omit({ waitsFor: true })),
}

export const Journey = journey.JourneySummary.pick(shownOfJourney).extend(parts)
export type Journey = z.output<typeof Journey>

export const JourneyWithTimeline = journey.Journey.pick({ ...shownOfJourney, timezones: true, timeline: true }).extend(
  parts,
)
export type JourneyWithTimeline = z.output<typeof JourneyWithTimeline>

export const Campaign = campaign.Campaign.omit({ tests: true, breaker: true }).partial({ test: true })
export type Campaign = z.output<typeof Campaign>

export const Preflight = campaign.Preflight
export type Preflight = z.output<typeof Preflight>

export type ReportRow = z.output<typeof imported.ReportRow>

export const ImportAnswer = imported.ImportAnswer
export type ImportAnswer = z.output<typeof ImportAnswer>

export const Event = event.Event.pick({
  id: true,
  source: true,
  status: true,
  receivedAt: true,
  duplicates: true,
  replays: true,
  journeys: true,
  type: true,
  reason: true,
  handledAt: true,
})
export type Event = z.output<typeof Event>

export const Receipt = event.Receipt

export const Parked = parked.Parked
export type Parked = z.output<typeof Parked>

export const Alert = alert.Alert.omit({ count: true })
export type Alert = z.output<typeof Alert>

export const AuditEntry = audit.AuditEntry.omit({ id: true })
export type AuditEntry = z.output<typeof AuditEntry>

const FailedEffect = failure.FailedEffect.omit({ firstAt: true, why: true, error: true, exchange: true })
export type FailedEffect = z.output<typeof FailedEffect>

export const FailureGroup = failure.FailureGroup.extend({ sample: z.array(FailedEffect) })
export type FailureGroup = z.output<typeof FailureGroup>

export const ReplayDryRun = failure.ReplayDryRun.extend({
  sample: z.array(FailedEffect),
  refusals: z.array(z.object({ reason: z.string(), count: z.number() })),
})
export type ReplayDryRun = z.output<typeof ReplayDryRun>

export const Replay = failure.Replay.pick({
  id: true,
  status: true,
  matched: true,
  done: true,
  refused: true,
  refusals: true,
  standing: true,
  perSecond: true,
})
export type Replay = z.output<typeof Replay>

export const Suppression = suppression.Suppression.omit({ id: true, reasons: true })
export type Suppression = z.output<typeof Suppression>

export const DryRun = dryRun.DryRun.omit({ silent: true })
export type DryRun = z.output<typeof DryRun>
