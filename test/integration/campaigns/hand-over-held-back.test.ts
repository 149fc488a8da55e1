import { expect, test } from 'vitest'
import type { Preflight } from '../../../src/desk/preflight.ts'
import { eventually } from '../../support/eventually.ts'
import {
  handedCampaign,
  handedList,
  handOverRequests,
  importRows,
  post,
  rowPhone,
  startHandOver,
  untilProgress,
} from '../../support/hand-over-stage.ts'
import { isOver, plainCampaign } from '../../support/stage.ts'

const HOUR_MS = 3_600_000

test('a draft, a paused campaign and a pause of everything hold leads back; preflight says what could go out', async () => {
  const stage = await startHandOver(handedList)
  const preflight = async () => (await stage.api<Preflight>('/campaigns/roof/preflight')).body
  await importRows(stage, 5)
  await stage.send('lead.opted_out', { phone: rowPhone(4) })
  await eventually(async () => expect((await preflight()).blocked).toEqual({ suppressed: 1 }))
  expect(await preflight()).toMatchObject({ dialableNow: 4, laterByHour: [], expectedFinishAt: null })
  await post(stage, '/pause')
  await post(stage, '/campaigns/roof/start')
  stage.clock.advance(60_000)
  await post(stage, '/campaigns/roof/pause')
  await post(stage, '/resume')
  stage.clock.advance(60_000)
  // Asked for by name, a lead waits as well while its campaign is paused.
  await stage.send('call.requested', { campaign: 'roof', leadId: 'asked', phone: '+12025550199' })
  await stage.journey('asked', ({ state }) => state === 'scheduled')
  expect(handOverRequests(stage)).toEqual([])
  expect((await stage.campaign()).progress).toMatchObject({ total: 6, scheduled: 6 })

  await post(stage, '/campaigns/roof/resume')
  await untilProgress(stage, { total: 6, done: 5, stopped: 1 })
  expect(await stage.journey('row_4', isOver)).toMatchObject({ state: 'stopped', reason: 'suppressed', attempts: [] })
  expect(
    stage.simulator
      .truth()
      .handOvers.map(({ leadId }) => leadId)
      .sort(),
  ).toEqual([...['asked', 'row_0', 'row_1', 'row_2', 'row_3']])
  expect(await preflight()).toEqual({
    ...{ mode: 'handover', dialableNow: 0, laterByHour: [], blocked: {}, expectedFinishAt: null },
  })
})

test('calls of the dialer take their place in the number’s budget, which holds a hand-over back in its turn', async () => {
  const dial = { ...handedCampaign.dial, maxPer24h: 2, notAfter: 'P3D' }
  const own = { ...plainCampaign, id: 'own', account: { campaignId: 'OWN' }, trigger: { reentry: 'PT0S' }, dial }
  const stage = await startHandOver(
    { ...handedCampaign, dial, trigger: { ...plainCampaign.trigger, reentry: 'PT0S' } },
    {},
    [own],
  )
  const phone = '+12025550123'
  await stage.lead('lead_1', { phone })
  await stage.journey('lead_1', isOver)
  await stage.send('call.requested', { campaign: 'own', leadId: 'lead_2', phone })
  await stage.journey('lead_2', isOver)

  await stage.send('call.requested', { campaign: 'own', leadId: 'lead_3', phone })
  await stage.journey('lead_3', ({ steps }) => steps[0]?.why === 'budget')
  await stage.lead('lead_4', { phone })
  const held = await stage.journey('lead_4', ({ steps }) => steps[0]?.why === 'budget')
  expect(held).toMatchObject({ state: 'scheduled', steps: [{ kind: 'handover' }] })
  const { laterByHour, dialableNow } = (await stage.api<Preflight>('/campaigns/roof/preflight')).body
  expect({ dialableNow, later: laterByHour.map(({ count }) => count) }).toEqual({ dialableNow: 0, later: [1] })
  expect(stage.simulator.truth().calls).toHaveLength(2)
  stage.clock.advance(25 * HOUR_MS)
  await stage.journey('lead_4', isOver)
})

test('a number in another call is not handed over before that has ended', async () => {
  const own = { ...plainCampaign, id: 'own', account: { campaignId: 'OWN' }, trigger: {} }
  const scripts = {
    lead_1: [{ status: 'completed', lengthMs: 4_000_000 }],
    '*': [{ status: 'completed', lengthMs: 10 }],
  }
  const stage = await startHandOver(handedCampaign, { scripts }, [own])
  await stage.send('call.requested', { campaign: 'own', leadId: 'lead_1', phone: '+12025550123' })
  await stage.journey('lead_1', ({ state }) => state === 'in_call')
  await stage.lead('lead_2', { phone: '+12025550123' })
  await stage.journey('lead_2', ({ steps }) => steps[0]?.why === 'live_call')
  await stage.journey('lead_1', isOver)
  stage.clock.advance(5_000)
  await stage.journey('lead_2', isOver)
  expect(stage.simulator.truth().duplicates?.calls).toEqual([])
})
