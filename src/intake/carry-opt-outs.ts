import type { Ledger } from '../ledger/index.ts'

/**
 * Suppresses a number for what was said of its lead before anybody knew the number. What the number itself has written
 * since counts against it, and what it was given before is not given again.
 * @param phone E.164
 */
export async function carryOptOuts({ ledger }: { ledger: Ledger }, leadId: string, phone: string): Promise<void> {
  const { identity, leadOptOuts, suppressions } = ledger
  const person = identity.person(phone)
  const owed = await leadOptOuts.owedTo(leadId, person)
  if (owed === undefined) return
  for (const { kind, channels, ...why } of owed.marks) {
    const { reason, by } = why
    if (kind === 'stated') await suppressions.suppress(person, phone, channels, { reason, by })
    else await suppressions.hear(person, phone, { said: kind === 'text' ? 'stop' : 'stop_inferred', ...why })
  }
  await leadOptOuts.give(leadId, person, owed)
}
