import type { Erasure } from '../ledger/erasures.ts'
import type { Ledger } from '../ledger/index.ts'

/** How far the erasing of a lead is. */
export interface ErasureView {
  id: string
  status: 'erasing' | 'erased'
  /** What the lead goes by from now on; whoever knows the vendor's id finds its journeys by that as well. */
  lead: string
  askedAt: string
  by: string
  erasedAt?: string
  /** What was erased so far. */
  journeys: number
  events: number
}

export interface ErasureDesk {
  /**
   * The lead's personal data is erased everywhere from now on. What keeps things from happening twice or to people who do
   * not want them stays, as keyed hashes.
   */
  ask(leadId: string, by: string): Promise<ErasureView>
  show(id: string): Promise<ErasureView | undefined>
}

export function createErasureDesk(parts: { ledger: Ledger; onErasure: () => void }): ErasureDesk {
  const { erasures, audit } = parts.ledger
  return {
    async ask(leadId, by) {
      const asked = await erasures.ask(leadId, by)
      await audit.note({ by, what: 'lead.erased', subject: asked.lead })
      parts.onErasure()
      return erasureView(asked)
    },

    async show(id) {
      const erasure = await erasures.read(id)
      return erasure && erasureView(erasure)
    },
  }
}

function erasureView({ id, lead, askedAt, by, doneAt, journeys, events }: Erasure): ErasureView {
  return {
    ...{ id, status: doneAt === undefined ? 'erasing' : 'erased', lead, askedAt: new Date(askedAt).toISOString(), by },
    ...(doneAt === undefined ? {} : { erasedAt: new Date(doneAt).toISOString() }),
    ...{ journeys, events },
  }
}
