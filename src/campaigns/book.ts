import type { Campaign } from './campaign.ts'
import type { ProviderName } from './vocabulary.ts'

/** The campaigns in force. */
export interface CampaignBook {
  get(id: string): Campaign | undefined
  all(): readonly Campaign[]
  /** Campaigns that this vendor event starts. */
  startedBy(trigger: { provider: ProviderName; vendorCampaignId: string; event: string }): Campaign[]
}

export function createCampaignBook(campaigns: readonly Campaign[]): CampaignBook {
  const byId = new Map(campaigns.map(campaign => [campaign.id, campaign]))
  return {
    get: id => byId.get(id),
    all: () => [...byId.values()],
    startedBy: ({ provider, vendorCampaignId, event }) =>
      [...byId.values()].filter(
        campaign =>
          campaign.provider === provider &&
          campaign.account.campaignId === vendorCampaignId &&
          campaign.trigger.events.includes(event),
      ),
  }
}
