import type { PartOptions } from '../part.ts'
import { notFound } from './envelope.ts'
import { type InteractionRecord, showInteraction } from './interactions.ts'
import type { LeadRecord } from './leads.ts'

export type InteractionBook = ReturnType<typeof createInteractionBook>

/**
 * Every interaction by its id and by its lead. One that lies in the future (the auto-dialer's next call) is not there yet
 * for anybody who looks now.
 */
export function createInteractionBook({ now, settings }: Pick<PartOptions, 'now' | 'settings'>) {
  const byId = new Map<string, InteractionRecord>()

  function find(interactionId: string): InteractionRecord {
    const record = byId.get(interactionId)
    if (record === undefined || record.createdAt > now()) throw notFound()
    return record
  }

  return {
    add(lead: LeadRecord, record: InteractionRecord): void {
      byId.set(record.interactionId, record)
      lead.interactions.push(record)
    },
    /** Throws NOT_FOUND. */
    find,
    show: (interactionId: string) => showInteraction(find(interactionId), now()),

    /** The lead's interactions, newest first, all as they stood `lists.lagMs` ago: a list is served by a lagging copy. */
    list(lead: LeadRecord): Record<string, unknown>[] {
      const asOf = now() - settings.current.lists.lagMs
      return lead.interactions
        .map((record, order) => ({ record, order }))
        .filter(({ record }) => record.createdAt <= asOf)
        .sort((one, other) => other.record.createdAt - one.record.createdAt || other.order - one.order)
        .map(({ record }) => showInteraction(record, asOf))
    },
    leadIdOf: (interactionId: string): string | undefined => byId.get(interactionId)?.leadId,
    all: () => byId.values(),
    reset: () => byId.clear(),
  }
}
