import type { Campaign } from '../campaigns/campaign.ts'
import { describeFault } from '../campaigns/fault.ts'
import type { LoadedFile } from '../campaigns/load.ts'
import { ConfigError } from '../errors.ts'
import type { BegunAs } from '../ledger/control.ts'
import type { Ledger } from '../ledger/index.ts'
import { takeOver } from './take-over.ts'

/** Makes campaigns known to the ledger, and knows how they were begun. */
export interface CampaignRegister {
  /**
   * The files of a start, before anything acts by them.
   * @throws ConfigError when a campaign that has journeys was begun in another mode or at another vendor
   */
  start(loaded: readonly LoadedFile[]): Promise<void>
  add(campaigns: readonly Campaign[]): Promise<void>
  /** How the campaign's journeys were begun; `undefined` while it has none, and may still become another. */
  begunAs(campaign: string): Promise<BegunAs | undefined>
}

export function createCampaignRegister({ control, search }: Pick<Ledger, 'control' | 'search'>): CampaignRegister {
  async function begunAs(campaign: string): Promise<BegunAs | undefined> {
    const kept = await control.begunAs(campaign)
    return kept !== undefined && (await search.progress(campaign)).total > 0 ? kept : undefined
  }

  async function add(campaigns: readonly Campaign[]): Promise<void> {
    for (const { id, trigger, mode, provider } of campaigns) {
      await control.register(id, trigger.events.length > 0 ? 'running' : 'draft')
      await control.noteBegun(id, { mode, provider })
    }
  }

  return {
    async start(loaded) {
      const { faults } = await takeOver(new Map(), { loaded: [...loaded], faults: [] }, begunAs)
      if (faults.size > 0) throw new ConfigError([...faults.values()].flat().map(describeFault))
      await add(loaded.map(({ campaign }) => campaign))
    },
    add,
    begunAs,
  }
}
