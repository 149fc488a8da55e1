import type { Campaign } from '../campaigns/campaign.ts'
import { type LeadStatus, leadStatusAfter } from '../campaigns/lead-status.ts'
import type { Draft } from './draft.ts'
import { type EffectError, isHolding, type Journey } from './journey.ts'

/**
 * That the vendor's own records say what came of a journey. The step that writes is planned in the very transition after
 * which the record would be wrong, and keeps the journey from nothing: it goes its way whether it is written or not.
 */

/** How long a status is written again and again before it is given up: over a weekend. */
const WRITE_FOR_MS = 3 * 24 * 3_600_000

export const writeTargets = ['submission', 'lead'] as const
export type WriteTarget = (typeof writeTargets)[number]

/** What the vendor is to be told in return. */
export interface WriteBack {
  /** The records that are written. */
  targets: WriteTarget[]
  /** What they are to say: the last status that was planned. */
  status?: LeadStatus
  /** Until when it is tried. */
  until: number
  /** Why the last try for a record failed. */
  errors?: Partial<Record<WriteTarget, EffectError>>
}

/** An attempt has ended: from now on the campaign's records follow the journey. Of a test the vendor is told nothing. */
export function keepRecords(draft: Draft, { writeBack: wanted }: Pick<Campaign, 'writeBack'>): void {
  const { journey } = draft
  const asked = journey.test ? [] : writeTargets.filter(target => wanted[target])
  const targets = asked.filter(target => recordId(journey, target) !== undefined)
  if (targets.length < asked.length && journey.writeBack === undefined) {
    draft.note('write_back.skipped', { target: 'submission', why: 'no submission of this lead is known' })
  }
  if (asked.length > 0) journey.writeBack = { until: draft.now, ...journey.writeBack, targets }
  else delete journey.writeBack
}

/** Plans that the records say what this transition has made of the lead; what they say already is not written again. */
export function planWriteBack(draft: Draft): void {
  const { journey, now } = draft
  const { writeBack, outcome } = journey
  if (writeBack === undefined || outcome === undefined) return
  const status = leadStatusAfter(outcome, !mayBeCalledAgain(journey))
  if (status === undefined || status === writeBack.status) return
  journey.writeBack = { targets: writeBack.targets, status, until: now + WRITE_FOR_MS }
  for (const target of writeBack.targets) draft.plan('write', target, now)
}

function mayBeCalledAgain({ steps, effects, attempts }: Journey): boolean {
  const lastCall = effects.findLast(({ kind }) => kind === 'call')?.state
  return (
    steps.some(({ kind }) => kind === 'dial' || kind === 'handover' || kind === 'walk') ||
    attempts.some(isHolding) ||
    ['planned', 'intended', 'unknown', 'parked'].includes(lastCall ?? '')
  )
}

/** By which the vendor knows a record. */
export function recordId({ leadId, private: { submissionId } }: Journey, target: WriteTarget): string | undefined {
  const id = target === 'lead' ? leadId : submissionId
  return id === '' ? undefined : id
}

/** A try, and of which status: another one may have come up since. */
export interface WriteTry {
  target: WriteTarget
  status: LeadStatus
  tries: number
}

/** Whether a try is still about what the record is to say. */
export function isCurrent(draft: Draft, { target, status, tries }: WriteTry): boolean {
  const step = draft.step('write', target)
  return draft.journey.writeBack?.status === status && step !== undefined && step.tries < tries
}

export function isWritten(draft: Draft, { target, status, tries }: WriteTry): void {
  settle(draft, target)
  draft.note('write_back.done', { target, status, try: tries })
}

/** The vendor has refused to write this. */
export function isWriteRefused(draft: Draft, { target, status, tries }: WriteTry, error: EffectError): void {
  settle(draft, target, error)
  draft.note('write_back.refused', { target, status, try: tries, code: error.code, error: error.message })
}

/** A try that failed: again later, for the last time at the end of its time, and then never again. */
export function isNotWritten(
  draft: Draft,
  { target, status, tries }: WriteTry,
  again: number,
  error: EffectError,
): 'put_off' | 'given_up' {
  const { writeBack } = draft.journey
  const told = { target, status, try: tries, code: error.code }
  if (writeBack === undefined || draft.now >= writeBack.until) {
    settle(draft, target, error)
    draft.note('write_back.given_up', told)
    return 'given_up'
  }
  // A vendor that is away for hours is one line, not one for each try.
  if (writeBack.errors?.[target]?.code !== error.code) draft.note('write_back.put_off', told)
  writeBack.errors = { ...writeBack.errors, [target]: error }
  draft.plan('write', target, Math.min(again, writeBack.until), tries)
  return 'put_off'
}

function settle(draft: Draft, target: WriteTarget, error?: EffectError): void {
  draft.drop('write', target)
  const { writeBack } = draft.journey
  if (writeBack === undefined) return
  const { [target]: _, ...others } = writeBack.errors ?? {}
  const errors = error === undefined ? others : { ...others, [target]: error }
  if (Object.keys(errors).length > 0) writeBack.errors = errors
  else delete writeBack.errors
}
