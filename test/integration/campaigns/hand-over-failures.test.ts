import { describe, expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import {
  autoDialer,
  handedCampaign,
  handedList,
  handOverOf,
  handOverRequest,
  handOverRequests,
  happenings,
  importRows,
  journeysOfRoof,
  post,
  startHandOver,
  untilProgress,
} from '../../support/hand-over-stage.ts'
import { isOver, type Stage } from '../../support/stage.ts'

const HOUR_MS = 3_600_000
const start = async (stage: Stage, count: number) => {
  await importRows(stage, count)
  await post(stage, '/campaigns/roof/start')
}
const decide = (stage: Stage, journeyId: string, happened: boolean) =>
  stage.api(`/parked/${encodeURIComponent(`handover:${journeyId}`)}`, { json: { happened } })
const eachOnce = (stage: Stage, count: number) => {
  const { handOvers, duplicates, calls } = stage.simulator.truth()
  expect(handOvers).toHaveLength(count)
  expect(calls).toHaveLength(count)
  expect(duplicates?.handOvers).toEqual([])
}

describe('leads that the vendor does not take', () => {
  test('some of a chunk: they are stopped with its words, the others are called', async () => {
    const leads = [
      { leadId: 'row_1', dnc: true },
      { leadId: 'row_3', phone: null },
    ]
    const stage = await startHandOver(handedList, { leads })
    await start(stage, 6)
    await untilProgress(stage, { total: 6, done: 4, stopped: 2 })
    const refused = await stage.journey('row_1', isOver)
    expect(refused).toMatchObject({ reason: 'refused', reasonDetail: 'NOT_TAKEN' })
    expect(handOverOf(refused)).toMatchObject({
      state: 'refused',
      error: { message: expect.stringContaining('Do Not Call') },
    })
    expect(handOverRequests(stage)).toHaveLength(1)
    eachOnce(stage, 4)
  })

  test('one for whose sake a whole chunk is refused: it ends alone, and every other lead is handed over once', async () => {
    const refusal = { success: false, error: { code: 'VALIDATION_ERROR', message: 'Invalid input data' } }
    const stage = await startHandOver(handedList, {
      faults: [{ match: { ...handOverRequest, leadId: 'row_13' }, kind: 'status', status: 400, body: refusal }],
    })
    await start(stage, 60)
    await untilProgress(stage, { total: 60, done: 59, stopped: 1 })
    const bad = await stage.journey('row_13', isOver)
    expect(bad).toMatchObject({ state: 'stopped', reason: 'refused', reasonDetail: 'VALIDATION_ERROR' })
    expect(handOverOf(bad)).toMatchObject({ state: 'refused' })
    eachOnce(stage, 59)
    // 60, 30, 15, 8 or 7 and so on: two for every halving at most.
    expect(handOverRequests(stage).length).toBeLessThanOrEqual(13)
  })

  test('a key that it refuses pauses the campaign at once; when it is mended everybody is handed over', async () => {
    const body = { success: false, error: { code: 'UNAUTHORIZED', message: 'Invalid API key' } }
    const stage = await startHandOver(handedList, {
      faults: [{ match: handOverRequest, kind: 'status', status: 401, body }],
    })
    await start(stage, 5)
    await eventually(async () =>
      expect(await stage.campaign()).toMatchObject({ status: 'paused', why: 'LeadSail refused the API key' }),
    )
    expect((await stage.campaign()).progress).toMatchObject({ scheduled: 5 })
    expect(handOverRequests(stage)).toHaveLength(1)
    stage.simulator.control({ faults: [] })
    await post(stage, '/campaigns/roof/resume')
    stage.clock.advance(10_000)
    await untilProgress(stage, { total: 5, done: 5 })
    eachOnce(stage, 5)
  })

  test('calls of the dialer that fail trip the breaker as ours do', async () => {
    const breaker = { failureShare: 0.5, window: 'PT2M', minCalls: 10 }
    const file = { ...handedList, outcomes: { line_down: 'failed' }, dial: { ...handedList.dial, breaker } }
    const stage = await startHandOver(file, { scripts: { '*': [{ status: 'line_down', lengthMs: 10 }] } })
    await start(stage, 30)
    await eventually(async () => expect((await stage.campaign()).status).toBe('paused'), { timeoutMs: 20_000 })
    expect((await stage.campaign()).breaker?.calls[0]?.effect).toMatch(/^call:jrn_/)
  })
})

test('a 429 stops the chunk for as long as it asks; then every lead of it is handed over once', async () => {
  const stage = await startHandOver(handedList, {
    faults: [{ match: handOverRequest, kind: 'status', status: 429, retryAfter: 3, times: 1 }],
  })
  await start(stage, 30)
  await untilProgress(stage, { total: 30, done: 30 })
  eachOnce(stage, 30)
  const [refused, taken, ...more] = handOverRequests(stage)
  // Written down one after the other, they need not all come due in one round.
  expect(more.length).toBeLessThanOrEqual(1)
  expect(Number(taken?.at) - Number(refused?.at)).toBeGreaterThanOrEqual(2_750)
  const journey = await stage.journey('row_0', isOver)
  expect(happenings(journey)).toContain('handover.put_off')
  expect(handOverOf(journey)).toMatchObject({ tries: 2, state: 'done' })
})

describe('a hand-over whose answer was lost', () => {
  const lost = (kind: 'reset_after' | 'reset_before') => ({ faults: [{ match: handOverRequest, kind, times: 1 }] })

  test('is not repeated; the calls that come tell that it happened', async () => {
    const stage = await startHandOver(handedList, { ...lost('reset_after') })
    await start(stage, 20)
    await untilProgress(stage, { total: 20, done: 20 })
    eachOnce(stage, 20)
    expect(handOverRequests(stage)).toHaveLength(1)
    for (const journey of await journeysOfRoof(stage)) {
      expect(handOverOf(journey)).toMatchObject({ state: 'done', tries: 1, result: { adopted: true } })
    }
  })

  test('is assumed where no call has come yet, and confirmed by the first one', async () => {
    const stage = await startHandOver(handedCampaign, {
      ...lost('reset_after'),
      leadsail: { autoDialer: { ...autoDialer, firstCallMs: 3_000_000 } },
    })
    await stage.lead('lead_1', { phone: '+12025550123' })
    const assumed = await stage.journey('lead_1', ({ steps }) => steps.some(({ kind }) => kind === 'walk'))
    expect(assumed).toMatchObject({ state: 'scheduled', effects: [{ state: 'unknown' }] })
    expect(happenings(assumed)).toContain('handover.assumed')
    const journey = await stage.journey('lead_1', isOver)
    expect(journey).toMatchObject({ state: 'done', outcome: 'answered' })
    expect(happenings(journey)).toContain('handover.found_done')
    eachOnce(stage, 1)
  })

  test('is put before a person when nothing has come of it until the campaign’s time is over', async () => {
    const stage = await startHandOver(handedCampaign, lost('reset_before'))
    await stage.lead('lead_1', { phone: '+12025550123' })
    await stage.journey('lead_1', ({ steps }) => steps.some(({ kind }) => kind === 'walk'))
    stage.clock.advance(73 * HOUR_MS)
    const parked = await stage.journey('lead_1', isOver)
    expect(parked).toMatchObject({ state: 'parked', attempts: [], steps: [] })
    expect(handOverOf(parked)).toMatchObject({ state: 'parked', why: expect.stringContaining('no call') })
    expect(handOverRequests(stage)).toHaveLength(1)
    await decide(stage, parked.id, false)
    expect(await stage.journey('lead_1', isOver)).toMatchObject({ state: 'stopped', reason: 'expired' })
    expect(stage.simulator.truth().handOvers).toEqual([])
  })

  test('may be decided before that: it did not happen, and the lead is handed over again', async () => {
    const stage = await startHandOver(handedCampaign, lost('reset_before'))
    await stage.lead('lead_1', { phone: '+12025550123' })
    const { id } = await stage.journey('lead_1', ({ steps }) => steps.some(({ kind }) => kind === 'walk'))
    expect((await decide(stage, id, false)).status).toBe(200)
    expect(await stage.journey('lead_1', isOver)).toMatchObject({ state: 'done', outcome: 'answered' })
    eachOnce(stage, 1)
    expect((await decide(stage, id, true)).status).toBe(409)
  })

  test.each([true, false])('with onUnknown: park a person decides at once: happened is %s', async happened => {
    const dial = { ...handedCampaign.dial, onUnknown: 'park' }
    const later = { autoDialer: { ...autoDialer, firstCallMs: 4_000_000 } }
    const stage = await startHandOver(
      { ...handedCampaign, dial },
      {
        ...lost(happened ? 'reset_after' : 'reset_before'),
        leadsail: happened ? later : { autoDialer },
      },
    )
    await stage.lead('lead_1', { phone: '+12025550123' })
    const parked = await stage.journey('lead_1', isOver)
    expect(parked).toMatchObject({ state: 'parked', steps: [], effects: [{ kind: 'handover', state: 'parked' }] })
    const { body } = await stage.api<{ parked: unknown[] }>('/parked')
    expect(body.parked).toMatchObject([{ key: `handover:${parked.id}`, kind: 'handover', leadId: 'lead_1' }])
    await decide(stage, parked.id, happened)
    expect(await stage.journey('lead_1', isOver)).toMatchObject({ state: 'done', outcome: 'answered' })
    eachOnce(stage, 1)
  })

  test('of a journey that was cancelled meanwhile is nobody’s question any more', async () => {
    const stage = await startHandOver(handedCampaign, lost('reset_before'))
    await stage.lead('lead_1', { phone: '+12025550123' })
    const { id } = await stage.journey('lead_1', ({ effects }) => effects[0]?.state === 'unknown')
    await post(stage, `/journeys/${id}/cancel`)
    const journey = await stage.journey('lead_1', isOver)
    expect(journey).toMatchObject({ state: 'stopped', reason: 'cancelled', steps: [] })
    expect(handOverOf(journey)).toMatchObject({ state: 'skipped', why: 'cancelled' })
    expect(happenings(journey)).toContain('handover.not_taken_back')
    expect(handOverRequests(stage)).toHaveLength(1)
  })
})

test('a vendor that is away while a lead is looked for costs nothing but time', async () => {
  const stage = await startHandOver(handedCampaign, {
    faults: [{ match: { path: '/interactions/lead/' }, kind: 'status', status: 503, times: 2 }],
  })
  await stage.lead('lead_1', { phone: '+12025550123' })
  await stage.journey('lead_1', ({ steps }) => steps[0]?.why === 'INTERNAL_ERROR')
  stage.clock.advance(10_000)
  expect(await stage.journey('lead_1', isOver, 20_000)).toMatchObject({ state: 'done', outcome: 'answered' })
  eachOnce(stage, 1)
}, 30_000)

test('a restart loses nobody: leads that wait go out, leads that were handed over are followed', async () => {
  const stage = await startHandOver(handedList, { leadsail: { autoDialer: { ...autoDialer, firstCallMs: 2_000_000 } } })
  await start(stage, 30)
  await eventually(() => expect(stage.simulator.truth().handOvers.length).toBeGreaterThan(0))
  await stage.restart()
  await untilProgress(stage, { total: 30, done: 30 })
  eachOnce(stage, 30)
}, 40_000)
