import type { CampaignBook } from '../campaigns/book.ts'
import type { Campaign } from '../campaigns/campaign.ts'
import type { Clock } from '../clock.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Page } from '../ledger/page.ts'
import type { CampaignDesk, CampaignList, CampaignView } from './campaigns.ts'

/** The rules of a campaign in force. */
export type CampaignRules = Campaign

/** A campaign as the pages show it: how it stands, and what goes on in it now. */
export interface CampaignGlance extends CampaignView {
  mode: Campaign['mode']
  /** Places of live calls. The vendor's own dialer goes by none: then it is the calls themselves. */
  live: { now: number; max?: number }
  /** When its next dial or hand-over is due: `now` where it only waits for its turn. */
  next?: 'now' | { at: string }
  /** Scheduled leads that the vendor's own dialer has not been handed yet, where it makes the calls. */
  notHandedOver?: number
  start?: NonNullable<Campaign['start']>
  /** The campaign's own zone, in which its pages tell the hours. */
  timezone: string
}

export interface CampaignBoard {
  /** Asked about once a second while somebody looks: index reads only. */
  list(page: Page): Promise<Omit<CampaignList, 'campaigns'> & { campaigns: CampaignGlance[] }>
  show(id: string): Promise<CampaignGlance | undefined>
  rules(id: string): CampaignRules | undefined
}

export function createCampaignBoard(parts: {
  views: Pick<CampaignDesk, 'list' | 'show'>
  ledger: Ledger
  campaigns: CampaignBook
  clock: Clock
}): CampaignBoard {
  const { views, ledger, campaigns, clock } = parts
  async function glance(view: CampaignView): Promise<CampaignGlance> {
    const campaign = campaigns.get(view.id)
    const { scheduled = 0, dialing = 0, in_call: inCall = 0 } = view.progress
    const isOurs = campaign?.mode !== 'handover'
    const [taken, planned] = await Promise.all([
      isOurs ? ledger.live.taken(view.id) : dialing + inCall,
      scheduled > 0 || !isOurs ? ledger.backlog.planned(view.id, isOurs ? 'dial' : 'handover') : { count: 0 },
    ])
    const nextAt = scheduled > 0 && 'soonestAt' in planned ? planned.soonestAt : undefined
    return {
      ...view,
      mode: campaign?.mode ?? 'dial',
      live: { now: taken, ...(isOurs && campaign !== undefined ? { max: campaign.dial.pace.maxLive } : {}) },
      ...(nextAt === undefined ? {} : { next: nextAt <= clock.now() ? 'now' : { at: new Date(nextAt).toISOString() } }),
      ...(isOurs ? {} : { notHandedOver: planned.count }),
      ...(campaign?.start === undefined ? {} : { start: campaign.start }),
      timezone: campaign?.dial.timezone ?? 'UTC',
    }
  }

  return {
    async list(page) {
      const { campaigns: listed, ...rest } = await views.list(page)
      return { campaigns: await Promise.all(listed.map(glance)), ...rest }
    },

    async show(id) {
      const view = await views.show(id)
      return view && glance(view)
    },

    rules: id => campaigns.get(id),
  }
}
