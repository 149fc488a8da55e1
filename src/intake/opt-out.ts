import { toE164 } from '../campaigns/phone.ts'
import type { Channel } from '../campaigns/vocabulary.ts'
import { PayloadError } from '../errors.ts'
import { carryOptOuts } from './carry-opt-outs.ts'
import type { IntakeParts } from './open-journey.ts'

/** Whom an opt-out has reached. */
export interface OptedOut {
  /** Numbers that are suppressed now. */
  numbers: number
  journeys: string[]
}

/**
 * Suppresses a number, or every number that is known for a lead, because somebody said so: an event, a vendor's list of
 * people who do not want to be disturbed. Planned calls and texts meet the suppression at the moment of the effect. What
 * is said of a lead without a number holds for numbers that become known later as well.
 * @throws PayloadError when the number given is not valid and no lead is named
 */
export async function optOut(
  parts: Pick<IntakeParts, 'ledger' | 'defaultCountry'>,
  who: { phone?: string; leadId?: string; channels: readonly Channel[]; reason?: string },
  by: string,
): Promise<OptedOut> {
  const { ledger, defaultCountry } = parts
  const { channels, leadId, reason = 'opted out' } = who
  const phone = who.phone === undefined ? undefined : toE164(who.phone, defaultCountry)
  if (phone !== undefined) {
    await ledger.suppressions.suppress(ledger.identity.person(phone), phone, channels, { reason, by })
  }
  if (leadId === undefined || leadId === '') {
    if (phone === undefined) throw new PayloadError('the number to suppress is not valid')
    return { numbers: 1, journeys: [] }
  }
  // Before its journeys are looked for: one that is opened just now asks for it once it can be found.
  if (phone === undefined) await ledger.leadOptOuts.state(leadId, channels, { reason, by })
  const journeys = await ledger.leads.journeysOf(leadId)
  const loaded = await Promise.all(journeys.map(id => ledger.journeys.load(id)))
  const known = new Set(loaded.flatMap(journey => journey?.private.phone ?? []))
  for (const number of known) {
    if (phone === undefined) await carryOptOuts(parts, leadId, number)
    else await ledger.suppressions.suppress(ledger.identity.person(number), number, channels, { reason, by })
  }
  return { numbers: new Set([...known, ...(phone === undefined ? [] : [phone])]).size, journeys }
}
