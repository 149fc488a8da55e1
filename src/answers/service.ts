import { z } from 'zod'
import { Instant, word } from './words.ts'

/** The process runs. */
export const Health = z.object({ status: z.literal('ok') })

export const Readiness = z
  .object({
    status: word(['ready', 'not ready']),
    why: z.array(z.string()),
    durability: z.array(z.string()).optional().meta({ description: 'what was accepted although it can lose data' }),
  })
  .meta({ id: 'Readiness' })

/** Where pixels go: `leadsail`, `meta`, `tiktok`, or one pixel there (`meta/123`). */
const Destination = z
  .object({
    name: z.string(),
    state: word(['healthy', 'paused', 'probing']),
    since: Instant.optional(),
    why: z.string().optional(),
    code: z.string().optional(),
    nextProbeAt: Instant.optional(),
    waiting: z.number().meta({ description: 'pixels that wait for it' }),
  })
  .meta({ id: 'Destination' })

export const Destinations = z.object({ destinations: z.array(Destination) })

/** Problem details (RFC 9457). What else is known of the problem stands beside. */
export const Problem = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.number(),
    detail: z.string(),
  })
  .meta({ id: 'Problem' })
