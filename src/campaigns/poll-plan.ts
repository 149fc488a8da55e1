import type { PollRules } from './campaign.ts'
import { nextAgeMs, type PollTable } from './poll-table.ts'

export interface PollQuestion {
  poll: Pick<PollRules, 'firstMs' | 'minMs' | 'maxMs' | 'deadlineMs'>
  /** When the call was placed. */
  placedAt: number
  /** When it was taken up, where it began without us: its deadline counts from then. */
  takenAt?: number | undefined
  /** When it was last looked at, if it was. */
  lastPollAt: number | undefined
  nowMs: number
  /** Before the last look somebody had said that the call was over: the vendor's own record may be a moment behind. */
  isHinted?: boolean
  /** What was learned from the campaign's earlier calls, where they are enough. */
  table?: PollTable | undefined
}

/**
 * When to look at a live call next. Where the lengths of earlier calls are known: when it has probably just ended, the
 * first time no sooner than `firstMs`. Otherwise first `firstMs` after it was placed, then a quarter of its age later each
 * time: the longer a call has lasted, the longer it is likely to go on. Gaps lie within `minMs` and `maxMs`, and after a
 * hint that came too early the gap is `minMs`. Never later than the deadline, at which the caller gives the call up;
 * otherwise never before `nowMs`.
 */
export function nextPollAt(question: PollQuestion): number {
  const { poll, placedAt, takenAt = placedAt, lastPollAt, nowMs } = question
  const wanted = lastPollAt === undefined ? placedAt + firstMs(question) : lastPollAt + gapMs(question, lastPollAt)
  return Math.min(Math.max(wanted, nowMs), takenAt + poll.deadlineMs)
}

function firstMs({ poll, table }: PollQuestion): number {
  return Math.round(table?.firstMs ?? poll.firstMs)
}

function gapMs({ poll, placedAt, isHinted = false, table }: PollQuestion, lastPollAt: number): number {
  if (isHinted) return poll.minMs
  const ageMs = lastPollAt - placedAt
  const learned = table && nextAgeMs(table, ageMs)
  const gap = Math.round(learned === undefined ? ageMs / 4 : learned - ageMs)
  return Math.min(Math.max(gap, poll.minMs), poll.maxMs)
}
