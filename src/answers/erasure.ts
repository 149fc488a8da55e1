import { z } from 'zod'
import { Instant, word } from './words.ts'

/** How far the erasing of a lead is. */
export const Erasure = z
  .object({
    id: z.string(),
    status: word(['erasing', 'erased']),
    lead: z.string().meta({ description: 'what the lead goes by from now on' }),
    askedAt: Instant,
    by: z.string(),
    erasedAt: Instant.optional(),
    journeys: z.number(),
    events: z.number(),
  })
  .meta({ id: 'Erasure' })
