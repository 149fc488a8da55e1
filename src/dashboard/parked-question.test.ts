import { describe, expect, test } from 'vitest'
import type { JourneyView } from '../desk/journey-view.ts'
import {
  consequencesOf,
  needsLead,
  needsOutcome,
  type Question,
  questionOf,
  takesInteraction,
} from './parked-question.ts'

const at = '2026-12-01T09:00:00.000Z'
const key = 'call:jrn_00_a:2'

function journey(more: Partial<JourneyView>, effect: Partial<JourneyView['effects'][number]> = {}): JourneyView {
  return {
    id: 'jrn_00_a',
    campaign: 'roof',
    leadId: 'lead_1',
    state: 'parked',
    createdAt: at,
    eventId: 'event_1',
    attempts: [],
    effects: [{ key, rule: '2', kind: 'call', state: 'parked', tries: 1, why: 'nobody knows', ...effect }],
    steps: [],
    timezones: ['America/New_York'],
    timeline: [],
    ...more,
  }
}

function attempt(state: JourneyView['attempts'][number]['state'], more = {}): JourneyView['attempts'][number] {
  return { number: 2, state, intendedAt: at, ...more }
}

function ask(view: JourneyView): Question {
  const question = questionOf(view, key)
  if (question === undefined) throw new Error('no question')
  return question
}

const told = (question: Question, happened: boolean) => {
  const { points, risk = '' } = consequencesOf(question, happened)
  return [...points, risk].join(' ')
}

describe('a call', () => {
  test('whose answer was lost can be followed by its id, ends without one, or is placed again', () => {
    const question = ask(journey({ attempts: [attempt('unknown')] }))
    expect(question).toMatchObject({ standing: 'lost', isOpen: true, name: 'Call 2' })
    expect([takesInteraction(question, true), takesInteraction(question, false)]).toEqual([true, false])
    expect(needsOutcome(question, true)).toBe(false)
    expect(told(question, true)).toMatch(/followed to its end.*ends as timed out and nobody is called again/)
    expect(told(question, false)).toMatch(/^Lead lead_1 is called again at the next open moment\..*called twice\.$/)
  })

  test('that is live keeps the id that is known of it', () => {
    expect(ask(journey({ attempts: [attempt('live', { interactionId: 'int_1' })] }))).toMatchObject({
      standing: 'lost',
      interactionId: 'int_1',
    })
  })

  test('that is over is given its meaning, or followed by the next one', () => {
    const question = ask(journey({ attempts: [attempt('ended', { outcome: 'unmapped', status: 'weird' })] }))
    expect(question).toMatchObject({ standing: 'over', status: 'weird' })
    expect([needsOutcome(question, true), needsOutcome(question, false)]).toEqual([true, false])
    expect(takesInteraction(question, true)).toBe(false)
    expect(told(question, false)).toContain('called again at the next open moment: call 3.')
  })

  test('that was never asked for has nothing to follow', () => {
    const question = ask(journey({}, { tries: 0 }))
    expect(question.standing).toBe('unasked')
    expect(takesInteraction(question, true)).toBe(false)
    expect(told(question, true)).toContain('nothing to follow')
  })

  test('of a stopped journey is not placed again', () => {
    const question = ask(journey({ reason: 'cancelled', attempts: [attempt('unknown')] }))
    expect(told(question, false)).toBe(
      'Lead lead_1 is not called again, for the journey was stopped: it was cancelled. ',
    )
  })
})

test('of a lead whose creation is not known, the id is needed where it happened, and nothing else', () => {
  const view = journey({ leadId: '' }, { kind: 'lead', rule: '1' })
  const question = ask(view)
  expect(question).toMatchObject({ standing: 'lost', title: 'Creation of the lead' })
  expect([needsLead(question, true), needsLead(question, false)]).toEqual([true, false])
  expect(takesInteraction(question, true) || needsOutcome(question, true)).toBe(false)
  expect(told(question, true)).toContain('The lead is called at the next open moment.')
  expect(told(question, false)).toMatch(/told of the lead again.*the vendor has it twice\.$/)
  const stopped = ask({ ...view, reason: 'cancelled' })
  expect(told(stopped, true)).toContain('The lead is not called')
  expect(told(stopped, false)).toMatch(/^The vendor is not told of the lead again/)
})

test.each([
  ['sms', 'thanks', true, 'Text “thanks” counts as sent. It is not sent again.'],
  ['sms', 'thanks', false, 'Text “thanks” is sent again.'],
  ['pixel', 'lead', true, 'Pixel “lead” counts as fired. It is not fired again.'],
  ['pixel', 'lead', false, 'Pixel “lead” is fired again.'],
])('%s “%s”, happened: %s: %s', (kind, rule, happened, first) => {
  const question = ask(journey({}, { kind: kind as 'sms', rule }))
  expect(consequencesOf(question, happened).points[0]).toBe(first)
  expect(needsOutcome(question, happened) || takesInteraction(question, happened)).toBe(false)
})

test('a hand-over counts and its calls are looked for, or it is made again; of a stopped journey neither', () => {
  const ask = (more: Partial<JourneyView>) => questionOf(journey(more, { kind: 'handover', rule: 'handover' }), key)
  const question = ask({}) as Question
  expect(question).toMatchObject({ name: 'Hand-over', standing: 'lost', isOpen: true })
  expect(needsOutcome(question, true) || takesInteraction(question, true)).toBe(false)
  expect(told(question, true)).toMatch(/^The lead counts as handed over\..*calls that the dialer has made/)
  expect(told(question, false)).toMatch(/^Lead lead_1 is handed over .* again\..*more often than it should\.$/)
  const stopped = ask({ reason: 'cancelled' }) as Question
  expect(told(stopped, true)).toContain('not looked for')
  expect(told(stopped, false)).toMatch(/^Lead lead_1 is not handed over again/)
})

test('an effect that its journey does not have is no question; one that is decided is no open one', () => {
  expect(questionOf(journey({}), 'call:jrn_00_a:3')).toBeUndefined()
  expect(ask(journey({}, { state: 'done' })).isOpen).toBe(false)
})

test('of several times that it was parked the last one counts', () => {
  const line = (when: string) => ({ at: when, what: 'effect.parked', effect: key })
  const other = { at: '2026-12-01T12:00:00.000Z', what: 'effect.parked', effect: 'call:jrn_00_a:1' }
  const timeline = [line(at), line('2026-12-01T10:00:00.000Z'), other]
  expect(ask(journey({ timeline })).askedAt).toBe('2026-12-01T10:00:00.000Z')
})
