import { describe, expect, test } from 'vitest'
import type { AuditView } from '../../../src/desk/audit.ts'
import type { JourneyView } from '../../../src/desk/journey-view.ts'
import type { ParkedView } from '../../../src/desk/parked.ts'
import { isOver, plainCampaign, type Stage, startStage } from '../../support/stage.ts'

const parking = {
  ...plainCampaign,
  dial: { ...plainCampaign.dial, onUnknown: 'park' },
  reconcile: { grace: 'PT0.2S', looks: 1, skew: 'PT0.1S' },
}
const text = { id: 'thanks', sms: { text: 'Hello', window: '00:00-24:00' } }
const pixel = (more = {}) => ({ via: 'leadsail', platform: 'facebook', pixelId: '1', event: 'Lead', ...more })

async function parkedList(stage: Stage): Promise<ParkedView[]> {
  return (await stage.api<{ parked: ParkedView[] }>('/parked')).body.parked
}

const decide = (stage: Stage, key: string, json: Record<string, unknown>) =>
  stage.api<JourneyView>(`/parked/${encodeURIComponent(key)}`, { json })

/** A service with one call of which nobody knows whether it was placed. */
async function withParkedCall(kind: 'reset_before' | 'reset_after') {
  const stage = await startStage({
    campaigns: [{ ...parking, followUps: [text] }],
    control: {
      lists: { lagMs: 3_600_000 },
      scripts: { '*': [{ status: 'qualified', lengthMs: 10 }] },
      faults: [{ match: { path: '/voice/calls/initiate' }, kind, times: 1 }],
    },
    overrides: { requestTimeoutMs: 300 },
  })
  await stage.lead('lead_1', { phone: '+12025550123' })
  const journey = await stage.journey('lead_1', isOver)
  const [row] = await parkedList(stage)
  return { stage, journey, key: String(row?.key), row }
}

describe('a parked call', () => {
  test('is listed with what is known', async () => {
    const { journey, row } = await withParkedCall('reset_before')
    expect(row).toEqual({
      key: `call:${journey.id}:1`,
      kind: 'call',
      rule: '1',
      journey: journey.id,
      campaign: 'roof',
      leadId: 'lead_1',
      since: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      why: expect.stringContaining('the vendor did not show it'),
    })
  })

  test('that did not happen is dialed, and the journey goes on to its end', async () => {
    const { stage, key } = await withParkedCall('reset_before')
    expect(await decide(stage, key, { happened: false, note: 'asked the vendor' })).toMatchObject({ status: 200 })
    const journey = await stage.journey('lead_1', isOver)
    expect(journey).toMatchObject({ state: 'done', outcome: 'qualified' })
    expect(stage.simulator.truth().calls).toHaveLength(1)
    expect(stage.simulator.truth().texts).toHaveLength(1)
    expect(await parkedList(stage)).toEqual([])
    const { body } = await stage.api<{ audit: AuditView[] }>('/audit')
    // The note stands on the timeline, which goes with the lead.
    expect(body.audit).toMatchObject([{ by: 'local', what: 'parked.did_not_happen', subject: key }])
    expect((await decide(stage, key, { happened: false })).status).toBe(409)
  })

  test('that happened, with its id, is followed to its end', async () => {
    const { stage, key } = await withParkedCall('reset_after')
    const interactionId = stage.simulator.truth().calls[0]?.interactionId
    await decide(stage, key, { happened: true, interactionId })
    const journey = await stage.journey('lead_1', isOver)
    expect(journey).toMatchObject({ state: 'done', outcome: 'qualified', attempts: [{ interactionId }] })
    expect(stage.simulator.truth().calls).toHaveLength(1)
    expect(stage.simulator.truth().texts).toHaveLength(1)
  })

  test('that happened without a trace is over, and is not dialed again', async () => {
    const { stage, key } = await withParkedCall('reset_after')
    await decide(stage, key, { happened: true })
    expect(await stage.journey('lead_1', isOver)).toMatchObject({ state: 'done', outcome: 'timed_out' })
    expect(stage.simulator.truth().calls).toHaveLength(1)
  })

  test('with an unmapped status is given its meaning, and its rules act', async () => {
    const stage = await startStage({
      campaigns: [{ ...plainCampaign, followUps: [{ ...text, when: { outcome: ['answered'] } }] }],
      control: { scripts: { '*': [{ status: 'weird_status', lengthMs: 10 }] } },
    })
    await stage.lead('lead_1', { phone: '+12025550123' })
    await stage.journey('lead_1', isOver)
    const [row] = await parkedList(stage)
    expect(row).toMatchObject({ interactionId: stage.simulator.truth().calls[0]?.interactionId })
    await decide(stage, String(row?.key), { happened: true, outcome: 'answered' })
    expect(await stage.journey('lead_1', isOver)).toMatchObject({ state: 'done', outcome: 'answered' })
    expect(stage.simulator.truth().texts).toHaveLength(1)
  })
})

test('parked texts and pixels, once per lead too, are decided by their keys', async () => {
  const stage = await startStage({
    campaigns: [
      {
        ...parking,
        followUps: [text, { id: 'per-lead', pixel: pixel({ once: 'lead' }) }, { id: 'per-journey', pixel: pixel() }],
      },
    ],
    control: {
      scripts: { '*': [{ status: 'qualified', lengthMs: 10 }] },
      faults: [
        { match: { path: '/sms/send' }, kind: 'reset_before', times: 1 },
        { match: { path: '/pixels/fire' }, kind: 'reset_before', times: 2 },
      ],
    },
    overrides: { requestTimeoutMs: 300 },
  })
  await stage.lead('lead_1', { phone: '+12025550123' })
  const journey = await stage.journey(
    'lead_1',
    ({ effects }) => effects.filter(({ state }) => state === 'parked').length === 3,
  )
  expect((await parkedList(stage)).map(({ key }) => key).sort()).toEqual([
    `pixel:${journey.id}:per-journey`,
    'pixel:leadsail/lead_1:roof/per-lead',
    `sms:${journey.id}:thanks`,
  ])
  await decide(stage, 'pixel:leadsail/lead_1:roof/per-lead', { happened: false })
  await decide(stage, `pixel:${journey.id}:per-journey`, { happened: true })
  await decide(stage, `sms:${journey.id}:thanks`, { happened: false })
  const over = await stage.journey('lead_1', isOver)
  expect(over).toMatchObject({ state: 'done', outcome: 'qualified' })
  expect(over.effects.map(({ state }) => state)).toEqual(['done', 'done', 'done', 'done'])
  const truth = stage.simulator.truth()
  expect([truth.texts.length, truth.pixels.length]).toEqual([1, 1])
})

test('a decision that does not fit is refused with why', async () => {
  const stage = await startStage()
  expect((await decide(stage, 'call:jrn_00_00000000000000000000:1', { happened: true })).status).toBe(404)
  expect((await decide(stage, 'anything', { happened: 'maybe' })).status).toBe(400)
  expect((await decide(stage, 'anything', { happened: true })).status).toBe(404)
})

test('after a cancel no decision calls or texts the lead', async () => {
  const stage = await startStage({
    campaigns: [{ ...parking, followUps: [text] }],
    control: {
      scripts: { '*': [{ status: 'qualified', lengthMs: 10 }] },
      faults: [{ match: { path: '/sms/send' }, kind: 'reset_before', times: 1 }],
    },
    overrides: { requestTimeoutMs: 300 },
  })
  await stage.lead('lead_1', { phone: '+12025550123' })
  const { id } = await stage.journey('lead_1', isOver)
  await stage.api(`/journeys/${id}/cancel`, { method: 'POST' })
  await decide(stage, `sms:${id}:thanks`, { happened: false })
  const over = await stage.journey('lead_1', isOver)
  expect(over).toMatchObject({ state: 'stopped', reason: 'cancelled' })
  expect(over.effects.at(-1)).toMatchObject({ kind: 'sms', state: 'skipped', why: 'cancelled' })
  expect(stage.simulator.truth().texts).toEqual([])
})

test('a call of another journey cannot be taken for this one', async () => {
  const { stage, key } = await withParkedCall('reset_before')
  stage.simulator.control({ faults: [], lists: { lagMs: 0 } })
  await stage.lead('lead_2', { phone: '+12025550124' })
  const other = await stage.journey('lead_2', isOver)
  expect((await decide(stage, key, { happened: true, interactionId: other.attempts[0]?.interactionId })).status).toBe(
    422,
  )
})
