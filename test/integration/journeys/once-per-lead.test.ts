import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { JourneyView } from '../../../src/desk/journey-view.ts'
import { runCleanUp } from '../../support/clean-up.ts'
import { eventually } from '../../support/eventually.ts'
import { openLedger } from '../../support/list-journeys.ts'
import { isOver, plainCampaign, type Stage, startStage } from '../../support/stage.ts'
import { ask, over } from './replaying.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const paid = (more = {}) => ({ id: 'paid', pixel: { via: 'meta', pixelId: '77', event: 'Lead', once: 'lead', ...more } })
const campaign = {
  ...plainCampaign,
  trigger: { events: ['lead.processed'], reentry: 'PT1S' },
  dial: { ...plainCampaign.dial, maxPer24h: 20 },
  reconcile: { grace: 'PT0.2S', looks: 1, skew: 'PT0.1S' },
  followUps: [paid()],
}

const played = (more = {}, control = {}) =>
  startStage({
    campaigns: [{ ...campaign, ...more }],
    control: { scripts: { '*': [{ status: 'qualified', lengthMs: 10, summary: null }] }, ...control },
    env: { RETENTION: 'P20D' },
  })

const pixelOf = ({ effects }: JourneyView) => effects.find(({ kind }) => kind === 'pixel')
const receipts = (stage: Stage) => stage.simulator.truth().conversions.receipts
const isSettled = (journey: JourneyView) => isOver(journey) || pixelOf(journey)?.tries === 1

/** One more journey of the lead, as soon as its pixel is settled or has been tried. */
async function again(stage: Stage, check: (journey: JourneyView) => unknown = isSettled): Promise<JourneyView> {
  const known = (await stage.journeysOf('lead_1')).map(({ id }) => id)
  stage.clock.advance(60_000)
  await stage.lead('lead_1', { phone: '+12025550123' })
  return stage.journey('lead_1', journey => !known.includes(journey.id) && check(journey))
}

const exists = (stage: Stage, isThere: boolean) =>
  stage.simulator.control({ meta: { pixels: isThere ? null : ['999'] } })

test('a pixel that was refused leaves the lead free for its next journey, and then finds it taken', async () => {
  const stage = await played({}, { meta: { pixels: ['999'] } })
  const first = await again(stage)
  expect(pixelOf(first)).toMatchObject({ state: 'refused', error: { code: 'NO_SUCH_PIXEL' } })
  exists(stage, true)
  const second = await again(stage)
  expect(pixelOf(second)).toMatchObject({ state: 'done' })
  const third = await again(stage)
  expect(pixelOf(third)).toMatchObject({ state: 'skipped', why: `this lead has had it in journey ${second.id}` })

  const replay = await over(stage, (await ask(stage, {})).id)
  expect(replay).toMatchObject({ matched: 1, done: 1 })
  const replayed = await eventually(async () => {
    const { body } = await stage.api<JourneyView>(`/journeys/${first.id}`)
    return pixelOf(body)?.state === 'skipped' && body
  })
  expect(pixelOf(replayed)).toMatchObject({ why: `this lead has had it in journey ${second.id}` })
  expect(receipts(stage)).toHaveLength(1)
})

test('of two journeys that were refused, a replay fires for one and says so in the other', async () => {
  const stage = await played({}, { meta: { pixels: ['999'] } })
  const ids = [(await again(stage)).id, (await again(stage)).id]
  exists(stage, true)
  expect(await over(stage, (await ask(stage, {})).id)).toMatchObject({ matched: 2, done: 2 })
  const states = await eventually(async () => {
    const views = await Promise.all(ids.map(async id => (await stage.api<JourneyView>(`/journeys/${id}`)).body))
    return views.every(isOver) && views.map(view => pixelOf(view)?.state).sort()
  })
  expect(states).toEqual(['done', 'skipped'])
  expect(receipts(stage)).toHaveLength(1)
})

test.each([
  ['waits for its next try', 'planned', { kind: 'status', status: 429, retryAfter: 3_600 }],
  ['is before a person', 'parked', { kind: 'reset_after' }],
] as const)('a pixel that %s keeps the lead, and the later journey says where it stands', async (_, state, fault) => {
  const stage = await played({}, { faults: [{ match: { path: '/77/events' }, ...fault, times: 1 }] })
  const first = await again(stage, journey => pixelOf(journey)?.state === state && pixelOf(journey)?.tries === 1)
  const second = await again(stage, isOver)
  expect(pixelOf(second)).toMatchObject({
    state: 'skipped',
    why: `journey ${first.id} has it for this lead, and there it is ${state}`,
  })
  expect(receipts(stage)).toHaveLength(state === 'parked' ? 1 : 0)
})

test('what expired without a try in doubt is free; what may have arrived is not', async () => {
  const stage = await played(
    { followUps: [paid({ onUnknown: 'retry', retryFor: 'PT1H' })] },
    { faults: [{ match: { path: '/77/events' }, kind: 'status', status: 503 }] },
  )
  const tried = await again(stage, journey => pixelOf(journey)?.tries === 1)
  stage.clock.advance(2 * HOUR_MS)
  const first = await stage.journey('lead_1', isOver)
  expect(first.id).toBe(tried.id)
  expect(pixelOf(first)).toMatchObject({ state: 'expired' })
  stage.simulator.control({ faults: [] })
  const second = await again(stage)
  expect(pixelOf(second)).toMatchObject({
    state: 'skipped',
    why: `journey ${first.id} has it for this lead, and there it is expired, with a try that may have arrived`,
  })

  const other = await played(
    { followUps: [paid({ retryFor: 'PT1H' })] },
    { faults: [{ match: { path: '/77/events' }, kind: 'status', status: 429, retryAfter: 60 }] },
  )
  await again(other, journey => pixelOf(journey)?.tries === 1)
  other.clock.advance(2 * HOUR_MS)
  expect(pixelOf(await other.journey('lead_1', isOver))).toMatchObject({ state: 'expired' })
  other.simulator.control({ faults: [] })
  other.clock.advance(15 * 60_000)
  expect(pixelOf(await again(other))).toMatchObject({ state: 'done' })
})

test('a rehearsal costs the lead nothing: its conversion is fired for real afterwards', async () => {
  const coded = paid({ testEventCode: 'TEST1' })
  const stage = await played({ test: true, followUps: [coded] })
  const trial = await again(stage)
  expect(trial).toMatchObject({ test: true })
  expect(pixelOf(trial)).toMatchObject({ state: 'done', key: 'pixel:test:leadsail/lead_1:roof/paid' })
  const path = join(String(stage.env['CAMPAIGNS_DIR']), 'roof.yaml')
  await writeFile(path, JSON.stringify({ ...campaign, followUps: [coded] }))
  await eventually(async () => expect(await stage.campaign()).toMatchObject({ test: false }))
  const real = await again(stage)
  expect(pixelOf(real)).toMatchObject({ state: 'done', key: 'pixel:leadsail/lead_1:roof/paid' })
  expect(stage.simulator.truth().conversions.counts).toMatchObject({ receipts: 2 })
})

test('past the retention what was done stays done, what came to nothing is free, what is in doubt is neither', async () => {
  const stage = await played({}, { meta: { pixels: ['999'] } })
  const refused = await again(stage)
  stage.clock.advance(21 * DAY_MS)
  await runCleanUp(stage)
  expect(await stage.api(`/journeys/${refused.id}`)).toMatchObject({ status: 404 })
  exists(stage, true)
  const done = await again(stage)
  expect(pixelOf(done)).toMatchObject({ state: 'done' })
  stage.clock.advance(21 * DAY_MS)
  await runCleanUp(stage)
  expect(await stage.api(`/journeys/${done.id}`)).toMatchObject({ status: 404 })
  const late = await again(stage)
  expect(pixelOf(late)).toMatchObject({ state: 'skipped', why: `this lead has had it in journey ${done.id}` })

  // A mark of a journey whose record went without a word about it.
  const { once } = await openLedger(stage.env, stage.clock)
  const lost = `jrn_00_${'0'.repeat(20)}`
  await once.claim('pixel:leadsail/lead_2:roof/paid', { journeyId: lost, round: '1/' })
  await stage.lead('lead_2', { phone: '+12025550124' })
  expect(pixelOf(await stage.journey('lead_2', isOver))).toMatchObject({
    state: 'skipped',
    why: `journey ${lost} had it for this lead, and its record is gone: it may have been fired`,
  })
  expect(receipts(stage)).toHaveLength(1)
})
