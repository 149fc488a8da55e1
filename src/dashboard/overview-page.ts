import { outcomes } from '../campaigns/vocabulary.ts'
import type { Overview } from '../desk/overview.ts'
import { journeyRow } from './journey-rows.ts'
import { waitingLabel } from './waiting.ts'
import { effectName, outcomeWords, stateWord, stateWords } from './words.ts'

/** States in the order a journey goes through them: the strip at the top, and the bars of the campaigns. */
const flow = ['scheduled', 'dialing', 'in_call', 'following_up', 'done', 'stopped', 'parked'] as const

/** Everything that the live part of the overview shows. Two equal overviews make equal pages: no time of its own. */
export function overviewModel(overview: Overview, campaignNames: ReadonlyMap<string, string>) {
  const { states, campaigns, live, parked, latest } = overview
  const nameOf = (id: string) => campaignNames.get(id) ?? id
  const ended = Object.values(overview.outcomes).reduce((sum, count) => sum + count, 0)
  const bars = outcomes
    .map(outcome => ({ outcome, ...outcomeWords[outcome], count: overview.outcomes[outcome] ?? 0 }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count)
  const longest = bars[0]?.count ?? 0

  return {
    isNew: overview.day.events === 0 && latest.length === 0,
    total: overview.total,
    flow: flow.map(state => ({ state, ...stateWords[state], count: states[state] })),
    day: overview.day,
    testCampaigns: campaigns.filter(({ test }) => test).length,
    outcomes: bars.map(bar => ({ ...bar, width: (100 * bar.count) / longest })),
    outcomeTotal: ended,
    campaigns: campaigns.map(campaign => ({
      ...campaign,
      over: campaign.states.done + campaign.states.stopped,
      parts: partsOf(campaign),
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
    latest: latest.map(journey => journeyRow(journey, journey.person, campaignNames)),
    spoken: spoken(overview),
  }
}

/** Parts of a stacked bar, in percent. */
function partsOf({ total, states }: Overview['campaigns'][number]) {
  let x = 0
  return flow.flatMap(state => {
    const width = total === 0 ? 0 : (100 * states[state]) / total
    const part = { state, label: stateWords[state].label, count: states[state], x, width }
    x += width
    return width === 0 ? [] : [part]
  })
}

/** The one sentence that is read out to those who do not see the page, now and then. */
function spoken({ live, states, parked }: Overview): string {
  const calls = live.total === 1 ? '1 live call' : `${live.total} live calls`
  return `${calls}, ${states.done} journeys done${parked.total > 0 ? `, ${parked.total} waiting for a decision` : ''}.`
}
