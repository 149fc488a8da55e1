import { z } from 'zod'
import { listOf } from './lists.ts'
import { effectKinds, Instant, word } from './words.ts'

/** An effect of which only a person can say whether it happened. */
export const Parked = z
  .object({
    key: z.string(),
    kind: word(effectKinds),
    rule: z.string(),
    journey: z.string(),
    campaign: z.string(),
    leadId: z.string(),
    since: Instant,
    why: z.string(),
    interactionId: z.string().optional(),
  })
  .meta({ id: 'Parked' })

export const ParkedList = listOf('parked', Parked)
