import type { Interaction, InteractionMessage } from '../clients/ports.ts'

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
 * Texts that the lead wrote. One without a time is taken to be as new as it can be: an opt-out is not to be missed for it.
 * @param fallbackAt the time of a text of which nothing is dated, ms
 */
export function textsOfLead(interactions: readonly Interaction[], fallbackAt: number): SignText[] {
  return interactions
    .filter(({ type }) => !textless.has(type))
    .flatMap(({ interactionId, phone, messages, createdAt, updatedAt }) => {
      let before = updatedAt ?? createdAt ?? fallbackAt
      return messages.flatMap(message => {
        const at = message.at ?? before
        if (message.at !== undefined) before = message.at
        return isInbound(message) ? [{ phone, interactionId, text: message.text, at }] : []
      })
    })
}

function isInbound({ source, role }: InteractionMessage): boolean {
  return source === undefined ? role === 'user' : source === 'inbound'
}

/** When the lead rang, ms. */
export function callsOfLead(interactions: readonly Interaction[]): number[] {
  return interactions.flatMap(({ type, direction, createdAt }) =>
    type === 'call' && direction === 'inbound' && createdAt !== undefined ? [createdAt] : [],
  )
}

/** Calls to the lead from the time that counts in a budget, ours and others'. */
export function callsToLead(
  interactions: readonly Interaction[],
  from: number,
): (Interaction & { createdAt: number })[] {
  return interactions.flatMap(interaction => {
    const { type, direction, createdAt } = interaction
    const isRecent = createdAt !== undefined && createdAt >= from
    return type === 'call' && direction !== 'inbound' && isRecent ? [{ ...interaction, createdAt }] : []
  })
}
