import fc from 'fast-check'
import { expect, test } from 'vitest'
import { outcomes, stopReasons } from '../campaigns/vocabulary.ts'
import { createKeys } from '../redis/keys.ts'
import { Draft } from './draft.ts'
import { type Effect, effectStates, type Journey, type Step, stateOf } from './journey.ts'
import { journeyCommands } from './journey-commands.ts'

const keys = createKeys('p').shard('07')
const tally = keys.tally('roof')

const pixel = (state: Effect['state']): Effect => ({
  ...{ key: 'pixel:j:thanks', kind: 'pixel', rule: 'thanks', state },
  ...{ tries: 0, plannedAt: 1 },
})
const journey = (test: boolean, more: Partial<Journey>): Journey => ({
  ...{ id: 'jrn_07_1', version: 1, campaign: 'roof', provider: 'leadsail', leadId: 'lead_1', person: 'p', test },
  ...{ eventId: 'e', joinedEvents: [], zones: [], attempts: [], effects: [], steps: [], createdAt: 1, private: {} },
  ...more,
})

/** Stopped, gone on because a pixel is tried again, stopped once more for another reason: in any order. */
const someTime = fc.record(
  {
    stop: fc.constantFrom(...stopReasons).map(reason => ({ reason })),
    outcome: fc.constantFrom(...outcomes),
    effects: fc.constantFrom(...effectStates).map(state => [pixel(state)]),
    steps: fc.constant<Step[]>([{ kind: 'dial', ref: '1', dueAt: 1, tries: 0 }]),
  },
  { requiredKeys: [] },
)

test('whatever becomes of a journey, it is counted once: in its state, its outcome and the reason of its stop', () => {
  fc.assert(
    fc.property(fc.boolean(), fc.array(someTime, { minLength: 1, maxLength: 8 }), (isTest, times) => {
      const counted = new Map<string, number>()
      let before: Journey | undefined
      for (const time of times) {
        const after = journey(isTest, time)
        const draft = new Draft({ ...(before === undefined ? {} : { before }), journey: after, keys, now: 1 })
        for (const [name, key, field, by] of journeyCommands(draft, () => '')) {
          if (name !== 'HINCRBY' || key !== tally) continue
          counted.set(String(field), (counted.get(String(field)) ?? 0) + Number(by))
          if (counted.get(String(field)) === 0) counted.delete(String(field))
        }
        before = after
        const state = stateOf(after)
        const fields = [
          `state:${state}`,
          ...(after.outcome === undefined ? [] : [`outcome:${after.outcome}`]),
          ...(state === 'stopped' ? [`stop:${after.stop?.reason}`] : []),
        ]
        const all = isTest ? fields.flatMap(field => [field, `test:${field}`]) : fields
        expect(Object.fromEntries(counted)).toEqual(Object.fromEntries(all.map(field => [field, 1])))
      }
    }),
  )
})
