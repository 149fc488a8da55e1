import { z } from 'zod'
import { providers } from '../campaigns/vocabulary.ts'
import { listOf } from './lists.ts'
import { Counts, campaignStatuses, Instant, word } from './words.ts'

export const Warning = z.object({ path: z.string(), reason: z.string() })

/** What is wrong with a campaign file. */
const FileFault = Warning.extend({ file: z.string(), line: z.number() })

export const Campaign = z
  .object({
    id: z.string(),
    name: z.string(),
    provider: word(providers),
    status: word(campaignStatuses),
    since: Instant.optional().meta({ description: 'when this status began' }),
    startedAt: Instant.optional(),
    why: z.string().optional().meta({ description: "why it is paused, where not by a person's wish" }),
    allPaused: z.boolean().optional(),
    allPausedWhy: z.string().optional().meta({ description: "where it was not a person's wish" }),
    test: z.boolean(),
    progress: z.object({ total: z.number() }).catchall(z.number()).meta({ description: 'journeys by state' }),
    tests: z.number().optional(),
    outcomes: Counts,
    stops: Counts.meta({ description: 'stopped journeys by the reason of their stop' }),
    breaker: z
      .object({
        trippedAt: Instant,
        calls: z.array(z.object({ effect: z.string(), code: z.string(), at: Instant })),
      })
      .optional()
      .meta({ description: 'the calls for which it paused itself' }),
    fileFaults: z.array(FileFault).optional().meta({ description: 'its file is wrong now; the last good one holds' }),
    warnings: z.array(Warning).optional(),
  })
  .meta({ id: 'Campaign' })

export const Campaigns = listOf('campaigns', Campaign).extend({
  allPaused: z.boolean(),
  allPausedWhy: z.string().optional().meta({ description: "where it was not a person's wish" }),
  fileFaults: z.array(FileFault).optional().meta({ description: 'of files that have never been right' }),
})

export const Preflight = z
  .object({
    mode: z
      .string()
      .optional()
      .meta({ enum: ['handover'] }),
    dialableNow: z.number(),
    laterByHour: z.array(z.object({ hour: Instant, count: z.number() })),
    blocked: Counts.meta({ description: 'by reason: `suppressed`, `expired`, `budget_spent`, …' }),
    expectedFinishAt: Instant.nullable(),
  })
  .meta({ id: 'Preflight' })

/** Everything is paused, or no longer. */
export const AllPaused = z.object({ allPaused: z.boolean() })
