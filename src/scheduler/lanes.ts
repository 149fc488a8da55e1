import type { CampaignStatus } from '../ledger/control.ts'

/** Leads that somebody asked for just now, and leads of lists. */
export const lanes = ['asked', 'list'] as const
export type Lane = (typeof lanes)[number]

/** Which lanes of a campaign go out. A draft holds its list back, not the lead that somebody asks for by name. */
export const lanesOf: Record<CampaignStatus, readonly Lane[]> = {
  draft: ['asked'],
  running: lanes,
  paused: [],
  done: ['asked'],
  cancelled: [],
}
