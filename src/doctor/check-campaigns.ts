import type { Campaign } from '../campaigns/campaign.ts'
import { describeFault, faultsBetweenFiles, readCampaignFiles } from '../campaigns/load.ts'
import { bad, type Finding, good, noted } from './finding.ts'

/** The campaign files, and the campaigns of those that are right. */
export async function checkCampaigns(dir: string): Promise<{ findings: Finding[]; campaigns: Campaign[] }> {
  const { loaded, faults } = await readCampaignFiles(dir)
  const campaigns = loaded.map(({ campaign }) => campaign)
  const all = [...faults, ...faultsBetweenFiles(loaded)]
  if (all.length > 0) {
    const why = 'a file that is wrong stops the start of the service'
    const mend = 'mend what is named; `aftercall campaign validate` says the same'
    return { campaigns, findings: all.map(fault => bad('campaigns', describeFault(fault), why, mend)) }
  }
  if (campaigns.length === 0) {
    return {
      campaigns,
      findings: [noted('campaigns', `${dir} has no campaign file yet: \`aftercall init\` writes one`)],
    }
  }
  return { campaigns, findings: [good('campaigns', `${campaigns.map(({ id }) => id).join(', ')}: all right`)] }
}
