import { bucketOf, type CallLengths } from '../../src/campaigns/call-lengths.ts'
import type { PollRules } from '../../src/campaigns/campaign.ts'
import { estimateEnds } from '../../src/campaigns/ended-by.ts'
import { nextPollAt } from '../../src/campaigns/poll-plan.ts'
import { type PollTable, planLooks } from '../../src/campaigns/poll-table.ts'
import type { NextLook } from './look-costs.ts'

type Poll = Pick<PollRules, 'firstMs' | 'minMs' | 'maxMs' | 'deadlineMs'>

export function lengthsOf(calls: readonly number[]): CallLengths {
  return new Map([...Map.groupBy(calls, bucketOf)].map(([bucket, same]) => [bucket, same.length]))
}

/** The rule for calls that were never seen before: `table` is what was learned of others. */
export function looksBy(poll: Poll, table?: PollTable): NextLook {
  return ageMs => nextPollAt({ poll, placedAt: 0, lastPollAt: ageMs === 0 ? undefined : ageMs, nowMs: ageMs, table })
}

/** The rule that is learned from calls of these lengths. */
export function learnedLooks(calls: readonly number[], poll: Poll): NextLook {
  const known = calls.map(lengthMs => Math.min(lengthMs, poll.deadlineMs))
  return looksBy(poll, planLooks(estimateEnds(lengthsOf(known)), poll))
}
