import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Campaign, FollowUp, PixelAct, TextAct } from '../campaigns/campaign.ts'
import { createKeys } from '../redis/keys.ts'
import { Draft } from './draft.ts'
import { plannedEffect, skipEffect, stepOfEffect } from './effects.ts'
import { callOffTexts, followAsLast, followExtracted, planFollowUps } from './follow-ups.ts'
import { type Attempt, type Effect, type Journey, nextAt, stateOf } from './journey.ts'
import { replayEffect, takeBack } from './replay-effect.ts'
import { planAgain } from './resolve.ts'

const HOURS = { week: [], holidays: [] }
const text = (id: string, more: Partial<TextAct> = {}, when: FollowUp['when'] = {}): FollowUp => ({
  id,
  when,
  act: {
    ...{ kind: 'sms', text: id, delayMs: 0, hours: HOURS, cancelOn: ['opt_out'], via: 'leadsail', onUnknown: 'park' },
    ...more,
  },
})

const pixel = (id: string, more: Partial<PixelAct> = {}): FollowUp => ({
  id,
  when: {},
  act: {
    ...{ kind: 'pixel', via: 'meta', pixelId: '1', event: 'Lead', actionSource: 'phone_call', once: 'journey' },
    ...{ retryForMs: 1, onUnknown: 'park', ...more },
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

test('a rule acts once in a journey, whatever the file says of it later', () => {
  const { draft, attempt } = draftAt(1)
  for (const act of [{}, { once: 'lead' as const }, { once: 'journey' as const }, { via: 'tiktok' as const }]) {
    planFollowUps(draft, attempt, rulesOf([]), { followUps: [pixel('paid', act)], undecided: [] })
  }
  expect(draft.journey.effects.map(({ key }) => key)).toEqual(['pixel:jrn_00_0123456789abcdef0123:paid'])
  expect(draft.journey.steps).toMatchObject([{ kind: 'fire', ref: 'paid' }])
  // The same name for another kind of act is another rule.
  planFollowUps(draft, attempt, rulesOf([]), { followUps: [text('paid')], undecided: [] })
  expect(draft.journey.effects.map(({ kind }) => kind)).toEqual(['pixel', 'sms'])
})

test.each<[string, Partial<Effect>, number, boolean]>([
  ['was called off by that attempt', {}, 2, true],
  ['was called off, by the attempt that it follows itself', {}, 1, false],
  ['was tried before', { tries: 1 }, 2, false],
  ['may have arrived before', { unclearSince: 1 }, 2, false],
  ['was called off by a reply', { why: 'the lead has replied' }, 2, false],
  ['was sent', { state: 'done' }, 2, false],
])('a later attempt whose outcome asks for a text that %s', (_, found, number, isPlanned) => {
  const rule = text('missed', { delayMs: 1_000, cancelOn: ['attempt'] })
  const { draft, attempt } = draftAt(1, { endedAt: 1 })
  planFollowUps(draft, attempt, rulesOf([rule]), { followUps: [rule], undecided: [] })
  callOffTexts(draft, rulesOf([rule]), 'attempt')
  const [effect] = draft.journey.effects
  Object.assign(effect ?? {}, { replay: { id: 'rpl_1', at: 1 } }, found)
  const later = { ...attempt, number, endedAt: 5_000 }
  planFollowUps(draft, later, rulesOf([rule]), { followUps: [rule], undecided: [] })
  expect(draft.journey.effects).toHaveLength(1)
  if (isPlanned) {
    const planned = { state: 'planned', attempt: 2, tries: 0, dueAt: 6_000, firstDueAt: 6_000 }
    expect(effect).toMatchObject({ ...planned, key: 'sms:jrn_00_0123456789abcdef0123:missed', replay: { id: 'rpl_1' } })
    expect(effect).not.toHaveProperty('why')
    expect(effect).not.toHaveProperty('endedAt')
    expect(draft.step('text', 'missed')?.dueAt).toBe(6_000)
  } else {
    expect(effect?.state).toBe(found.state ?? 'skipped')
    expect(draft.step('text', 'missed')).toBeUndefined()
  }
})

test('what a text ages from is moved neither by waiting nor by a replay', () => {
  const rule = text('later', { delayMs: 1_000 })
  const { draft, attempt } = draftAt(1, { endedAt: 1 })
  planFollowUps(draft, attempt, rulesOf([rule]), { followUps: [rule], undecided: [] })
  const [effect] = draft.journey.effects
  if (effect === undefined) throw new Error('nothing was planned')
  effect.dueAt = 9_000
  effect.state = 'refused'
  replayEffect(draft, effect, { replay: 'rpl_1', by: 'otto' })
  expect(effect).toMatchObject({ dueAt: 1, firstDueAt: 1_001 })
  expect(takeBack(draft, effect)).toBe(true)
  expect(effect).toMatchObject({ dueAt: 9_000, firstDueAt: 1_001 })
})

/** What can be done to an effect, in any order and however little sense it makes; some of it loses the step. */
const deeds: Record<string, (draft: Draft, effect: Effect) => void> = {
  again: (draft, effect) => planAgain(draft, effect, draft.now, 'a test'),
  replay: (draft, effect) => replayEffect(draft, effect, { replay: 'rpl_1', by: 'otto' }),
  takeBack: (draft, effect) => void takeBack(draft, effect),
  skip: (draft, effect) => skipEffect(draft, effect, 'a test'),
  intend: (draft, effect) => {
    effect.state = 'intended'
    draft.drop(effect.kind === 'sms' ? 'text' : 'fire', effect.rule)
  },
  refuse: (_, effect) => {
    effect.state = 'refused'
  },
  plan: (_, effect) => {
    effect.state = 'planned'
  },
  lose: (draft, effect) => draft.drop(effect.kind === 'sms' ? 'text' : 'fire', effect.rule),
  twin: ({ journey }, effect) => {
    journey.effects.push({ ...effect, key: `${effect.key}:${journey.effects.length}` })
  },
  cancel: ({ journey }) => {
    journey.stop = { reason: 'cancelled' }
  },
}

test('whatever was done in a transition, at its end each planned text and pixel has a step of its own', () => {
  const seen = { restored: 0, twins: 0, calledOff: 0 }
  const done = fc.array(fc.tuple(fc.constantFrom(...Object.keys(deeds)), fc.nat({ max: 3 })), { maxLength: 12 })
  fc.assert(
    fc.property(done, acts => {
      const { draft, attempt } = draftAt(10)
      const rules = [text('thanks'), pixel('paid')]
      planFollowUps(draft, attempt, rulesOf(rules), { followUps: rules, undecided: [] })
      for (const [name, index] of acts) {
        const { effects } = draft.journey
        const effect = effects[index % effects.length]
        if (effect !== undefined) deeds[name]?.(draft, effect)
      }
      draft.close()
      const { journey, notes } = draft
      const planned = journey.effects.filter(({ state }) => state === 'planned')
      for (const { kind, rule } of planned) {
        expect(draft.step(stepOfEffect[kind], rule)).toBeDefined()
        expect(planned.filter(other => other.kind === kind && other.rule === rule)).toHaveLength(1)
        expect(journey.stop).toBeUndefined()
      }
      const isOpen = journey.effects.some(({ state }) => state === 'intended')
      if (stateOf(journey) === 'following_up' && !isOpen) expect(nextAt(journey)).toBeDefined()
      const whys = notes.map(({ why }) => why)
      if (notes.some(({ what }) => what === 'effect.step_restored')) seen.restored += 1
      if (whys.includes('its rule has acted in this journey')) seen.twins += 1
      if (whys.includes('cancelled')) seen.calledOff += 1
      const before = structuredClone(journey)
      draft.close()
      expect(journey).toEqual(before)
    }),
    { numRuns: 500 },
  )
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(20)
})
