import { z } from 'zod'
import { outcomes } from '../campaigns/vocabulary.ts'
import { Warning } from './campaign.ts'
import { effectKinds, word } from './words.ts'

const Rule = z.object({ rule: z.string(), kind: word(effectKinds) })
const RuleCount = Rule.extend({ count: z.number() })
const Named = z.object({ journey: z.string(), leadId: z.string() })

const Changes = z.object({
  added: z.number(),
  removed: z.number(),
  same: z.number(),
  reworded: z.number(),
  notSent: z.number(),
})

/** What rules would have sent after past calls. */
export const DryRun = z
  .object({
    campaign: z.string(),
    journeys: z.number(),
    calls: z.number(),
    leftOut: z.number(),
    isWhole: z.boolean(),
    wouldFire: z.array(
      RuleCount.extend({ sample: z.array(Named.extend({ outcome: word(outcomes), text: z.string().optional() })) }),
    ),
    changes: Changes.extend({ rules: z.array(Rule.extend(Changes.shape)) }),
    unknown: z.array(RuleCount.extend({ missing: z.array(z.string()), sample: z.array(Named) })),
    refused: z.array(RuleCount.extend({ reason: z.string() })),
    silent: z.array(z.string()),
    warnings: z.array(Warning),
  })
  .meta({ id: 'DryRun' })
