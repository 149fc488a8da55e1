import type { Truth } from '../simulator/truth.ts'
import type { JourneySummary } from '../src/desk/journey-view.ts'
import type { Delivered } from './leads.ts'
import { nameOf, type Paint, seconds } from './picture.ts'
import { countEffects, isOver } from './view.ts'

export interface Summary {
  lines: string[]
  /** Why the demo failed; empty when all is well. */
  faults: string[]
}

/** Holds what aftercall says against what the vendor knows to have happened. */
export function summarize(
  story: { journeys: readonly JourneySummary[]; truth: Truth; sent: Delivered; total: number; elapsedMs: number },
  paint: Paint,
): Summary {
  const { journeys, truth, sent, total, elapsedMs } = story
  const doubled = countDoubled(journeys, truth)
  const rows = [
    {
      what: 'calls placed',
      ours: countEffects(journeys, 'call', 'done'),
      theirs: truth.counts.calls,
      twice: doubled.calls,
    },
    {
      what: 'texts sent',
      ours: countEffects(journeys, 'sms', 'done'),
      theirs: truth.counts.texts,
      twice: doubled.texts,
    },
    {
      what: 'pixels fired',
      ours: countEffects(journeys, 'pixel', 'done'),
      theirs: truth.counts.pixels,
      twice: doubled.pixels,
    },
  ]
  const of = (...states: string[]) => journeys.filter(({ state }) => states.includes(state)).length
  const unfinished = journeys.filter(journey => !isOver(journey))
  const parked = journeys.filter(({ state }) => state === 'parked')
  const faults = [
    ...(sent.accepted < total ? [`${total - sent.accepted} of ${total} webhooks were not taken`] : []),
    ...(journeys.length === sent.accepted ? [] : [`${sent.accepted} webhooks made ${journeys.length} journeys`]),
    ...(sent.duplicates === 1 ? [] : [`${sent.duplicates} deliveries were answered as duplicates, not 1`]),
    ...unfinished.map(({ leadId, state }) => `${nameOf(leadId)} (${leadId}) is not done: ${state}`),
    ...parked.map(({ leadId }) => `${nameOf(leadId)} (${leadId}) is parked`),
    ...rows.flatMap(({ what, ours, theirs }) =>
      ours === theirs ? [] : [`${what}: aftercall says ${ours}, the vendor ${theirs}`],
    ),
    ...rows.flatMap(({ what, twice }) => (twice === 0 ? [] : [`${what}: ${twice} doubled`])),
  ]
  return {
    lines: [
      '',
      paint('bold', line('', 'aftercall says', 'the vendor knows', 'doubled')),
      ...rows.map(({ what, ours, theirs, twice }) => {
        const text = line(what, ours, theirs, twice)
        return ours === theirs && twice === 0 ? text : paint('red', text)
      }),
      '',
      `  ${total} leads in ${seconds(elapsedMs)}: ${of('done')} done, ${of('stopped')} stopped; ${sent.accepted + sent.duplicates} webhooks, ${sent.duplicates} of them a duplicate;`,
      `  ${truth.highestLiveCalls} calls at once at most. ${faultLine(truth)}`,
    ],
    faults,
  }
}

/** What was done once more than was meant, counted by the vendor. */
function countDoubled(journeys: readonly JourneySummary[], { calls, duplicates }: Truth) {
  const meant = new Map(journeys.map(({ leadId, attempts }) => [leadId, attempts.length]))
  const placed = Map.groupBy(calls, ({ leadId }) => leadId)
  const tooMany = [...placed].map(([leadId, own]) => Math.max(0, own.length - (meant.get(leadId) ?? 0)))
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)
  return {
    calls: Math.max(sum(tooMany), duplicates?.calls.length ?? 0),
    texts: sum((duplicates?.texts ?? []).map(({ messageIds }) => messageIds.length - 1)),
    pixels: sum((duplicates?.pixels ?? []).map(({ times }) => times - 1)),
  }
}

function faultLine({ faults }: Truth): string {
  const fired = (kind: string) =>
    faults.filter(fault => fault.kind === kind).reduce((sum, fault) => sum + fault.fired, 0)
  return `On purpose the vendor throttled ${fired('status')} calls, and cut off its answer to ${fired('reset_after')}.`
}

function line(what: string, ours: string | number, theirs: string | number, twice: string | number): string {
  return `  ${what.padEnd(14)}${String(ours).padStart(16)}${String(theirs).padStart(18)}${String(twice).padStart(10)}`
}
