import type { PartOptions } from '../part.ts'
import type { CampaignSettings } from './control.ts'
import { invalid, notFound, Refusal } from './envelope.ts'
import { campaignNumberOf } from './people.ts'

export interface CampaignRecord extends CampaignSettings {
  campaignId: string
}

export type Campaigns = ReturnType<typeof createCampaigns>

/** The campaigns of the account: those the control names and, unless it forbids, any other id as an active one. */
export function createCampaigns({ settings, seed }: Pick<PartOptions, 'settings' | 'seed'>) {
  const numbers = new Map<string, string>()
  const seen = new Set<string>()

  function find(campaignId: string): CampaignRecord {
    const { campaigns, autoCreateCampaigns } = settings.current
    const known = campaigns[campaignId]
    if (known === undefined && !autoCreateCampaigns) throw notFound()
    seen.add(campaignId)
    return { campaignId, ...(known ?? { active: true, voiceAgent: true }) }
  }

  function ownNumberOf(campaignId: string): string {
    const known = settings.current.campaigns[campaignId]?.phoneNumber ?? numbers.get(campaignId)
    if (known !== undefined) return known
    const number = campaignNumberOf(seed, campaignId)
    numbers.set(campaignId, number)
    return number
  }

  return {
    /** Throws NOT_FOUND for an id that does not exist. */
    find,

    /** Throws what LeadSail says when a campaign cannot call; a test call need not be of an active one. */
    requireCallable(campaign: CampaignRecord, isTest: boolean): void {
      if (!campaign.active && !isTest) throw invalid('Campaign is not active')
      if (!campaign.voiceAgent) throw invalid('Campaign has no voice agent configured')
    },

    /** The number it calls and texts from. Throws MISSING_PHONE_NUMBER when it has none. */
    numberOf(campaign: CampaignRecord): string {
      if (campaign.phoneNumber === null) {
        throw new Refusal('MISSING_PHONE_NUMBER', 'No outbound phone number could be resolved')
      }
      return ownNumberOf(campaign.campaignId)
    },

    /** The number that the lead sees or dials, whatever the state of the campaign. */
    ownNumberOf,

    /** Where a lead belongs of whom nothing is known. */
    defaultId(): string {
      return Object.keys(settings.current.campaigns)[0] ?? 'HXZ'
    },

    list(): CampaignRecord[] {
      const { campaigns, autoCreateCampaigns } = settings.current
      return [...new Set([...Object.keys(campaigns), ...(autoCreateCampaigns ? seen : [])])].map(find)
    },

    reset(): void {
      seen.clear()
    },
  }
}

/** The voice agent of a campaign. */
export function voiceAgentOf(campaignId: string): string {
  return `agent_${campaignId}`
}
