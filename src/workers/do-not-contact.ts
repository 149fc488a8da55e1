import { channels } from '../campaigns/vocabulary.ts'
import type { Draft } from '../ledger/draft.ts'
import type { EffectError } from '../ledger/journey.ts'
import { suppressOwn } from '../ledger/suppression-marks.ts'
import type { Seal } from '../seal.ts'

/**
 * A refusal that says that the lead must not be reached. LeadSail's words for it are not published, and a text of its
 * telephony provider's refuses with a code of its own (Twilio 21610: the recipient has opted out).
 */
const SAID =
  /\bdo[\s_-]*not[\s_-]*(?:call|contact|text|disturb)|\bdn[cd]\b|\bopt(?:ed)?[\s_-]*out\b|\bunsubscribed\b|\b21610\b/i

export function saysDoNotContact({ code, message }: Pick<EffectError, 'code' | 'message'>): boolean {
  return SAID.test(code.replaceAll('_', ' ')) || SAID.test(message)
}

/** What the vendor refuses for that reason it would refuse again, on every channel: the number is left alone. */
export function heedRefusal(draft: Draft, error: EffectError | undefined, seal: Seal): void {
  if (error === undefined || !saysDoNotContact(error)) return
  suppressOwn(draft, channels, { reason: 'the vendor refused: do not contact', by: draft.journey.id }, seal)
  draft.note('number.suppressed', { channels })
}
