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
const paid = (more = {}) => ({
  id: 'paid',
  pixel: { via: 'meta', pixelId: '77', event: 'Lead', once: 'lead', ...more },
})
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

/** One more journey of the lead, as soon as it is over, or passes the check. */
async function again(stage: Stage, check: (journey: JourneyView) => unknown = isOver): Promise<JourneyView> {
  const known = (await stage.journeysOf('lead_1')).map(({ id }) => id)
  stage.clock.advance(60_000)
  await stage.lead('lead_1', { phone: '+12025550123' })
  return stage.journey('lead_1', journey => !known.includes(journey.id) && check(journey))
}

const shown = async (stage: Stage, id: string) => (await stage.api<JourneyView>(`/journeys/${id}`)).body

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
    const journey = await shown(stage, first.id)
    return pixelOf(journey)?.state === 'skipped' && journey
  })
  expect(pixelOf(replayed)).toMatchObject({ why: `this lead has had it in journey ${second.id}` })
  expect(receipts(stage)).toHaveLength(1)
})

test('of six journeys that were refused, a replay fires for one and says so in all others', async () => {
  const stage = await played({}, { meta: { pixels: ['999'] } })
  const ids: string[] = []
  while (ids.length < 6) ids.push((await again(stage)).id)
  exists(stage, true)
  const { id } = await ask(stage, { perSecond: 1_000 })
  expect(await over(stage, id)).toMatchObject({ matched: 6, done: 6 })
  const views = await eventually(async () => {
    const journeys = await Promise.all(ids.map(journey => shown(stage, journey)))
    return journeys.every(isOver) && journeys
  })
  const winner = views.find(view => pixelOf(view)?.state === 'done')
  expect(winner).toBeDefined()
  for (const view of views.filter(other => other.id !== winner?.id)) {
    expect(pixelOf(view)).toMatchObject({ state: 'skipped', why: expect.stringContaining(String(winner?.id)) })
  }
  expect(receipts(stage)).toHaveLength(1)
})

test.each(['planned', 'intended', 'unknown', 'parked'] as const)(
  'a pixel that is %s keeps the lead, and the later journey says where it stands',
  async state => {
    const stage = await played({}, { meta: { pixels: ['999'] } })
    const first = await again(stage)
    expect(pixelOf(first)).toMatchObject({ state: 'refused' })
    exists(stage, true)
    const { journeys } = await openLedger(stage.env, stage.clock)
    const call = { status: 'qualified', lengthMs: 1_000 * 600_000, summary: null }
    stage.simulator.control({ scripts: { '*': [call] } })
    const second = await again(stage, journey => journey.state === 'in_call')
    await journeys.transition(first.id, draft => {
      const until = draft.now + HOUR_MS
      for (const effect of draft.journey.effects) {
        if (effect.kind === 'pixel') Object.assign(effect, { state, until, tries: state === 'planned' ? 0 : 1 })
        if (effect.kind === 'pixel' && state !== 'parked') {
          state === 'planned' ? draft.plan('fire', 'paid', until) : draft.plan('reconcile', effect.key, until)
        }
      }
      return undefined
    })
    stage.clock.advance(600_000)
    const later = await eventually(async () => {
      const journey = await shown(stage, second.id)
      return isOver(journey) && journey
    })
    expect(pixelOf(later)).toMatchObject({
      ...{ state: 'skipped', tries: 0 },
      why: `journey ${first.id} has it for this lead, and there it is ${state}`,
    })
    expect(receipts(stage)).toEqual([])
  },
)

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
  await writeFile(path, JSON.stringify(campaign))
  await eventually(async () => expect(await stage.campaign()).toMatchObject({ test: false }))
  const real = await again(stage)
  expect(pixelOf(real)).toMatchObject({ state: 'done', key: 'pixel:leadsail/lead_1:roof/paid' })
  expect(stage.simulator.truth().conversions.counts).toMatchObject({ tests: 1, events: 1 })
})

/** The journey's record goes at the end of its retention. */
async function forgotten(stage: Stage, id: string): Promise<void> {
  stage.clock.advance(21 * DAY_MS)
  await eventually(async () => {
    await runCleanUp(stage)
    expect(await stage.api(`/journeys/${id}`)).toMatchObject({ status: 404 })
  })
}

test('past the retention what was done stays done, what came to nothing is free, what is in doubt is neither', async () => {
  const stage = await played({}, { meta: { pixels: ['999'] } })
  const refused = await again(stage)
  await forgotten(stage, refused.id)
  exists(stage, true)
  const done = await again(stage)
  expect(pixelOf(done)).toMatchObject({ state: 'done' })
  await forgotten(stage, done.id)
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
