import type { Campaign, FollowUp, TextAct } from '../campaigns/campaign.ts'
import { type CallFacts, judgeFollowUps } from '../campaigns/follow-ups.ts'
import type { Draft } from './draft.ts'
import { followUpKey, plannedEffect, skipEffect } from './effects.ts'
import type { Attempt, Effect, Journey } from './journey.ts'

/** What the rules of a campaign ask for: planned in the transition that learned enough to tell. */

type Rules = Pick<Campaign, 'followUps' | 'poll'>

/**
 * Plans what follows from a call. Rules that depend on what the vendor has extracted wait for that to be read; nothing
 * else waits for them. It is read once the vendor has had its time to add what it finds out after the end.
 */
export function planFollowUps(
  draft: Draft,
  attempt: Attempt,
  { poll }: Pick<Campaign, 'poll'>,
  { followUps, undecided }: { followUps: readonly FollowUp[]; undecided: readonly FollowUp[] },
): void {
  for (const followUp of followUps) planFollowUp(draft, attempt, followUp)
  if (undecided.every(followUp => hasActed(draft, attempt, followUp))) return
  attempt.undecided = true
  const settledAt = (attempt.endedAt ?? draft.now) + poll.settleMs
  draft.plan('read', String(attempt.number), Math.max(draft.now, settledAt))
}

/** The call turned out to have been the last: rules are asked about it once more, as such. */
export function followAsLast(draft: Draft, attempt: Attempt, campaign: Rules): void {
  attempt.judgedAs = [...(attempt.judgedAs ?? []), 'last']
  const facts = { ...callFacts(draft.journey, attempt), isLastAttempt: true }
  const { matched, undecided } = judgeFollowUps(campaign.followUps, facts)
  const after = { followUps: matched, undecided: undecided.map(({ followUp }) => followUp) }
  planFollowUps(draft, attempt, campaign, after)
}

/** What the vendor has extracted is known: it is kept, and the rules that waited for it are asked. */
export function followExtracted(
  draft: Draft,
  attempt: Attempt,
  { followUps }: Pick<Campaign, 'followUps'>,
  extracted: Readonly<Record<string, string>>,
): void {
  draft.drop('read', String(attempt.number))
  delete attempt.undecided
  keepExtracted(draft, attempt, extracted)
  draft.note('extracted.read', { attempt: attempt.number, fields: Object.keys(extracted).length })
  for (const judgedAs of attempt.judgedAs ?? []) {
    const facts = { ...callFacts(draft.journey, attempt), isLastAttempt: judgedAs === 'last' }
    for (const followUp of judgeFollowUps(followUps, facts).matched) planFollowUp(draft, attempt, followUp)
  }
}

export function keepExtracted(draft: Draft, { number }: Attempt, extracted: Readonly<Record<string, string>>): void {
  const { private: details } = draft.journey
  details.extracted = { ...details.extracted, [number]: extracted }
}

/** An ended call as its journey keeps it. */
export function callFacts(
  journey: Pick<Journey, 'private'>,
  attempt: Pick<Attempt, 'number' | 'outcome' | 'talkMs' | 'spokenTo'>,
): CallFacts {
  const { number, outcome = 'unmapped', talkMs, spokenTo } = attempt
  const { summaries, extracted } = journey.private
  const known = extracted?.[number]
  const facts: CallFacts = { outcome, talkMs, spokenTo, summary: summaries?.[number], extracted: known }
  return known === undefined ? { ...facts, unknown: ['extracted'] } : facts
}

/** Texts that have not gone out, and that their rules call off when this happens. */
export function callOffTexts(
  draft: Draft,
  { followUps }: Pick<Campaign, 'followUps'>,
  what: TextAct['cancelOn'][number],
  why: string = calledOffBecause[what],
): void {
  for (const effect of draft.journey.effects) {
    if (effect.kind !== 'sms' || effect.state !== 'planned') continue
    const act = followUps.find(({ id }) => id === effect.rule)?.act
    if (act?.kind === 'sms' && act.cancelOn.includes(what)) skipEffect(draft, effect, why)
  }
}

export const calledOffBecause: Record<TextAct['cancelOn'][number], string> = {
  opt_out: 'the lead has opted out',
  reply: 'the lead has replied',
  attempt: 'another call was made',
}

/** What a rule has asked for in this journey, under whatever key: the file may have changed since. */
function askedBy({ journey }: Draft, { id, act }: FollowUp): Effect | undefined {
  return journey.effects.find(({ kind, rule }) => kind === act.kind && rule === id)
}

/** One rule acts once per journey, however many attempts ask for it. */
function hasActed(draft: Draft, attempt: Attempt, followUp: FollowUp): boolean {
  const asked = askedBy(draft, followUp)
  return asked !== undefined && !isForgone(asked, attempt)
}

/** Called off for a later attempt before anything was sent: that attempt may ask for it as well. */
function isForgone({ state, why, tries, unclearSince, attempt = 0 }: Effect, { number }: Attempt): boolean {
  const isCalledOff = state === 'skipped' && why === calledOffBecause.attempt
  return isCalledOff && tries === 0 && unclearSince === undefined && number > attempt
}

function planFollowUp(draft: Draft, attempt: Attempt, followUp: FollowUp): void {
  if (hasActed(draft, attempt, followUp)) return
  const { journey, now } = draft
  const { act, id: rule } = followUp
  // What was learned late about a call is late for its follow-up, not another delay.
  const dueAt = act.kind === 'sms' ? Math.max(now, (attempt.endedAt ?? now) + act.delayMs) : now
  const forgone = askedBy(draft, followUp)
  const key = forgone?.key ?? followUpKey(journey, followUp)
  const planned = {
    ...plannedEffect({ key, kind: act.kind, rule, plannedAt: now, attempt: attempt.number }),
    ...{ dueAt, firstDueAt: dueAt },
  }
  if (forgone === undefined) {
    journey.effects.push(planned)
  } else {
    delete forgone.why
    delete forgone.endedAt
    Object.assign(forgone, planned)
  }
  draft.plan(act.kind === 'sms' ? 'text' : 'fire', rule, dueAt)
  draft.note(`${act.kind}.planned`, { effect: key, dueAt })
}
