import { z } from 'zod'

/** The vocabularies of answers that no campaign file uses; those of the ledger are held against them by a test. */

export const attemptStates = ['intended', 'live', 'ended', 'refused', 'unknown'] as const
export const effectKinds = ['call', 'sms', 'pixel', 'lead', 'handover'] as const
export const effectStates = [
  'planned',
  'intended',
  'done',
  'refused',
  'unknown',
  'parked',
  'skipped',
  'expired',
] as const
export const eventStates = ['received', 'processed', 'joined', 'ignored', 'rejected', 'replayed'] as const
export const campaignStatuses = ['draft', 'running', 'paused', 'done', 'cancelled'] as const
export const replayStatuses = ['running', 'done', 'cancelled'] as const

/** One word of a closed list. Read as any text, for a newer service may know more of them. */
export const word = (words: readonly string[]) => z.string().meta({ enum: [...words] })

/** ISO 8601, in UTC. */
export const Instant = z.string().meta({ format: 'date-time', example: '2026-12-01T09:00:00.000Z' })

/** Counts by a word. */
export const Counts = z.record(z.string(), z.number())
