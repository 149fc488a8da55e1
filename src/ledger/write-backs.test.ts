import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createKeys } from '../redis/keys.ts'
import { Draft } from './draft.ts'
import type { Attempt, Effect, Journey } from './journey.ts'
import { isCurrent, isNotWritten, isWriteRefused, isWritten, keepRecords, planWriteBack } from './write-backs.ts'

const DAY_MS = 24 * 3_600_000
const keys = createKeys('x').shard('00')
const error = { code: 'HTTP_500', class: 'UnavailableError', message: 'no', status: 500 }
const both = { writeBack: { submission: true, lead: true } }

const ended = (number: number): Attempt => ({ number, state: 'ended', intendedAt: 0, endedAt: 1 })
const call = (number: number, state: Effect['state']): Effect => ({
  ...{ key: `call:j:${number}`, kind: 'call', rule: `${number}`, state, tries: 1, plannedAt: 0 },
})

function draftOf(more: Partial<Journey> = {}, now = 1_000): Draft {
  const journey: Journey = {
    ...{ id: 'jrn_00_0123456789abcdef0123', version: 1, campaign: 'roof', provider: 'leadsail', leadId: 'lead_1' },
    ...{ person: 'p', test: false, eventId: 'e', joinedEvents: [], zones: [], steps: [], createdAt: 0 },
    ...{ attempts: [ended(1)], effects: [call(1, 'done')], outcome: 'no_answer' },
    private: { submissionId: 'sub_1' },
    ...structuredClone(more),
  }
  return new Draft({ journey, keys, now })
}

/** What is planned to be written after an attempt has ended. */
function planned(draft: Draft, wanted = both): [string | undefined, string[]] {
  keepRecords(draft, wanted)
  planWriteBack(draft)
  return [draft.journey.writeBack?.status, draft.journey.steps.map(({ kind, ref }) => `${kind} ${ref}`).sort()]
}

test('the records that the campaign names are written, and those of a test are not', () => {
  expect(planned(draftOf())).toEqual(['no_contact', ['write lead', 'write submission']])
  expect(planned(draftOf(), { writeBack: { submission: false, lead: true } })).toEqual(['no_contact', ['write lead']])
  expect(planned(draftOf(), { writeBack: { submission: false, lead: false } })).toEqual([undefined, []])
  expect(planned(draftOf({ test: true }))).toEqual([undefined, []])
})

test('without a submission the lead alone is written, and the timeline says so once', () => {
  const draft = draftOf({ private: {} })
  expect(planned(draft)).toEqual(['no_contact', ['write lead']])
  planned(draft)
  expect(draft.notes.map(({ what }) => what)).toEqual(['write_back.skipped'])
})

test.each<[string, Partial<Journey>, string]>([
  ['no further call is planned', {}, 'no_contact'],
  ['another one is planned', { effects: [call(1, 'done'), call(2, 'planned')] }, 'no_answer'],
  ['nobody knows whether there was another', { effects: [call(1, 'done'), call(2, 'parked')] }, 'no_answer'],
  ['another one was called off', { effects: [call(1, 'done'), call(2, 'skipped')] }, 'no_contact'],
  [
    'another one goes on',
    { attempts: [ended(1), { number: 2, state: 'live', intendedAt: 5 }], effects: [call(2, 'done')] },
    'no_answer',
  ],
  ["the vendor's dialer may call", { steps: [{ kind: 'walk', ref: '2', dueAt: 9, tries: 0 }] }, 'no_answer'],
])('a lead that was not reached while %s is told as such', (_, more, status) => {
  expect(planned(draftOf(more))[0]).toBe(status)
})

test('what the records say already is not written again, and what nobody understood changes nothing', () => {
  const writeBack = { targets: ['lead' as const], status: 'contacted' as const, until: 5 }
  const same = draftOf({ writeBack, outcome: 'answered' })
  planWriteBack(same)
  expect(same.journey).toMatchObject({ steps: [], writeBack })
  for (const outcome of ['timed_out', 'unmapped'] as const) {
    const unknown = draftOf({ writeBack, outcome })
    planWriteBack(unknown)
    expect(unknown.journey).toMatchObject({ steps: [], writeBack })
  }
  const other = draftOf({ writeBack: { ...writeBack, errors: { lead: error } }, outcome: 'qualified' })
  planWriteBack(other)
  expect(other.journey.writeBack).toEqual({ targets: ['lead'], status: 'qualified', until: 1_000 + 3 * DAY_MS })
})

test('a try for what is no longer to be said, or that was written down already, counts for nothing', () => {
  const draft = draftOf()
  planned(draft)
  const write = { target: 'lead', status: 'no_contact', tries: 1 } as const
  expect(isCurrent(draft, write)).toBe(true)
  expect(isCurrent(draft, { ...write, status: 'no_answer' })).toBe(false)
  isNotWritten(draft, write, 2_000, error)
  expect(isCurrent(draft, write)).toBe(false)
  expect(isCurrent(draft, { ...write, tries: 2 })).toBe(true)
  isWritten(draft, { ...write, tries: 2 })
  expect(isCurrent(draft, { ...write, tries: 3 })).toBe(false)
  expect(draft.step('write', 'submission')).toBeDefined()
  expect(draft.journey.writeBack).not.toHaveProperty('errors')
})

test('what the vendor refuses is left, and the record of why stays', () => {
  const draft = draftOf()
  planned(draft)
  isWriteRefused(draft, { target: 'submission', status: 'no_contact', tries: 1 }, error)
  expect(draft.journey.writeBack).toMatchObject({ errors: { submission: error } })
  expect(draft.journey.steps.map(({ ref }) => ref)).toEqual(['lead'])
})

test('however long each wait, it is tried for three days and at their end, and then given up', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: DAY_MS / 20, max: 2 * DAY_MS }), { minLength: 1, maxLength: 20 }), waits => {
      const first = draftOf()
      planned(first, { writeBack: { submission: false, lead: true } })
      let { journey, now } = first
      for (let tries = 1; ; tries += 1) {
        const draft = new Draft({ before: journey, journey: structuredClone(journey), keys, now })
        const again = now + (waits[tries % waits.length] ?? DAY_MS)
        const result = isNotWritten(draft, { target: 'lead', status: 'no_contact', tries }, again, error)
        expect(draft.notes.length).toBe(tries === 1 || result === 'given_up' ? 1 : 0)
        if (result === 'given_up') {
          expect(now).toBe(1_000 + 3 * DAY_MS)
          expect(draft.journey).toMatchObject({ steps: [], writeBack: { errors: { lead: error } } })
          return
        }
        const dueAt = draft.step('write', 'lead')?.dueAt ?? 0
        expect(dueAt).toBeGreaterThan(now)
        journey = draft.journey
        now = dueAt
      }
    }),
  )
})
