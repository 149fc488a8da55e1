import { readOptOut } from '../campaigns/opt-out-words.ts'
import type { Interaction } from '../clients/ports.ts'
import { type HearParts, hearLead } from '../intake/hear-lead.ts'
import type { Journey } from '../ledger/journey.ts'
import { textsOfLead } from './lead-signs.ts'

/**
 * Heeds an opt-out that the lead wrote in the very conversation that is followed, at every look. What
 * else it wrote there is what the conversation was for, and no reply that would make further attempts superfluous.
 */
export async function hearWritten(
  parts: HearParts,
  { leadId, createdAt, private: { phone: known } }: Journey,
  seen: Interaction,
): Promise<void> {
  const texts = textsOfLead([seen], createdAt).filter(({ text }) => readOptOut(text) !== undefined)
  if (texts.length === 0) return
  await hearLead(parts, { phone: seen.phone ?? known, leadId, texts }, `interaction ${seen.interactionId}`)
}
