import { z } from 'zod'
import { listOf } from './lists.ts'
import { eventStates, Instant, word } from './words.ts'

export const Event = z
  .object({
    id: z.string(),
    eventId: z.string().meta({ description: 'the same as `id`' }),
    source: z.string(),
    status: word(eventStates),
    state: word(eventStates).meta({ description: 'the same as `status`' }),
    receivedAt: Instant,
    duplicates: z.number(),
    replays: z.number(),
    journeys: z.array(z.string()),
    type: z.string().optional(),
    reason: z.string().optional(),
    lastDuplicateAt: Instant.optional(),
    handledAt: Instant.optional(),
    forwardTries: z.number().optional(),
    forwardedAt: Instant.optional(),
    forwardFailedAt: Instant.optional(),
    erasedAt: Instant.optional().meta({ description: 'its body went with the lead that it was about' }),
  })
  .meta({ id: 'Event' })

export const Events = listOf('events', Event)

/** What a webhook is answered with. */
export const Receipt = z
  .object({ status: word(['accepted', 'duplicate']), eventId: z.string() })
  .meta({ id: 'Receipt' })
