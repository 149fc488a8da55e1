import { readOptOut } from '../campaigns/opt-out-words.ts'
import type { Interaction, InteractionMessage } from '../clients/ports.ts'
import { isWrittenByLead } from '../sources/written-by.ts'

/** What in a vendor's list of a lead's interactions the lead did of its own accord, and what others did. Pure. */

export interface SignText {
  /** As the vendor writes it; absent where it does not say. */
  phone: string | undefined
  interactionId: string
  text: string
  at: number
}

/** Interactions in which nobody texts. */
const textless: ReadonlySet<string> = new Set(['call', 'email'])

/**
 * Texts that the lead wrote, each with a time.
 * @param fallbackAt the time of a text of which nothing is dated, ms
 */
export function textsOfLead(interactions: readonly Interaction[], fallbackAt: number): SignText[] {
  return interactions
    .filter(({ type }) => !textless.has(type))
    .flatMap(({ interactionId, phone, messages, createdAt, updatedAt }) => {
      const times = timesOf(messages, updatedAt ?? createdAt ?? fallbackAt)
      return messages.flatMap((message, index) =>
        isWrittenByLead(message) ? [{ phone, interactionId, text: message.text, at: times[index] ?? fallbackAt }] : [],
      )
    })
}

/** One text without a time comes so much later than the text before it: what stands later in a thread was said later. */
const APART_MS = 1

/**
 * When each message of a thread was written. One without a time is taken to be a moment newer than the one before it, or
 * as new as the thread: an opt-out is not to be missed for it. A START is not taken to be newer than what follows it.
 */
function timesOf(messages: readonly InteractionMessage[], startAt: number): number[] {
  let next = startAt
  return messages.map(({ at, text }, index) => {
    const own = at ?? next
    next = own + APART_MS
    if (at !== undefined || readOptOut(text) !== 'start') return own
    return Math.min(own, messages.slice(index + 1).find(later => later.at !== undefined)?.at ?? own)
  })
}

/** When the lead rang, ms. */
export function callsOfLead(interactions: readonly Interaction[]): number[] {
  return interactions.flatMap(({ type, direction, createdAt }) =>
    type === 'call' && direction === 'inbound' && createdAt !== undefined ? [createdAt] : [],
  )
}

/**
 * Calls to the lead from the time that counts in a budget, ours and others'.
 * @param saysWhoRang whether the vendor's list says it: then what it leaves open counts, else nothing does
 */
export function callsToLead(
  interactions: readonly Interaction[],
  from: number,
  saysWhoRang = true,
): (Interaction & { createdAt: number })[] {
  return interactions.flatMap(interaction => {
    const { type, direction, createdAt } = interaction
    const isRecent = createdAt !== undefined && createdAt >= from
    const isToLead = direction === 'outbound' || (saysWhoRang && direction === undefined)
    return type === 'call' && isToLead && isRecent ? [{ ...interaction, createdAt }] : []
  })
}
