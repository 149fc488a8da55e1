import { expect, inject, test } from 'vitest'
import { ShiftedClock } from '../../../src/clock.ts'
import { createFailureDesk } from '../../../src/desk/failures.ts'
import { plannedEffect } from '../../../src/ledger/effects.ts'
import type { FailureRef } from '../../../src/ledger/failure.ts'
import type { FailurePlace } from '../../../src/ledger/failures.ts'
import type { Ledger } from '../../../src/ledger/index.ts'
import type { Effect } from '../../../src/ledger/journey.ts'
import { replayEffect, takeBack } from '../../../src/ledger/replay-effect.ts'
import { listLeads, openLedger } from '../../support/list-journeys.ts'
import { uniquePrefix } from '../../support/prefix.ts'

class StandingClock extends ShiftedClock {
  readonly #at = Date.parse('2026-12-01T09:00:00Z')

  override now(): number {
    return this.#at + this.shiftMs()
  }
}

const rule = 'lead-pixel'
const error = { code: 'VALIDATION_ERROR', class: 'RejectedError', message: 'no', status: 400 }

async function start() {
  const clock = new StandingClock()
  const env = { REDIS_URL: inject('redisUrl'), REDIS_PREFIX: uniquePrefix(), SHARDS: '2' }
  return { clock, ledger: await openLedger(env, clock) }
}

/** Journeys that have nothing but one pixel, in a state. Answers their ids. */
async function open(ledger: Ledger, count: number, state: Partial<Effect>, stepAt?: number): Promise<string[]> {
  return Promise.all(
    listLeads(count).map(async ({ leadId, phone }) => {
      const person = ledger.identity.person(phone)
      const id = ledger.identity.journeyId(person, leadId)
      const key = `pixel:${id}:${rule}`
      const effects = [{ ...plannedEffect({ key, kind: 'pixel', rule, plannedAt: 0 }), ...state }]
      const steps = stepAt === undefined ? [] : [{ kind: 'fire' as const, ref: rule, dueAt: stepAt, tries: 1 }]
      const journey = {
        ...{ id, version: 1, campaign: 'roof', provider: 'leadsail' as const, leadId, person: person.id, test: false },
        ...{ eventId: leadId, joinedEvents: [], zones: [], attempts: [], effects, steps, createdAt: 0 },
        private: { phone },
      }
      expect(await ledger.journeys.open(journey, () => undefined, undefined)).toBe('opened')
      return id
    }),
  )
}

const shards = ['00', '01']

async function walk(ledger: Ledger, limit: number, each: (ref: FailureRef) => Promise<void>): Promise<void> {
  for (const shard of shards) {
    let place: FailurePlace | undefined
    do {
      const page = await ledger.failures.page(shard, {}, place, limit)
      for (const ref of page.refs) await each(ref)
      place = page.next
    } while (place !== undefined)
  }
}

test.each([1, 7, 1_000])(
  'a walk in pages of %i meets each failure once, however many share an instant',
  async limit => {
    const { ledger } = await start()
    const ids = await open(ledger, 150, { state: 'refused', error })
    const met: string[] = []
    await walk(ledger, limit, async ({ journeyId, kind, rule: name }) => {
      expect([kind, name]).toEqual(['pixel', rule])
      met.push(journeyId)
      // Some go while the walk is on its way.
      if (met.length % 3 !== 0) return
      await ledger.journeys.transition(journeyId, draft => {
        for (const effect of draft.journey.effects) effect.state = 'done'
        return undefined
      })
    })
    expect(met.sort()).toEqual(ids.sort())
    expect(await ledger.failures.count({})).toBe(100)
  },
)

test('counts are those of the journeys, whatever becomes of them', async () => {
  const { ledger, clock } = await start()
  const ids = await open(ledger, 40, { state: 'planned', error })
  const [, ...others] = ids
  const change = (id: string, fields: Partial<Effect>) =>
    ledger.journeys.transition(id, draft => {
      for (const effect of draft.journey.effects) Object.assign(effect, fields)
      return undefined
    })
  const counted = async () =>
    (await ledger.failures.groups({}, 0)).map(({ class: name, cause, count }) => [name, cause, count])
  const cause = '400 VALIDATION_ERROR: no'
  expect(await counted()).toEqual([['RejectedError', cause, 40]])
  clock.advance(1_000)
  for (const id of others.slice(0, 9)) await change(id, { state: 'expired' })
  for (const id of others.slice(9, 14)) await change(id, { error: { ...error, message: 'never' } })
  for (const id of others.slice(14, 16)) await change(id, { state: 'skipped' })
  // Under way it stands until it has gone well.
  for (const id of others.slice(16, 20)) await change(id, { state: 'intended' })
  expect(await counted()).toEqual([
    ['RejectedError', cause, 24],
    ['ExpiredError', cause, 9],
    ['RejectedError', '400 VALIDATION_ERROR: never', 5],
  ])
  const [largest] = await ledger.failures.groups({}, 0)
  expect(largest).toMatchObject({ firstAt: clock.now() - 1_000, lastAt: clock.now() - 1_000 })
  for (const id of ids) await change(id, { state: 'done' })
  expect(await counted()).toEqual([])
})

test('what a cancelled replay had taken up stands as it was found, its next try included', async () => {
  const { ledger, clock } = await start()
  const dueAt = clock.now() + 60_000
  const [id = ''] = await open(ledger, 1, { state: 'planned', error, tries: 3 }, dueAt)
  const before = await ledger.journeys.load(id)
  clock.advance(1_000)
  await ledger.journeys.transition(id, draft => {
    const [effect] = draft.journey.effects
    if (effect !== undefined) replayEffect(draft, effect, { replay: 'rpl_1', by: 'otto' })
    return undefined
  })
  const taken = await ledger.journeys.load(id)
  expect(taken?.effects[0]).toMatchObject({ state: 'planned', tries: 0, replay: { id: 'rpl_1' } })
  expect(taken?.effects[0]).not.toHaveProperty('failure')
  expect(taken?.steps).toMatchObject([{ kind: 'fire', dueAt: clock.now(), tries: 0 }])
  expect(await ledger.failures.count({})).toBe(0)
  expect(await ledger.replays.waiting('rpl_1')).toBe(1)

  await ledger.journeys.transition(id, draft => {
    const [effect] = draft.journey.effects
    return effect !== undefined && takeBack(draft, effect) ? undefined : false
  })
  const after = await ledger.journeys.load(id)
  expect(after?.effects).toEqual(before?.effects)
  expect(after?.steps).toMatchObject([{ kind: 'fire', ref: rule, dueAt }])
  expect(await ledger.failures.count({})).toBe(1)
  expect(await ledger.replays.waiting('rpl_1')).toBe(0)
})

test('an effect that goes on failing otherwise while it is read is no sample of the cause that it had', async () => {
  const { ledger } = await start()
  const [id = ''] = await open(ledger, 1, { state: 'planned', error })
  const groups: Ledger['failures']['groups'] = async (...asked) => {
    const found = await ledger.failures.groups(...asked)
    await ledger.journeys.transition(id, draft => {
      for (const effect of draft.journey.effects) effect.state = 'expired'
      return undefined
    })
    return found
  }
  const desk = createFailureDesk({ ledger: { ...ledger, failures: { ...ledger.failures, groups } } })
  const page = { limit: 10, cursor: undefined }
  const { failures } = await desk.list({}, page, 'full')
  expect(failures).toMatchObject([{ class: 'RejectedError', sample: [] }])
  expect((await desk.list({}, page, 'full')).failures).toMatchObject([
    { class: 'ExpiredError', sample: [{ journey: id, state: 'expired' }] },
  ])
})
