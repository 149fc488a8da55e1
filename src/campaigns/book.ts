import type { Campaign } from './campaign.ts'
import type { ProviderName } from './vocabulary.ts'

/** The campaigns in force. */
export interface CampaignBook {
  get(id: string): Campaign | undefined
  all(): readonly Campaign[]
  /** Campaigns that this vendor event starts. */
  startedBy(trigger: { provider: ProviderName; vendorCampaignId: string; event: string }): Campaign[]
  /** Campaigns to which an interaction belongs that began without us; those of them that `event` starts. */
  startedByFound(found: { provider: ProviderName; account: string; event: string }): Campaign[]
}

/** A book whose campaigns can be exchanged while others read it. */
export interface LiveCampaignBook extends CampaignBook {
  /** From now on these are in force, all at once. */
  replace(campaigns: readonly Campaign[]): void
}

export function createCampaignBook(campaigns: readonly Campaign[]): LiveCampaignBook {
  let byId = new Map<string, Campaign>()
  const replace = (next: readonly Campaign[]) => {
    byId = new Map(next.map(campaign => [campaign.id, campaign]))
  }
  replace(campaigns)
  return {
    replace,
    get: id => byId.get(id),
    all: () => [...byId.values()],
    startedBy: ({ provider, vendorCampaignId, event }) =>
      [...byId.values()].filter(
        campaign =>
          campaign.provider === provider &&
          campaign.account.campaignId === vendorCampaignId &&
          campaign.trigger.events.includes(event),
      ),
    startedByFound: ({ provider, account, event }) =>
      [...byId.values()].filter(
        campaign =>
          campaign.provider === provider &&
          accountsOf(campaign).includes(account) &&
          campaign.trigger.events.includes(event),
      ),
  }
}

/** What tells the campaign's interactions from others at a vendor that has no campaigns of ours. */
export function accountsOf({ account: { agentIds = [], channel } }: Campaign): readonly string[] {
  return channel === undefined ? agentIds : [...agentIds, channel]
}
