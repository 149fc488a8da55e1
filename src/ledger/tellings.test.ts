import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createKeys } from '../redis/keys.ts'
import { Draft } from './draft.ts'
import type { Journey } from './journey.ts'
import { isNotTold, isTold, planTelling, tellingCommands } from './tellings.ts'

const DAY_MS = 24 * 3_600_000
const keys = createKeys('x').shard('00')
const error = { code: 'HTTP_500', class: 'UnavailableError', message: 'no', status: 500 }

const journeyOf = (more: Partial<Journey> = {}): Journey => ({
  ...{ id: 'jrn_00_0123456789abcdef0123', version: 1, campaign: 'roof', provider: 'leadsail', leadId: 'lead_1' },
  ...{ person: 'p', test: false, eventId: 'e', joinedEvents: [], zones: [], attempts: [], effects: [], steps: [] },
  ...{ createdAt: 0, private: {}, ...more },
})

function draftOf(before: Journey | undefined, more: Partial<Journey>, now = 1_000): Draft {
  const journey = { ...structuredClone(before ?? journeyOf()), ...more }
  return new Draft({ ...(before && { before }), journey, keys, now })
}

test('an end is planned to be told in its own transition, and not again while it stays the same', () => {
  const ended = draftOf(journeyOf(), { endedAt: 900 })
  planTelling(ended, true)
  expect(ended.step('tell', '900')).toMatchObject({ dueAt: 1_000, tries: 0 })
  const later = draftOf(ended.journey, {}, 2_000)
  later.drop('tell', '900')
  planTelling(later, true)
  expect(later.journey.steps).toEqual([])

  const unheard = draftOf(journeyOf(), { endedAt: 900 })
  planTelling(unheard, false)
  expect(unheard.journey).toMatchObject({ steps: [] })
  expect(unheard.journey.telling).toBeUndefined()
})

test('of a journey that goes on again nothing is told before it ends once more', () => {
  const ended = draftOf(journeyOf(), { endedAt: 900 })
  planTelling(ended, true)
  const { endedAt: _, ...open } = ended.journey
  const reopened = new Draft({ before: ended.journey, journey: structuredClone(open), keys, now: 2_000 })
  planTelling(reopened, true)
  expect(reopened.journey.steps).toEqual([])
  expect(reopened.journey.telling).toBeUndefined()
  const again = draftOf(reopened.journey, { endedAt: 3_000 }, 3_000)
  planTelling(again, true)
  expect(again.journey.steps.map(({ ref }) => ref)).toEqual(['3000'])
})

test('however long each wait, it is tried for three days and at their end, and then given up', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 2 * DAY_MS }), { minLength: 1, maxLength: 20 }), waits => {
      const draft = draftOf(journeyOf(), { endedAt: 1_000 })
      planTelling(draft, true)
      let before = draft.journey
      let now = 1_000
      for (let tries = 1; ; tries += 1) {
        const wait = waits[tries % waits.length] ?? 1
        const next = draftOf(before, {}, now)
        const result = isNotTold(next, { ref: '1000', tries, again: now + wait + DAY_MS / 20 }, error)
        if (result === 'given_up') {
          expect(now).toBe(1_000 + 3 * DAY_MS)
          expect(next.journey).toMatchObject({ steps: [], telling: { failedAt: now, error } })
          expect([...tellingCommands(before, next.journey, keys)]).toEqual([['ZADD', keys.untold, now, before.id]])
          return
        }
        const dueAt = next.step('tell', '1000')?.dueAt ?? 0
        expect(dueAt).toBeGreaterThan(now)
        expect(next.notes.length).toBe(tries === 1 ? 1 : 0)
        before = next.journey
        now = dueAt
      }
    }),
  )
})

test('what was told leaves nothing behind', () => {
  const draft = draftOf(journeyOf({ telling: { until: 5, failedAt: 3 } }), { endedAt: 1 })
  draft.plan('tell', '1', 1)
  isTold(draft, 2)
  expect(draft.journey).toMatchObject({ steps: [] })
  expect(draft.journey.telling).toBeUndefined()
  expect([...tellingCommands(draft.before, draft.journey, keys)]).toEqual([['ZREM', keys.untold, draft.journey.id]])
})
