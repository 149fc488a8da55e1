import type { Truth } from '../simulator/truth.ts'
import type { CampaignView } from '../src/desk/campaigns.ts'
import type { JourneySummary } from '../src/desk/journey-view.ts'
import { faultNames } from './campaign.ts'
import { type Fault, faultKinds } from './judge.ts'
import type { Options } from './options.ts'
import type { Disturbance } from './plan.ts'
import type { Recovery } from './recovery.ts'
import type { Sent } from './sender.ts'

/** The figures of a run, as `--json` writes them. */
export type Result = ReturnType<typeof tallyUp>

/** What was done and found, counted. */
export function tallyUp(run: {
  options: Options
  journeys: readonly JourneySummary[]
  progress: CampaignView['progress'] | undefined
  truth: Truth
  faults: readonly Fault[]
  sent: Sent
  plan: readonly Disturbance[]
  sentMs: number
  restMs: number
  recoveries: readonly Recovery[]
  pauses: { longestMs: number; forgotten: number }
  unplannedExits: readonly string[]
}) {
  const { options, journeys, truth, faults, sent, plan, recoveries } = run
  const effects = journeys.flatMap(journey => journey.effects)
  const undelivered = options.journeys - [...sent.accepted.keys()].filter(id => id !== 'chaos_nobody').length
  return {
    options,
    ok: faults.length === 0 && undelivered === 0,
    durationMs: Math.round(run.sentMs + run.restMs),
    sentMs: Math.round(run.sentMs),
    restMs: Math.round(run.restMs),
    disturbances: count(plan, ({ kind, ...more }) => ('signal' in more ? `redis ${more.signal}` : `${kind} kill -9`)),
    unplannedExits: run.unplannedExits,
    journeys: { total: journeys.length, ...count(journeys, ({ state }) => state) },
    attempts: count(
      journeys.flatMap(({ attempts }) => attempts),
      ({ state }) => state,
    ),
    effects: Object.fromEntries(
      [...Map.groupBy(effects, ({ kind }) => kind)].map(([kind, own]) => [kind, count(own, ({ state }) => state)]),
    ),
    parked: count(
      effects.filter(({ state }) => state === 'parked'),
      ({ kind, why = '' }) => `${kind}: ${why.replace(/int_\w+(, )?/g, '…')}`,
    ),
    truth: {
      ...truth.counts,
      faults: Object.fromEntries(truth.faults.map(({ fired }, index) => [faultNames[index] ?? '?', fired])),
    },
    faults: Object.fromEntries(faultKinds.map(kind => [kind, faults.filter(fault => fault.kind === kind).length])),
    named: faults,
    sender: { accepted: sent.accepted.size, undelivered, answers: sent.answers, longestMs: Math.round(sent.longestMs) },
    recoveries,
    pauses: run.pauses,
  }
}

function count<T>(items: readonly T[], nameOf: (item: T) => string): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(items, nameOf)].map(([name, own]) => [name, own.length]))
}
