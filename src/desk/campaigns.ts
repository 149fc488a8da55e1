import type { CampaignBook } from '../campaigns/book.ts'
import type { Campaign } from '../campaigns/campaign.ts'
import type { Ledger } from '../ledger/index.ts'

export interface CampaignDesk {
  list(): Promise<CampaignView[]>
  show(id: string): Promise<CampaignView | undefined>
}

export interface CampaignView {
  id: string
  name: string
  provider: string
  status: 'draft' | 'running'
  test: boolean
  progress: { total: number } & Record<string, number>
  outcomes: Record<string, number>
}

export function createCampaignDesk(parts: { ledger: Ledger; campaigns: CampaignBook }): CampaignDesk {
  async function view({ id, name, provider, test, trigger }: Campaign): Promise<CampaignView> {
    const { total, states, outcomes } = await parts.ledger.search.progress(id)
    // A campaign with trigger events runs from the first load; others wait to be started.
    const status = trigger.events.length > 0 ? 'running' : 'draft'
    return { id, name, provider, status, test, progress: { total, ...states }, outcomes: { ...outcomes } }
  }
  return {
    list: () => Promise.all(parts.campaigns.all().map(view)),
    async show(id) {
      const campaign = parts.campaigns.get(id)
      return campaign && view(campaign)
    },
  }
}
