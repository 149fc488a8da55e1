import type { PartOptions } from '../part.ts'
import type { TruthHandOver } from '../truth.ts'
import type { Calls } from './calls.ts'
import type { Campaigns } from './campaigns.ts'
import { invalid, Refusal } from './envelope.ts'
import { isOpen, nextOpening } from './hours.ts'
import type { CallRecord } from './interactions.ts'
import type { LeadRecord, Leads } from './leads.ts'
import { createNumberCheck } from './number-check.ts'

/** The body of `POST /voice/calls/initiate`, checked. */
export interface Initiation {
  leadId: string
  direction: 'inbound' | 'outbound'
  phone?: string | undefined
  campaignId?: string | undefined
  additionalInstructions?: string | undefined
  isTest: boolean
}

const firstCallMs = 30_000
const retryMs = 3_600_000
/** How often the dialer calls a lead that nobody has told it another number of attempts for. */
const usualAttempts = 3
const unanswered = new Set(['no_answer', 'busy', 'voicemail'])

export type Dialing = ReturnType<typeof createDialing>

/** The two ways to a call: at once through the API, or handed over to LeadSail's own dialer. */
export function createDialing(
  options: Pick<PartOptions, 'now' | 'settings'> & { leads: Leads; campaigns: Campaigns; calls: Calls },
) {
  const { now, settings, leads, campaigns, calls } = options
  const isNumber = createNumberCheck()
  const handedOver: TruthHandOver[] = []

  function requireReachable(lead: LeadRecord, phone: string | undefined): string {
    if (phone === undefined || !isNumber(phone)) throw invalid('Lead has no valid E.164 phone number')
    if (lead.dnc.includes('phone')) throw invalid('Lead is on the Do Not Call list')
    return phone
  }

  /** What LeadSail checks before it lets a call through out of turn. */
  function requireDialerRules(lead: LeadRecord): void {
    const rules = settings.current.leadsail.autoDialer
    if (rules === undefined) return
    const at = now()
    const before = lead.interactions.filter(record => isAttempt(record) && record.createdAt <= at)
    if (rules.hours !== undefined && !isOpen(rules.hours, lead.timezone, at))
      throw invalid('Outside of operating hours')
    if (rules.maxAttempts !== undefined && before.length >= rules.maxAttempts) {
      throw invalid('Maximum attempts have been reached')
    }
    const gapMs = rules.minGapMs ?? 0
    if (before.some(record => at - record.createdAt < gapMs))
      throw invalid('Minimum gap between attempts has not elapsed')
  }

  /**
   * The dialer's calls to one lead: again after each that was not answered, until the attempts are spent, which the last
   * one says. All are made now, lying in the future; until then nobody sees them.
   */
  function schedule(lead: LeadRecord): number {
    const { timeScale, leadsail } = settings.current
    const rules = leadsail.autoDialer ?? {}
    const campaign = campaigns.find(lead.campaignId)
    campaigns.requireCallable(campaign, lead.isTest)
    const phone = requireReachable(lead, lead.phone)
    const ownPhone = campaigns.numberOf(campaign)
    const allowed = rules.maxAttempts ?? usualAttempts
    const opening = (at: number) => (rules.hours ? nextOpening(rules.hours, lead.timezone, at) : at)
    let at = opening(now() + (rules.firstCallMs ?? firstCallMs) / timeScale)
    const nextCallAt = at
    for (let attempt = 1; attempt <= allowed; attempt += 1) {
      const { campaignId, isTest } = { campaignId: campaign.campaignId, isTest: lead.isTest }
      const call = calls.place({ lead, phone, ownPhone, campaignId, direction: 'outbound', at, isTest, via: 'dialer' })
      if (!unanswered.has(call.status)) break
      if (attempt === allowed) call.status = 'no_contact'
      at = opening(Math.max(call.endsAt + (rules.retryMs ?? retryMs) / timeScale, at + (rules.minGapMs ?? 0)))
    }
    return nextCallAt
  }

  return {
    /** Places a call now. Throws LeadSail's refusal. */
    initiate({ leadId, direction, phone, campaignId, additionalInstructions, isTest }: Initiation): CallRecord {
      const lead = leads.find(leadId, campaignId)
      const campaign = campaigns.find(campaignId ?? lead.campaignId)
      const number = requireReachable(lead, phone ?? lead.phone)
      campaigns.requireCallable(campaign, isTest || lead.isTest)
      requireDialerRules(lead)
      return calls.place({
        lead,
        phone: number,
        ownPhone: campaigns.numberOf(campaign),
        campaignId: campaign.campaignId,
        direction,
        at: now(),
        isTest: isTest || lead.isTest,
        via: 'api',
        ...(additionalInstructions !== undefined && { instructions: additionalInstructions }),
      })
    },

    /** Hands leads over to the dialer; one that cannot be called does not keep the others back. */
    handOver(leadIds: readonly string[]) {
      const failed: { leadId: string; error: string }[] = []
      const details: { leadId: string; nextCallTime: string }[] = []
      for (const leadId of leadIds) {
        try {
          const nextCallAt = schedule(leads.find(leadId))
          handedOver.push({ vendor: 'leadsail', leadId, at: now(), nextCallAt })
          details.push({ leadId, nextCallTime: new Date(nextCallAt).toISOString() })
        } catch (error) {
          if (!(error instanceof Refusal)) throw error
          failed.push({ leadId, error: error.details?.[0] ?? error.message })
        }
      }
      return { succeeded: details.length, failed, details }
    },

    handedOver: (): readonly TruthHandOver[] => handedOver,
    reset(): void {
      handedOver.length = 0
    },
  }
}

function isAttempt(record: LeadRecord['interactions'][number]): boolean {
  return record.type === 'call' && record.direction === 'outbound' && !record.isTest
}
