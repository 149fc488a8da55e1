import { z } from 'zod'
import { EffectError } from './journey.ts'
import { listOf } from './lists.ts'
import { Counts, effectKinds, effectStates, Instant, replayStatuses, word } from './words.ts'

const Exchange = z.object({
  method: z.string(),
  route: z.string(),
  requestId: z.string(),
  durationMs: z.number(),
  status: z.number().optional(),
  request: z.string().optional(),
  answer: z.string().optional(),
})

export const FailedEffect = z
  .object({
    journey: z.string(),
    campaign: z.string(),
    leadId: z.string(),
    effect: z.string().meta({ description: "the effect's key" }),
    kind: word(effectKinds),
    rule: z.string(),
    state: word(effectStates),
    tries: z.number(),
    firstAt: Instant,
    lastAt: Instant,
    nextAt: Instant.optional(),
    why: z.string().optional(),
    error: EffectError.optional(),
    exchange: Exchange.optional().meta({ description: 'its last request; bodies only for operators and admins' }),
  })
  .meta({ id: 'FailedEffect' })

/** Effects that failed alike. */
export const FailureGroup = z
  .object({
    cause: z.string(),
    class: z.string(),
    kind: word(effectKinds),
    count: z.number(),
    firstAt: Instant,
    lastAt: Instant,
    test: z.boolean().optional(),
    campaigns: z.array(z.object({ id: z.string(), count: z.number() })),
    sample: z.array(FailedEffect),
  })
  .meta({ id: 'FailureGroup' })

export const Failures = listOf('failures', FailureGroup)

/** What a replay would do now. */
export const ReplayDryRun = z
  .object({
    count: z.number(),
    looked: z.number().meta({ description: 'how many of them were looked at one by one' }),
    replayable: z.number(),
    sample: z.array(FailedEffect),
    refusals: z.array(z.object({ reason: z.string(), count: z.number(), sample: z.array(FailedEffect) })),
    perSecond: z.object({ default: z.number(), most: z.number() }),
  })
  .meta({ id: 'ReplayDryRun' })

export const Replay = z
  .object({
    id: z.string(),
    status: word(replayStatuses),
    matched: z.number(),
    done: z.number().meta({ description: 'taken up: to be tried anew' }),
    refused: z.number(),
    refusals: Counts,
    standing: Counts.meta({ description: 'where those stand that were taken up' }),
    filter: z.object({
      kind: z.string().optional(),
      cause: z.string().optional(),
      campaign: z.string().optional(),
      since: Instant.optional(),
    }),
    perSecond: z.number(),
    by: z.string(),
    createdAt: Instant,
    endedAt: Instant.optional(),
  })
  .meta({ id: 'Replay' })

export const Replays = z.object({ replays: z.array(Replay) })
