import { describe, expect, test } from 'vitest'
import { type Evidence, judge } from '../../chaos/judge.ts'

type Journey = Evidence['journeys'][number]
type Call = Evidence['truth']['calls'][number]
type Effect = Journey['effects'][number]

const now = Date.parse('2026-01-05T12:00:00Z')
const at = (ms: number) => new Date(now + ms).toISOString()

const effect = (kind: Effect['kind'], rule: string, state: Effect['state']): Effect => ({
  key: `${kind}:j1:${rule}`,
  ...{ kind, rule, state, tries: 1 },
})

/** A lead who was reached at the first call and thanked, as service and vendor both tell it. */
function flawless() {
  const attempt = { number: 1, state: 'ended', interactionId: 'int_1', outcome: 'answered', status: 'completed' }
  const journey: Journey = {
    ...{ id: 'j1', campaign: 'chaos', leadId: 'lead_1', state: 'done', eventId: 'ev_1', createdAt: at(-9_000) },
    attempts: [{ ...attempt, intendedAt: at(-8_000) } as Journey['attempts'][number]],
    effects: [effect('call', '1', 'done'), effect('sms', 'thanks', 'done'), effect('pixel', 'talk-pixel', 'done')],
    steps: [],
  }
  const truth: Evidence['truth'] = {
    calls: [callOf('int_1')],
    texts: [{ leadId: 'lead_1', text: 'Thanks for talking.' } as Evidence['truth']['texts'][number]],
    pixels: [{ leadId: 'lead_1', eventName: 'Contact' } as Evidence['truth']['pixels'][number]],
    duplicates: null,
  }
  return { journey, truth, accepted: new Map([['lead_1', 'ev_1']]), progress: { total: 1, done: 1 } }
}
type Scene = ReturnType<typeof flawless>

function callOf(interactionId: string, outcome = 'completed') {
  return { interactionId, leadId: 'lead_1', outcome, phone: '+12075550100' } as Call
}

function faultsAfter(change: (scene: Scene) => void): string[] {
  const scene = flawless()
  change(scene)
  const { journey, truth, accepted, progress } = scene
  return judge({ journeys: [journey], truth, accepted, progress, now }).map(({ kind }) => kind)
}

const change = (journey: Journey, rule: string, state: Effect['state']) => {
  journey.effects = journey.effects.map(entry => (entry.rule === rule ? { ...entry, state } : entry))
}

describe('the judge', () => {
  test('finds nothing where service and vendor say the same', () => {
    expect(faultsAfter(() => {})).toEqual([])
  })

  test.each<[what: string, change: (scene: Scene) => void]>([
    [
      'a parked call of which nobody knows, placed or not',
      ({ journey, truth }) => {
        journey.state = 'parked'
        journey.attempts.push({ number: 2, state: 'unknown', intendedAt: at(-1_000) })
        journey.effects.push(effect('call', '2', 'parked'))
        Object.assign(journey.attempts[0] ?? {}, { outcome: 'busy', status: 'busy' })
        journey.effects = journey.effects.filter(({ kind }) => kind === 'call')
        truth.calls = [callOf('int_1', 'busy'), callOf('int_2')]
        Object.assign(truth, { texts: [], pixels: [] })
      },
    ],
    ['a parked text that went out', ({ journey }) => change(journey, 'thanks', 'parked')],
    [
      'a parked text that did not',
      ({ journey, truth }) => {
        change(journey, 'thanks', 'parked')
        truth.texts = []
      },
    ],
  ])('lets pass %s', (_what, alter) => {
    expect(
      faultsAfter(scene => {
        alter(scene)
        scene.journey.state = 'parked'
        scene.progress = { total: 1, done: 0, parked: 1 } as Scene['progress']
      }),
    ).toEqual([])
  })

  test.each<[what: string, kind: string, change: (scene: Scene) => void]>([
    ['a call of no attempt', 'double call', ({ truth }) => truth.calls.push(callOf('int_2'))],
    [
      'two calls at once to one number',
      'double call',
      ({ truth }) => {
        truth.duplicates = {
          calls: [{ phone: '+12075550100', interactionIds: [] }],
          texts: [],
          pixels: [],
          handOvers: [],
        }
      },
    ],
    ['a second text', 'double text', ({ truth }) => truth.texts.push(...truth.texts)],
    ['a second pixel', 'double pixel', ({ truth }) => truth.pixels.push(...truth.pixels)],
    ['an event without a journey', 'lost event', ({ accepted }) => accepted.set('lead_2', 'ev_2')],
    [
      'a second text although it is parked',
      'double text',
      ({ journey, truth }) => {
        change(journey, 'thanks', 'parked')
        truth.texts.push(...truth.texts)
      },
    ],
    ['a text that is said to be sent and is not', 'lost text', ({ truth }) => Object.assign(truth, { texts: [] })],
    ['a pixel that expired', 'lost pixel', ({ journey }) => change(journey, 'talk-pixel', 'expired')],
    [
      'a text that was never planned',
      'lost text',
      ({ journey, truth }) => {
        journey.effects = journey.effects.filter(({ kind }) => kind !== 'sms')
        truth.texts = []
      },
    ],
    [
      'a retry that the rules ask for',
      'lost attempt',
      ({ journey, truth }) => {
        Object.assign(journey.attempts[0] ?? {}, { outcome: 'callback_requested', status: 'scheduled_callback' })
        Object.assign(truth, { calls: [callOf('int_1', 'scheduled_callback')], texts: [], pixels: [] })
        journey.attempts.push({ number: 2, state: 'ended', outcome: 'busy', status: 'busy', intendedAt: at(0) })
        journey.effects = [effect('call', '1', 'done'), effect('call', '2', 'done')]
      },
    ],
    [
      'an outcome that the call did not have',
      'wrong record',
      ({ truth }) => Object.assign(truth, { calls: [callOf('int_1', 'follow_up')] }),
    ],
    ['counters that differ from the records', 'wrong record', ({ progress }) => Object.assign(progress, { done: 0 })],
    ['an effect that is left open', 'stuck', ({ journey }) => change(journey, 'thanks', 'intended')],
    [
      'a step whose time is long over',
      'stuck',
      ({ journey }) => journey.steps.push({ kind: 'text', ref: 'thanks', dueAt: at(-60_000) }),
    ],
    [
      'a step still to come',
      'unfinished',
      ({ journey }) => journey.steps.push({ kind: 'text', ref: 'thanks', dueAt: at(60_000) }),
    ],
  ])('sees %s', (_what, kind, alter) => {
    expect(faultsAfter(alter)).toContain(kind)
  })
})
