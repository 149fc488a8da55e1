import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Campaign, FollowUp, TextAct } from '../campaigns/campaign.ts'
import { createKeys } from '../redis/keys.ts'
import { Draft } from './draft.ts'
import { plannedEffect } from './effects.ts'
import { callOffTexts, followAsLast, followExtracted, planFollowUps } from './follow-ups.ts'
import type { Attempt, Journey } from './journey.ts'

const HOURS = { week: [], holidays: [] }
const text = (id: string, more: Partial<TextAct> = {}, when: FollowUp['when'] = {}): FollowUp => ({
  id,
  when,
  act: {
    ...{ kind: 'sms', text: id, delayMs: 0, hours: HOURS, cancelOn: ['opt_out'], via: 'leadsail', onUnknown: 'park' },
    ...more,
  },
})

function draftAt(now: number, attempt: Partial<Attempt> = {}): { draft: Draft; attempt: Attempt } {
  const ended: Attempt = { number: 1, state: 'ended', intendedAt: 0, outcome: 'answered', ...attempt }
  const journey: Journey = {
    ...{ id: 'jrn_00_0123456789abcdef0123', version: 1, campaign: 'roof', provider: 'leadsail', leadId: 'lead_1' },
    ...{
      person: 'p',
      test: false,
      eventId: 'e',
      joinedEvents: [],
      zones: [],
      attempts: [ended],
      effects: [],
      steps: [],
    },
    ...{ createdAt: 0, private: {} },
  }
  return { draft: new Draft({ journey, keys: createKeys('x').shard('00'), now }), attempt: ended }
}

const rulesOf = (followUps: FollowUp[], settleMs = 0) => ({ followUps, poll: { settleMs } }) as Campaign
const effectsOf = ({ journey }: Draft) => journey.effects.map(({ rule }) => rule)

test('a text is due its delay after the end of the call, however late that was learned, and never in the past', () => {
  const ms = fc.integer({ min: 0, max: 1e9 })
  fc.assert(
    fc.property(ms, ms, ms, ms, (endedAt, lateMs, delayMs, settleMs) => {
      const now = endedAt + lateMs
      const { draft, attempt } = draftAt(now, { endedAt })
      const followUp = text('thanks', { delayMs })
      planFollowUps(draft, attempt, rulesOf([], settleMs), { followUps: [followUp], undecided: [text('rich')] })
      expect(draft.step('text', 'thanks')?.dueAt).toBe(Math.max(now, endedAt + delayMs))
      expect(draft.step('read', '1')?.dueAt).toBe(Math.max(now, endedAt + settleMs))
    }),
  )
})

test('a rule acts once in a journey, and nothing is read for rules that have acted', () => {
  const { draft, attempt } = draftAt(1)
  const [thanks, rich] = [text('thanks'), text('rich', {}, { extracted: { budget: 'high' } })]
  const campaign = rulesOf([thanks, rich])
  planFollowUps(draft, attempt, campaign, { followUps: [thanks], undecided: [rich] })
  planFollowUps(draft, attempt, campaign, { followUps: [thanks], undecided: [] })
  expect(effectsOf(draft)).toEqual(['thanks'])
  expect(attempt.undecided).toBe(true)
  attempt.judgedAs = ['again', 'last']
  followExtracted(draft, attempt, campaign, { budget: 'HIGH' })
  expect(effectsOf(draft)).toEqual(['thanks', 'rich'])
  expect(draft.step('read', '1')).toBeUndefined()
  planFollowUps(draft, attempt, campaign, { followUps: [], undecided: [rich] })
  expect(draft.step('read', '1')).toBeUndefined()
})

test('a call that turned out to be the last is asked about as such, also by what was extracted meanwhile', () => {
  const rules = [
    text('on', {}, { lastAttempt: false }),
    text('gone', {}, { lastAttempt: true }),
    text('rich', {}, { lastAttempt: true, extracted: { budget: 'high' } }),
  ]
  const { draft, attempt } = draftAt(1, { judgedAs: ['again'] })
  followAsLast(draft, attempt, rulesOf(rules))
  expect(effectsOf(draft)).toEqual(['gone'])
  expect(attempt.judgedAs).toEqual(['again', 'last'])
  followExtracted(draft, attempt, rulesOf(rules), { budget: 'high' })
  expect(effectsOf(draft).sort()).toEqual(['gone', 'on', 'rich'])

  const known = draftAt(1, { judgedAs: ['again'] })
  known.draft.journey.private.extracted = { 1: { budget: 'high' } }
  followAsLast(known.draft, known.attempt, rulesOf(rules))
  expect(effectsOf(known.draft)).toEqual(['gone', 'rich'])
  expect(known.draft.step('read', '1')).toBeUndefined()
})

test('texts are called off where their rule says so and they have not gone out', () => {
  const { draft, attempt } = draftAt(1)
  const rules = [
    text('on-reply', { cancelOn: ['reply'] }),
    text('on-both', { cancelOn: ['reply', 'attempt'] }),
    text('on-attempt', { cancelOn: ['attempt'] }),
    text('never', { cancelOn: [] }),
  ]
  planFollowUps(draft, attempt, rulesOf(rules), { followUps: rules, undecided: [] })
  const key = 'sms:of-no-rule'
  draft.journey.effects.push(plannedEffect({ key, kind: 'sms', rule: 'removed', plannedAt: 0 }))
  const sent = draft.journey.effects.find(({ rule }) => rule === 'on-both')
  if (sent !== undefined) sent.state = 'intended'
  callOffTexts(draft, rulesOf(rules), 'attempt')
  expect(draft.journey.effects.map(({ rule, state, why }) => [rule, state, why])).toEqual([
    ['on-reply', 'planned', undefined],
    ['on-both', 'intended', undefined],
    ['on-attempt', 'skipped', 'another call was made'],
    ['never', 'planned', undefined],
    ['removed', 'planned', undefined],
  ])
  expect(draft.step('text', 'on-attempt')).toBeUndefined()
})
