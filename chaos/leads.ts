import { randomOf } from '../simulator/random.ts'
import { CAMPAIGN_ID } from './campaign.ts'

/** A lead as its sender knows it. */
export interface SentLead {
  leadId: string
  /** The sender's own name of the event, the same in every try. */
  webhookId: string
  data: Record<string, string>
  /** The sender delivers it once more although it was taken. */
  twice: boolean
}

/** Shares of leads that come with their number, and of those that are delivered twice. */
const WITH_NUMBER = 0.7
const TWICE = 0.02

/** US area codes that the simulator gives to nobody, so that no two leads share a number. */
const AREAS = ['207', '208', '218', '225', '231', '256', '260', '270', '308', '309', '316', '318', '334', '360', '402']
const LINES = 10_000

/** The n-th lead of a run. Whoever has no number here has one at the vendor. */
export function leadOf(seed: number, index: number): SentLead {
  const random = randomOf(seed, 'lead', index)
  const leadId = `chaos_${seed}_${index}`
  const area = AREAS[Math.floor(index / LINES)]
  const hasNumber = random() < WITH_NUMBER && area !== undefined
  const phone = `+1${area}555${String(index % LINES).padStart(4, '0')}`
  return {
    leadId,
    webhookId: `evt_${leadId}`,
    data: { campaign: CAMPAIGN_ID, leadId, ...(hasNumber ? { phone, timezone: 'America/Chicago' } : {}) },
    twice: random() < TWICE,
  }
}
