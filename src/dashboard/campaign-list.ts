import type { CampaignBoard, CampaignGlance } from '../desk/campaign-board.ts'
import { modeName, nextPhrase, providerName, standing, statusWord } from './campaign-words.ts'
import { counted } from './counted.ts'
import { describeFault } from './file-faults.ts'
import { outcomeBars } from './outcome-bars.ts'
import { barParts } from './state-bar.ts'

/** Outcomes that a row names; the rest are counted together. */
const OUTCOMES_SHOWN = 3

/** Everything that the live part of the list shows. */
export function campaignListModel(
  { campaigns, allPaused, allPausedWhy, fileFaults = [] }: Awaited<ReturnType<CampaignBoard['list']>>,
  { mayAct, isFirst }: { mayAct: boolean; isFirst: boolean },
) {
  return {
    mayAct,
    allPaused,
    allPausedWhy,
    isEmpty: campaigns.length === 0 && isFirst,
    campaigns: campaigns.map(campaignRow),
    fileFaults: fileFaults.map(describeFault),
    spoken: spoken(campaigns, allPaused),
  }
}

function campaignRow(campaign: CampaignGlance) {
  const { id, name, provider, mode, test, progress, outcomes, live, fileFaults = [] } = campaign
  const { total, ...states } = progress
  const bars = outcomeBars(outcomes)
  const rest = bars.slice(OUTCOMES_SHOWN).reduce((sum, { count }) => sum + count, 0)
  return {
    id,
    name,
    test,
    about: `${providerName(provider)}, ${modeName(mode)}`,
    status: statusWord(campaign),
    why: campaign.status === 'paused' && campaign.why !== undefined ? standing(campaign) : undefined,
    total,
    parts: barParts({ total, states }),
    outcomes: bars.slice(0, OUTCOMES_SHOWN),
    moreOutcomes: rest === 0 ? undefined : `${counted(rest, 'other', 'others')}`,
    live,
    next: nextPhrase(campaign),
    faults: fileFaults.map(describeFault),
  }
}

function spoken(campaigns: readonly CampaignGlance[], allPaused: boolean): string {
  const running = campaigns.filter(({ status }) => status === 'running').length
  const live = campaigns.reduce((sum, campaign) => sum + campaign.live.now, 0)
  const end = `${counted(running, 'campaign')} running, ${counted(live, 'live call')}.`
  return allPaused ? `Everything is paused. ${end}` : end
}
