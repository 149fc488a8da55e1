import { z } from 'zod'
import { channels } from '../campaigns/vocabulary.ts'
import { listOf } from './lists.ts'
import { Instant, word } from './words.ts'

const said = {
  channels: z.array(word(channels)),
  reason: z.string(),
  at: Instant,
  by: z.string(),
  inferred: z.boolean().optional().meta({ description: 'read out of a text; nobody has looked at it' }),
}

/** A number that must not be called or texted. */
export const Suppression = z
  .object({
    id: z.string(),
    phone: z.string().optional().meta({ description: 'masked for viewers' }),
    ...said,
    words: z.string().optional().meta({ description: 'the text, for operators and admins' }),
    reasons: z
      .array(z.object(said))
      .optional()
      .meta({ description: 'all that stands, where it is more than one thing' }),
  })
  .meta({ id: 'Suppression' })

export const Suppressions = listOf('suppressions', Suppression)
