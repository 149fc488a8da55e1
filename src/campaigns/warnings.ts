import type { FieldFault } from './between-fields.ts'
import type { Campaign, FollowUp } from './campaign.ts'
import { neverReached } from './rule-reach.ts'
import { smsWarnings } from './sms-forecast.ts'

const known = new WeakMap<Campaign, readonly FieldFault[]>()

/** What is allowed in a campaign and hardly meant so. Paths are those of its file. */
export function warningsOf(campaign: Campaign): readonly FieldFault[] {
  let warnings = known.get(campaign)
  if (warnings === undefined) {
    warnings = campaign.followUps.flatMap((followUp, index) =>
      [...ruleWarnings(followUp, campaign)].map(({ path, reason }) => ({
        path: ['followUps', index, ...path],
        reason,
      })),
    )
    known.set(campaign, warnings)
  }
  return warnings
}

function* ruleWarnings({ when, act }: FollowUp, campaign: Campaign): Generator<FieldFault> {
  const { provider, outcomes, mode, dial, test } = campaign
  const reach = { provider, outcomes, mode, maxAttempts: dial.maxAttempts, retry: dial.retryMs }
  const never = when.outcome && neverReached(when.outcome, reach)
  if (never !== undefined) yield { path: ['when', 'outcome'], reason: never }
  if (act.kind === 'sms') {
    for (const reason of smsWarnings(act.text, campaign)) yield { path: ['sms', 'text'], reason }
  } else if (test && act.testEventCode === undefined) {
    yield {
      path: ['pixel'],
      reason: 'is never fired: the campaign is in test mode, and the pixel has no testEventCode',
    }
  } else if (!test && act.testEventCode !== undefined) {
    yield { path: ['pixel', 'testEventCode'], reason: 'makes a test of every conversion of a campaign that is none' }
  }
}
