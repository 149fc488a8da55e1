import { z } from 'zod'
import { Instant, word } from './words.ts'

/** Something that holds now and that somebody should act on. */
export const Alert = z
  .object({
    name: z.string().meta({ example: 'queue_age' }),
    subject: z.string().meta({ description: 'what it is about; empty for the service as a whole' }),
    severity: word(['critical', 'warning']),
    summary: z.string(),
    mend: z.string().meta({ description: 'what to do' }),
    count: z.number(),
    since: Instant,
    path: z.string().meta({ description: 'the page where one acts', example: '/dashboard/parked' }),
  })
  .meta({ id: 'Alert' })

export const Alerts = z.object({ alerts: z.array(Alert) })
