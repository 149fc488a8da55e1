import { basename } from 'node:path'
import type { CampaignFault } from '../campaigns/fault.ts'
import { type LoadedFile, warningsIn } from '../campaigns/load.ts'
import type { TakeOver } from './take-over.ts'

/** How one campaign file stands. */
export interface FileStanding {
  /** Its name without the folder. */
  name: string
  /** The campaign that it stands for. */
  campaign: string
  /** `kept`: what stands in it now is wrong, and its last good version is in force; `refused`: it never was right. */
  state: 'in_force' | 'kept' | 'refused' | 'removed'
  faults: readonly CampaignFault[]
  warnings: readonly CampaignFault[]
}

/** Every file that is or was in force, and every one that is wrong, by name. */
export function standingOf(
  inForce: ReadonlyMap<string, LoadedFile>,
  { faults, removed }: Pick<TakeOver, 'faults'> & { removed: readonly string[] },
): FileStanding[] {
  const known = [...inForce].map(([campaign, loaded]): FileStanding => {
    const own = faults.get(campaign) ?? []
    const state = removed.includes(campaign) ? 'removed' : own.length > 0 ? 'kept' : 'in_force'
    return { name: basename(loaded.file), campaign, state, faults: own, warnings: warningsIn(loaded) }
  })
  const strange = [...faults].flatMap(([campaign, own]): FileStanding[] => {
    const name = basename(own[0]?.file ?? campaign)
    return inForce.has(campaign) ? [] : [{ name, campaign, state: 'refused', faults: own, warnings: [] }]
  })
  return [...known, ...strange].sort((a, b) => (a.name < b.name ? -1 : 1))
}
