import { expect, test } from 'vitest'
import type { DryRun, ReplayView } from '../../../src/desk/replays.ts'
import type { Ledger } from '../../../src/ledger/index.ts'
import { eventually } from '../../support/eventually.ts'
import { openLedger } from '../../support/list-journeys.ts'
import { pixelCampaign, pixelRule, plantEffects } from '../../support/planted-effects.ts'
import { startStage } from '../../support/stage.ts'
import { ask, failing, fire, firedAt, over, refused, show, throttled, withFailures } from './replaying.ts'

const isFull = process.env['TEST_SCALE'] === 'full'
test.each(isFull ? [1_000, 10_000, 100_000] : [300])(
  '%i failed pixels are replayed once, and a second replay does nothing',
  async count => {
    const { stage, ledger } = await withFailures(count)
    const since = stage.clock.now()
    const startedAt = performance.now()
    const first = await ask(stage, { perSecond: 10_000 })
    expect(first).toMatchObject({ status: 'running', matched: count, refused: 0 })
    const ended = await over(stage, first.id)
    expect(ended).toMatchObject({ status: 'done', matched: count, done: count, refused: 0, refusals: {} })
    const all = await eventually(
      async () => {
        const replay = await show(stage, first.id)
        return replay.standing.went_through === count && replay
      },
      { timeoutMs: 300_000 },
    )
    console.log(`replayed ${count} pixels in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`)
    expect(all.standing).toEqual({
      ...{ went_through: count, waiting: 0, put_off: 0, under_way: 0, failing: 0, skipped: 0, replayed_again: 0 },
    })
    expect(stage.simulator.truth({ lists: false }).counts.pixels).toBe(count)
    expect(firedAt(stage, since)).toHaveLength(count)

    const second = await ask(stage, {})
    expect(second).toMatchObject({ status: 'done', matched: 0, done: 0, refused: 0 })
    expect(await ledger.failures.count({})).toBe(0)
    expect(stage.simulator.truth().duplicates?.pixels).toEqual([])
    expect(firedAt(stage, since)).toHaveLength(count)
    expect((await stage.campaign()).progress).toMatchObject({ total: count, done: count })
  },
  isFull ? 1_200_000 : 60_000,
)

test('a replay begins the tries anew, and its timeline says who asked', async () => {
  const { stage, ledger } = await withFailures(1, {}, throttled)
  const [ref] = (await ledger.failures.page(await shardOf(ledger), {}, undefined, 1)).refs
  const before = await ledger.journeys.load(String(ref?.journeyId))
  expect(before?.effects[0]).toMatchObject({ state: 'planned', tries: 1 })
  expect(before?.steps[0]?.dueAt).toBeGreaterThan(stage.clock.now())
  const { id } = await ask(stage, {
    filter: { kind: 'pixel', campaign: 'roof', cause: '429 RATE_LIMITED: Too many requests' },
  })
  await over(stage, id)
  const journey = await eventually(async () => {
    const found = await ledger.journeys.load(String(ref?.journeyId))
    return found?.effects[0]?.state === 'done' && found
  })
  expect(journey.effects[0]).toMatchObject({ tries: 1, replay: { id } })
  const timeline = await ledger.journeys.timeline(journey.id)
  expect(timeline.map(({ what }) => what).slice(-4)).toEqual([
    ...['effect.replayed', 'pixel.intended', 'pixel.done', 'journey.done'],
  ])
  expect(timeline.at(-4)).toMatchObject({ replay: id, by: 'local' })
  const { body } = await stage.api<{ audit: object[] }>('/audit')
  expect(body.audit[0]).toMatchObject({ what: 'replay.started', subject: id, by: 'local' })
})

async function shardOf(ledger: Ledger): Promise<string> {
  const [group] = await ledger.failures.groups({}, 1)
  return /_(\d+)_/.exec(group?.sample[0]?.journeyId ?? '')?.[1] ?? ''
}

test('a dry run says what would happen, and changes nothing', async () => {
  const { stage, ledger } = await withFailures(30)
  const before = await snapshot(ledger)
  const { status, body } = await stage.api<DryRun>('/replays', { json: { filter: { kind: 'pixel' }, dryRun: true } })
  expect(status).toBe(200)
  expect(body).toMatchObject({ count: 30, looked: 30, replayable: 30, refusals: [] })
  expect(body.sample).toHaveLength(5)
  expect(body.sample[0]).toMatchObject({ kind: 'pixel', state: 'refused', leadId: expect.stringMatching(/^row_/) })
  const none = await stage.api<DryRun>('/replays', { json: { filter: { kind: 'sms' }, dryRun: true } })
  expect(none.body).toMatchObject({ count: 0, replayable: 0, sample: [], refusals: [] })
  expect(await snapshot(ledger)).toEqual(before)
  expect((await stage.api<{ replays: ReplayView[] }>('/replays')).body.replays).toEqual([])
  expect((await stage.api<{ audit: object[] }>('/audit')).body.audit).toEqual([])
})

/** What the ledger says of every failed effect. */
async function snapshot(ledger: Ledger) {
  const groups = await ledger.failures.groups({}, 1_000)
  const ids = groups.flatMap(({ sample }) => sample.map(({ journeyId }) => journeyId)).sort()
  return Promise.all(ids.map(async id => [await ledger.journeys.load(id), await ledger.journeys.timeline(id)]))
}

test('what cannot be replayed is left alone, counted by reason, and told', async () => {
  const stage = await startStage({
    campaigns: [{ ...pixelCampaign, trigger: { events: ['lead.processed'] } }],
    control: {
      scripts: { lead_call: [{ refuse: { code: 'VALIDATION_ERROR', message: 'no' } }] },
      faults: [
        { ...refused, match: { path: '/sms/send' } },
        { match: { path: '/pixels/fire' }, kind: 'reset_after', times: 1 },
        refused,
      ],
    },
  })
  const ledger = await openLedger(stage.env, stage.clock)
  const now = stage.clock.now()
  await stage.lead('lead_call', { phone: '+12025550123' })
  await plantEffects(ledger, 1, { now })
  await eventually(async () => expect(await ledger.search.parkedCount()).toBe(1))
  const [, late] = await plantEffects(ledger, 2, { now, from: 1 })
  const [optedOut, cancelled, ...texts] = await plantEffects(ledger, 4, { now, kind: 'sms', from: 3 })
  await failing(ledger, 8)

  await ledger.journeys.transition(String(cancelled), draft => {
    draft.journey.stop = { reason: 'cancelled' }
    return undefined
  })
  await ledger.journeys.transition(String(late), draft => {
    for (const effect of draft.journey.effects) effect.plannedAt -= 8 * 24 * 3_600_000
    return undefined
  })
  const person = (await ledger.journeys.load(String(optedOut)))?.private.phone ?? ''
  await stage.send('lead.opted_out', { phone: person })
  await eventually(async () => {
    const { suppressed } = await ledger.people.read(ledger.identity.person(person))
    expect(suppressed).toContain('sms')
  })

  const reasons = { not_by_filter: 1, open_question: 1, too_late: 1, suppressed: 1, cancelled: 1 }
  const { body } = await stage.api<DryRun>('/replays', { json: { dryRun: true } })
  expect(body).toMatchObject({ count: 8, looked: 8, replayable: 3 })
  expect(Object.fromEntries(body.refusals.map(({ reason, count }) => [reason, count]))).toEqual(reasons)
  expect(body.refusals.find(({ reason }) => reason === 'cancelled')?.sample).toMatchObject([{ journey: cancelled }])

  stage.simulator.control({ faults: [] })
  const { id } = await ask(stage, { perSecond: 1_000 })
  const replay = await over(stage, id)
  expect(replay).toMatchObject({ status: 'done', matched: 8, done: 3, refused: 5, refusals: reasons })
  await eventually(() => expect(stage.simulator.truth().texts).toHaveLength(texts.length))
  await eventually(() => expect(stage.simulator.truth().pixels).toHaveLength(2))
  const told = (await ledger.journeys.timeline(String(late))).at(-1)
  expect(told).toMatchObject({ what: 'effect.not_replayed', replay: id, why: 'too_late' })
  // What was left alone still stands.
  expect(await ledger.failures.count({})).toBe(5)
}, 60_000)

test('a pixel of which nobody knows is repeated where its rule allows it', async () => {
  const retrying = { ...pixelRule, pixel: { ...pixelRule.pixel, onUnknown: 'retry' } }
  const stage = await startStage({
    campaigns: [{ ...pixelCampaign, followUps: [retrying] }],
    control: { faults: [{ match: { path: '/pixels/fire' }, kind: 'reset_after', times: 1 }] },
  })
  const ledger = await openLedger(stage.env, stage.clock)
  await plantEffects(ledger, 1, { now: stage.clock.now() })
  await failing(ledger, 1)
  const replay = await over(stage, (await ask(stage, {})).id)
  expect(replay).toMatchObject({ matched: 1, done: 1, refused: 0 })
  await eventually(() => expect(stage.simulator.truth().pixels).toHaveLength(2))
})

test('an expired pixel gets its time again, within what its platform takes', async () => {
  const { stage, ledger } = await withFailures(1, {}, throttled)
  stage.simulator.control({ faults: [throttled] })
  stage.clock.advance(3 * 24 * 3_600_000 + 60_000)
  await eventually(async () => expect((await ledger.failures.groups({}, 0))[0]?.class).toBe('ExpiredError'))
  await over(stage, (await ask(stage, {})).id)
  await eventually(async () => expect((await ledger.failures.groups({}, 0))[0]?.class).toBe('RateLimitedError'))
  // The rule says three days, and three and three are less than seven.
  stage.clock.advance(2 * 24 * 3_600_000)
  stage.simulator.control({ faults: [] })
  await eventually(() => expect(stage.simulator.truth().pixels).toHaveLength(1))
})

test('without a rate half of what the account allows is left to others', async () => {
  const { stage } = await withFailures(3, { env: { LEADSAIL_RATE: '40/s' } })
  const { body } = await stage.api<DryRun>('/replays', { json: { dryRun: true } })
  expect(body.perSecond).toEqual({ default: 20, most: 50 })
  expect(await ask(stage, { perSecond: 5_000 })).toMatchObject({ matched: 3, perSecond: 50 })
})

test('two replays of the same at the same time take up each effect once between them', async () => {
  const { stage } = await withFailures(300)
  const asked = await Promise.all([ask(stage, { perSecond: 500 }), ask(stage, { perSecond: 500 })])
  const ended = await Promise.all(asked.map(({ id }) => over(stage, id)))
  expect(ended.reduce((sum, { done }) => sum + done, 0)).toBe(300)
  for (const { matched, done, refused: left, refusals } of ended) {
    expect(done + left).toBe(matched)
    expect(Object.keys(refusals)).toEqual(left === 0 ? [] : ['no_longer_failing'])
  }
  await eventually(() => expect(stage.simulator.truth().pixels).toHaveLength(300))
  expect(stage.simulator.truth().duplicates?.pixels).toEqual([])
})

test('what fails again is not met twice by the same replay', async () => {
  const { stage, ledger } = await withFailures(50)
  stage.simulator.control({ faults: [refused] })
  // Slow enough that the first have failed again before the last are met.
  const { id } = await ask(stage, { perSecond: 25 })
  const replay = await over(stage, id)
  expect(replay).toMatchObject({ matched: 50, done: 50, refused: 0 })
  await failing(ledger, 50)
  expect((await show(stage, id)).standing).toMatchObject({ failing: 50, waiting: 0 })
  expect(stage.simulator.truth({ lists: false }).requests.byRoute[fire]).toBe(100)
})

test('every replay adds up, also when a later one takes up what failed again', async () => {
  const { stage } = await withFailures(20)
  stage.simulator.control({ faults: [{ ...refused, times: 8 }] })
  const first = await over(stage, (await ask(stage, { perSecond: 1_000 })).id)
  const failedAgain = await eventually(async () => {
    const { standing } = await show(stage, first.id)
    return standing.failing === 8 && standing
  })
  expect(failedAgain).toMatchObject({ went_through: 12, waiting: 0, under_way: 0 })
  const second = await over(stage, (await ask(stage, { perSecond: 1_000 })).id)
  expect(second).toMatchObject({ matched: 8, done: 8 })
  await eventually(async () => {
    expect((await show(stage, second.id)).standing).toMatchObject({ went_through: 8, waiting: 0, under_way: 0 })
  })
  expect((await show(stage, first.id)).standing).toMatchObject({ went_through: 12, failing: 0, replayed_again: 8 })
})

test('a restart in the middle goes on where it was', async () => {
  const { stage } = await withFailures(300)
  const { id } = await ask(stage, { perSecond: 150 })
  await eventually(() => stage.simulator.truth({ lists: false }).counts.pixels > 60)
  await stage.restart()
  const replay = await over(stage, id, 30_000)
  expect(replay).toMatchObject({ status: 'done', matched: 300, done: 300, refused: 0 })
  await eventually(() => expect(stage.simulator.truth().pixels).toHaveLength(300))
  expect(stage.simulator.truth().duplicates?.pixels).toEqual([])
}, 60_000)

test('what matches nothing, and what is no replay', async () => {
  const stage = await startStage()
  expect(await ask(stage, { filter: { kind: 'sms' } })).toMatchObject({
    status: 'done',
    matched: 0,
    done: 0,
    refused: 0,
  })
  expect((await stage.api('/replays/rpl_none')).status).toBe(404)
  expect((await stage.api('/replays/rpl_none/cancel', { method: 'POST' })).status).toBe(404)
  for (const wrong of [
    { perSecond: 0 },
    { perSecond: 'fast' },
    { filter: { kind: 'letter' } },
    { what: 1 },
    {},
    { dryRun: false },
    // A variable of somebody's script that was not set.
    { filter: { kind: 'pixel', campaign: '' } },
  ]) {
    expect((await stage.api('/replays', { json: wrong })).status).toBe(400)
  }
})
