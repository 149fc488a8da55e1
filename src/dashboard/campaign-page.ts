import type { CampaignGlance, CampaignRules } from '../desk/campaign-board.ts'
import { possibleMoves } from '../desk/campaigns.ts'
import type { DialRange, DialSeries } from '../desk/dial-rate.ts'
import type { HoursAhead } from '../desk/hours-ahead.ts'
import { ruleGroups } from './campaign-rules-words.ts'
import { modeName, moveWords, providerName, standingPhrase, statusWord, stoppedFor } from './campaign-words.ts'
import { counted } from './counted.ts'
import { dialChart } from './dial-chart.ts'
import { readEffectKey } from './effect-key.ts'
import { describeFault } from './file-faults.ts'
import { followUpWords } from './follow-up-words.ts'
import { hoursAheadModel } from './hours-ahead.ts'
import { outcomeBars } from './outcome-bars.ts'
import { barParts, flow } from './state-bar.ts'
import { humanise, stateWords } from './words.ts'

/** Calls that tripped the breaker and are named on the page. */
const TRIPPING_SHOWN = 5

/** Everything that the live part of a campaign's page shows. */
export function campaignModel(
  parts: { campaign: CampaignGlance; rules: CampaignRules; dials: DialSeries; ahead: HoursAhead },
  { mayAct, range, takesLeads }: { mayAct: boolean; range: DialRange; takesLeads: boolean },
) {
  const { campaign, rules, dials, ahead } = parts
  const {
    id,
    name,
    provider,
    mode,
    test,
    status,
    progress,
    outcomes,
    live,
    startedAt,
    fileFaults = [],
    warnings = [],
  } = campaign
  const { total, ...states } = progress
  const bars = outcomeBars(outcomes)
  return {
    id,
    name,
    test,
    mayAct,
    takesLeads,
    about: `${providerName(provider)}, ${modeName(mode)}`,
    status: statusWord(campaign),
    standing: standingPhrase(campaign),
    moves: possibleMoves(status).map(move => ({ move, ...moveWords[move] })),
    allPaused: campaign.allPaused === true,
    breaker: breakerModel(campaign),
    faults: fileFaults.map(describeFault),
    total,
    flow: flow.map(state => ({ state, ...stateWords[state], count: states[state] ?? 0 })),
    parts: barParts({ total, states }),
    stops: stoppedFor(campaign.stops),
    live,
    startedAt,
    outcomes: bars,
    outcomeTotal: bars.reduce((sum, { count }) => sum + count, 0),
    range,
    chart: dialChart(dials, range, campaign.timezone),
    ahead: hoursAheadModel(ahead, campaign),
    rules: ruleGroups(rules),
    warnings,
    followUps: rules.followUps.map(followUpWords),
    spoken: `${statusWord(campaign).label}. ${counted(live.now, 'live call')}, ${states['done'] ?? 0} of ${counted(total, 'lead')} done.`,
  }
}

/** Why it paused itself, with the newest of the calls that failed. */
function breakerModel({ status, why, breaker }: CampaignGlance) {
  if (status !== 'paused' || why === undefined) return undefined
  const calls = (breaker?.calls ?? []).map(({ effect, code, at }) => {
    const key = readEffectKey(effect)
    const journeyId = key !== undefined && 'journeyId' in key ? key.journeyId : undefined
    return {
      name: journeyId === undefined ? effect : `${journeyId}, call ${key?.rule}`,
      journeyId,
      code: humanise(code),
      at,
    }
  })
  return { why, at: breaker?.trippedAt, calls: calls.slice(0, TRIPPING_SHOWN), count: calls.length }
}
