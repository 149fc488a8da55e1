import fc from 'fast-check'
import { expect, it } from 'vitest'
import { followUpKey } from './effects.ts'
import type { Identity } from './identity.ts'
import type { Attempt, Effect, Journey } from './journey.ts'
import { attemptStates, effectKinds, effectStates } from './journey.ts'
import { stripEntry, stripPerson } from './strip-person.ts'

const NOW = 1_000_000
const identity = {
  erasedLead: () => 'erased_0123456789abcdef0123',
  erasedInteraction: (id: string) => (id.startsWith('erased_') ? id : 'erased_fedcba98765432100123'),
} as unknown as Identity

/** Wherever it is found, somebody is known by it. */
const SIGN = 'Zebulon'
const words = fc.constantFrom(`${SIGN} said so`, `vendor: no ${SIGN} here`, SIGN)

const attempt = fc.record({
  number: fc.integer({ min: 1, max: 4 }),
  state: fc.constantFrom(...attemptStates),
  interactionId: fc.option(fc.constant(`int_${SIGN}`), { nil: undefined }),
  conversationId: words,
  messageId: words,
  intendedAt: fc.nat(),
})
const effect = fc.record({
  kind: fc.constantFrom(...effectKinds),
  rule: fc.constantFrom('1', '2', 'thanks', 'pixel'),
  state: fc.constantFrom(...effectStates),
  tries: fc.nat(3),
  plannedAt: fc.nat(),
  why: words,
  result: fc.constant({ messageId: SIGN, segments: 2, event: 'Lead' }),
  error: fc.constant({ code: 'NO_LEAD', class: 'RejectedError', message: `no ${SIGN}` }),
  failure: fc.record({ cause: words, class: words, firstAt: fc.nat(), lastAt: fc.nat() }),
  isOnce: fc.boolean(),
})

const journeys = fc
  .record({ attempts: fc.array(attempt, { maxLength: 4 }), effects: fc.array(effect, { maxLength: 5 }) })
  .map(({ attempts, effects }): Journey => {
    const base = {
      id: 'jrn_01_0123456789abcdef0123',
      provider: 'leadsail',
      leadId: `lead_${SIGN}`,
      campaign: 'roof',
    } as const
    return {
      ...{ ...base, version: 1, person: 'f00d', test: false, eventId: 'e', joinedEvents: [], zones: ['Europe/Berlin'] },
      createdAt: 0,
      stop: { reason: 'refused', detail: `no ${SIGN}` },
      writeBack: { targets: ['lead'], until: 1 },
      attempts: attempts.map((entry, at) => ({ ...entry, number: at + 1 }) as Attempt),
      effects: effects.map(({ isOnce, ...entry }): Effect => {
        const act = isOnce ? { kind: 'pixel', once: 'lead' } : { kind: entry.kind }
        const key = followUpKey({ ...base, test: false }, { id: entry.rule, act } as Parameters<typeof followUpKey>[1])
        return { ...entry, kind: isOnce ? 'pixel' : entry.kind, key }
      }),
      steps: [
        { kind: 'dial', ref: '2', dueAt: 1, tries: 0 },
        { kind: 'poll', ref: '1', dueAt: 1, tries: 0 },
        { kind: 'reconcile', ref: `pixel:leadsail/lead_${SIGN}:roof/pixel`, dueAt: 1, tries: 0 },
      ],
      private: { phone: '+12025550123', firstName: SIGN, texts: { thanks: `Hi ${SIGN}` } },
    }
  })

it('leaves nothing of the person, whatever its journey holds, but the name of a call that is followed', () => {
  fc.assert(
    fc.property(journeys, journey => {
      stripPerson(journey, identity, NOW)
      const followed = journey.attempts.filter(({ state }) => state === 'live')
      for (const call of followed) expect(call.interactionId).toBe(`int_${SIGN}`)
      const others = { ...journey, attempts: journey.attempts.map(({ interactionId: _, ...rest }) => rest) }
      expect(JSON.stringify(others)).not.toContain(SIGN)
      for (const call of journey.attempts.filter(({ state }) => state !== 'live')) {
        expect(call.interactionId ?? '').not.toContain(SIGN)
      }
      expect(journey.private).toEqual({})
      // Nothing is left to be done but to follow what is going on.
      expect(journey.steps.every(({ kind }) => kind === 'poll')).toBe(true)
      expect(journey.steps.length).toBeLessThanOrEqual(followed.length)
      expect(journey.effects.every(({ state }) => !['planned', 'intended', 'unknown', 'parked'].includes(state))).toBe(
        true,
      )
    }),
    { numRuns: 1_000 },
  )
})

it('comes to the same when it is done again', () => {
  fc.assert(
    fc.property(journeys, journey => {
      stripPerson(journey, identity, NOW)
      const once = structuredClone(journey)
      stripPerson(journey, identity, NOW + 1)
      expect(journey).toEqual(once)
    }),
    { numRuns: 500 },
  )
})

it('does not free what may have happened for somebody else to do', () => {
  fc.assert(
    fc.property(journeys, journey => {
      const open = journey.effects.flatMap(({ state, kind }, at) =>
        ['intended', 'unknown', 'parked'].includes(state) && kind !== 'call' ? [at] : [],
      )
      stripPerson(journey, identity, NOW)
      for (const at of open) expect(journey.effects[at]?.unclearSince).toBeDefined()
    }),
  )
})

it.each([
  [
    { what: 'call.ended', attempt: 1, outcome: 'qualified', status: 'qualified', talkMs: 3 },
    { attempt: 1, outcome: 'qualified', status: 'qualified', talkMs: 3 },
  ],
  [{ what: 'call.done', effect: 'call:j:1', interactionId: 'int_5' }, { effect: 'call:j:1' }],
  [
    { what: 'effect.decided', effect: 'gone', happened: true, by: 'Otto K', note: 'asked Zebulon' },
    { happened: true, by: 'Otto K' },
  ],
  [
    { what: 'sms.refused', code: 'NO_LEAD', status: 400, error: 'no lead Zebulon' },
    { code: 'NO_LEAD', status: 400 },
  ],
  [
    { what: 'journey.opened', event: 'api_1', campaign: 'roof', zones: ['Europe/Berlin'] },
    { event: 'api_1', campaign: 'roof' },
  ],
  [{ what: 'lead.done', leadId: 'Lead-7', how: "found in the vendor's list" }, {}],
])('keeps of %j what says nothing of anybody', ({ what, ...facts }, kept) => {
  const keyNow = (key: string) => (key === 'gone' ? undefined : key)
  expect(stripEntry({ at: 1, what, ...facts }, keyNow)).toEqual({ at: 1, what, ...kept })
})
