import type { Overview } from '../desk/overview.ts'
import { journeyRow } from './journey-rows.ts'
import { outcomeBars } from './outcome-bars.ts'
import { barParts, flow } from './state-bar.ts'
import { waitingLabel } from './waiting.ts'
import { effectName, stateWord, stateWords } from './words.ts'

/** Everything that the live part of the overview shows. Two equal overviews make equal pages: no time of its own. */
export function overviewModel(overview: Overview, campaignNames: ReadonlyMap<string, string>) {
  const { states, campaigns, live, parked, alerts, destinations, latest } = overview
  const nameOf = (id: string) => campaignNames.get(id) ?? id
  const ended = Object.values(overview.outcomes).reduce((sum, count) => sum + count, 0)
  const bars = outcomeBars(overview.outcomes)

  return {
    isNew: overview.day.events === 0 && latest.length === 0,
    total: overview.total,
    flow: flow.map(state => ({ state, ...stateWords[state], count: states[state] })),
    day: overview.day,
    testCampaigns: campaigns.filter(({ test }) => test).length,
    outcomes: bars,
    outcomeTotal: ended,
    campaigns: campaigns.map(campaign => ({
      ...campaign,
      over: campaign.states.done + campaign.states.stopped,
      parts: barParts(campaign),
    })),
    live: {
      total: live.total,
      calls: live.calls.map(call => ({
        ...call,
        campaign: nameOf(call.campaign),
        state: stateWord(call.state),
        since: new Date(call.sinceAt).toISOString(),
      })),
    },
    parked: {
      total: parked.total,
      label: waitingLabel(parked.total),
      effects: parked.effects.map(effect => ({
        ...effect,
        name: effectName(effect.kind, effect.rule),
        campaign: nameOf(effect.campaign),
        since: new Date(effect.sinceAt).toISOString(),
      })),
    },
    allPaused: overview.allPaused,
    alerts: alerts.filter(({ name }) => !shownInFull.has(name)),
    destinations: destinations
      .filter(({ state }) => state !== 'healthy')
      .map(({ name, since, why, waiting }) => ({ name, since, why, waiting })),
    latest: latest.map(journey => journeyRow(journey, journey.person, campaignNames)),
    spoken: spoken(overview),
  }
}

/** What the page says more of by itself. */
const shownInFull = new Set(['parked', 'destination_paused'])

/** The one sentence that is read out to those who do not see the page, now and then. */
function spoken({ live, states, parked }: Overview): string {
  const calls = live.total === 1 ? '1 live call' : `${live.total} live calls`
  return `${calls}, ${states.done} journeys done${parked.total > 0 ? `, ${parked.total} waiting for a decision` : ''}.`
}
