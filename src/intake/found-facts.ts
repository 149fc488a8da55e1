import { toE164 } from '../campaigns/phone.ts'
import type { BudgetPort, LeadPort, VendorLead, VoicePort } from '../clients/ports.ts'
import type { FoundInteraction } from '../sources/meaning.ts'

export interface FactParts {
  /** The vendor whose interactions are found. Throws as the vendor's own requests do where it is not set up. */
  calls: (provider: string) => Pick<VoicePort, 'getInteraction' | 'placesLater'> & LeadPort & BudgetPort
  defaultCountry: string
}

/** What is asked of the vendor about an interaction that was found: only where something depends on it, and once. */
export interface FoundFacts {
  /** Whether the vendor names the calls that it was asked for only once they are on. */
  isNamedLater(): boolean
  /** Whether the lead rang. A list does not always say; the interaction itself does where the vendor knows. */
  isInbound(): Promise<boolean>
  lead(): Promise<VendorLead | undefined>
}

/** Found out with the least urgent leave of the account: what was found is over, or goes on without us. */
export function createFoundFacts(parts: FactParts, provider: string, found: FoundInteraction): FoundFacts {
  const { interactionId, leadId, phone } = found
  let inbound: Promise<boolean> | undefined
  let lead: Promise<VendorLead | undefined> | undefined

  async function readDirection(): Promise<boolean> {
    const vendor = parts.calls(provider)
    const { type, direction } = await vendor.getInteraction(interactionId, { permit: await vendor.permit('poll') })
    return type === 'call' && direction === 'inbound'
  }

  async function readLead(): Promise<VendorLead | undefined> {
    const vendor = parts.calls(provider)
    const stated = phone === undefined ? undefined : toE164(phone, parts.defaultCountry)
    const permit = await vendor.permit('poll')
    return vendor.getLead(leadId, { permit, ...(stated === undefined ? {} : { phone: stated }) })
  }

  return {
    isNamedLater: () => parts.calls(provider).placesLater === true,
    isInbound() {
      inbound ??= readDirection()
      return inbound
    },
    lead() {
      lead ??= readLead()
      return lead
    },
  }
}
