import { toE164 } from '../campaigns/phone.ts'
import type { Channel } from '../campaigns/vocabulary.ts'
import { PayloadError } from '../errors.ts'
import type { IntakeParts } from './open-journey.ts'

/**
 * Suppresses a number, or every number that is known for a lead, because somebody said so: an event, a vendor's list of
 * people who do not want to be disturbed. Planned calls and texts meet the suppression at the moment of the effect.
 * @throws PayloadError when the number given is not valid and no other is known
 */
export async function optOut(
  parts: Pick<IntakeParts, 'ledger' | 'defaultCountry'>,
  who: { phone?: string; leadId?: string; channels: readonly Channel[]; reason?: string },
  by: string,
): Promise<{ numbers: number; journeys: string[] }> {
  const { ledger, defaultCountry } = parts
  const { channels, reason = 'opted out' } = who
  const phones = new Set<string>()
  if (who.phone !== undefined) {
    const phone = toE164(who.phone, defaultCountry)
    if (phone !== undefined) phones.add(phone)
  }
  const journeys = who.leadId === undefined ? [] : await ledger.leads.journeysOf(who.leadId)
  for (const journeyId of journeys) {
    const phone = (await ledger.journeys.load(journeyId))?.private.phone
    if (phone !== undefined) phones.add(phone)
  }
  if (who.phone !== undefined && phones.size === 0) throw new PayloadError('the number to suppress is not valid')
  for (const phone of phones) {
    await ledger.suppressions.suppress(ledger.identity.person(phone), phone, channels, { reason, by })
  }
  return { numbers: phones.size, journeys }
}
