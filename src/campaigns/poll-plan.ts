import type { PollRules } from './campaign.ts'

export interface PollQuestion {
  poll: Pick<PollRules, 'firstMs' | 'minMs' | 'maxMs' | 'deadlineMs'>
  /** When the call was placed. */
  placedAt: number
  /** When it was last looked at, if it was. */
  lastPollAt: number | undefined
  nowMs: number
}

/**
 * When to look at a live call next. First `firstMs` after it was placed, then a quarter of its age later each time,
 * within `minMs` and `maxMs`: the longer a call has lasted, the longer it is likely to go on. Never later than the
 * deadline, at which the caller gives the call up; otherwise never before `nowMs`.
 */
export function nextPollAt({ poll, placedAt, lastPollAt, nowMs }: PollQuestion): number {
  const wanted =
    lastPollAt === undefined
      ? placedAt + poll.firstMs
      : lastPollAt + Math.min(Math.max((lastPollAt - placedAt) / 4, poll.minMs), poll.maxMs)
  return Math.min(Math.max(Math.round(wanted), nowMs), placedAt + poll.deadlineMs)
}
