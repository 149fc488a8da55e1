import { describe, expect, test } from 'vitest'
import type { ControlInput } from '../../../simulator/control.ts'
import type { JourneyView } from '../../../src/desk/journey-view.ts'
import { eventually } from '../../support/eventually.ts'
import { isOver, plainCampaign, startStage } from '../../support/stage.ts'

const HOUR_MS = 3_600_000
const quick = { reconcile: { grace: 'PT1S', looks: 2, skew: 'PT0.3S' } }
const initiate = { method: 'POST', path: '/voice/calls/initiate' }
const text = { id: 'thanks', sms: { text: 'Hello', window: '00:00-24:00' } }
const pixel = { id: 'lead-pixel', pixel: { via: 'leadsail', platform: 'facebook', pixelId: '1', event: 'Lead' } }

const stageWith = (campaign: Record<string, unknown>, control: Partial<ControlInput>) =>
  startStage({
    campaigns: [{ ...plainCampaign, ...quick, ...campaign }],
    control: { requestLog: true, scripts: { '*': [{ status: 'completed', lengthMs: 10 }] }, ...control },
    overrides: { requestTimeoutMs: 500 },
  })

const happenings = (journey: JourneyView) => journey.timeline.map(({ what }) => what)
const effectOf = (journey: JourneyView, kind: string) => journey.effects.find(effect => effect.kind === kind)

describe('a call whose answer was lost', () => {
  test.each([
    ['a connection that breaks after the call was placed', { kind: 'reset_after' }],
    ['a 5xx after the call was placed', { kind: 'status', status: 502, afterCommit: true }],
    ['an answer that cannot be read', { kind: 'bad_json' }],
  ] as const)('%s: it is found, adopted and followed', async (_name, fault) => {
    const stage = await stageWith({}, { faults: [{ match: initiate, ...fault }] })
    await stage.lead('lead_1', { phone: '+12025550123' })
    const journey = await stage.journey('lead_1', isOver)
    expect(journey).toMatchObject({ state: 'done', outcome: 'answered' })
    expect(happenings(journey)).toEqual(
      expect.arrayContaining(['call.intended', 'call.unknown', 'call.found_done', 'call.ended', 'journey.done']),
    )
    const { calls } = stage.simulator.truth()
    expect(calls).toHaveLength(1)
    expect(journey.attempts).toMatchObject([{ number: 1, interactionId: calls[0]?.interactionId }])
    expect(effectOf(journey, 'call')).toMatchObject({ state: 'done', tries: 1, result: { adopted: true } })
  })

  test.each([
    ['a 5xx', { kind: 'status', status: 502 }],
    ['a connection that breaks before the call is placed', { kind: 'reset_before' }],
  ] as const)('%s: its absence is seen over the grace, then it is dialed again, once', async (_name, fault) => {
    const stage = await stageWith({}, { faults: [{ match: initiate, ...fault, times: 1 }] })
    await stage.lead('lead_1', { phone: '+12025550123' })
    const journey = await stage.journey('lead_1', isOver)
    expect(journey).toMatchObject({ state: 'done', outcome: 'answered', attempts: [{ number: 1 }] })
    expect(effectOf(journey, 'call')).toMatchObject({ state: 'done', tries: 2 })
    const dials = stage.simulator.requests().filter(({ route }) => route === 'POST /voice/calls/initiate')
    expect(dials).toHaveLength(2)
    // Nothing is repeated before the intent's time and the grace are over.
    expect(Number(dials[1]?.at) - Number(dials[0]?.at)).toBeGreaterThanOrEqual(300 + 1_000)
    const lists = stage.simulator.requests().filter(({ route }) => route === 'GET /interactions/lead/:leadId')
    expect(lists.length).toBeGreaterThanOrEqual(2)
    expect(Number(lists[0]?.at) - Number(dials[0]?.at)).toBeGreaterThanOrEqual(300)
    expect(stage.simulator.truth().calls).toHaveLength(1)
  })

  test('with onUnknown: park a person decides instead', async () => {
    const stage = await stageWith(
      { dial: { ...plainCampaign.dial, onUnknown: 'park' } },
      { faults: [{ match: initiate, kind: 'reset_before' }] },
    )
    await stage.lead('lead_1', { phone: '+12025550123' })
    const journey = await stage.journey('lead_1', isOver)
    expect(journey).toMatchObject({ state: 'parked', attempts: [{ state: 'unknown' }] })
    expect(effectOf(journey, 'call')).toMatchObject({ state: 'parked', why: expect.stringContaining('2 looks') })
    expect(stage.simulator.truth().requests.byRoute['POST /voice/calls/initiate']).toBe(1)
  })

  test('a list that lags less than the grace costs nothing: the call is found late and adopted', async () => {
    const stage = await stageWith({}, { lists: { lagMs: 900 }, faults: [{ match: initiate, kind: 'reset_after' }] })
    await stage.lead('lead_1', { phone: '+12025550123' })
    const journey = await stage.journey('lead_1', isOver)
    expect(journey).toMatchObject({ state: 'done' })
    expect(happenings(journey)).toContain('effect.not_found_yet')
    expect(stage.simulator.truth().calls).toHaveLength(1)
  })

  test('a list that lags more than the grace is where the promise ends under redial, and holds under park', async () => {
    const control = { lists: { lagMs: 60_000 }, faults: [{ match: initiate, kind: 'reset_after' as const, times: 1 }] }
    const redialing = await stageWith({}, control)
    await redialing.lead('lead_1', { phone: '+12025550123' })
    await redialing.journey('lead_1', isOver)
    expect(redialing.simulator.truth().calls).toHaveLength(2)

    const parking = await stageWith({ dial: { ...plainCampaign.dial, onUnknown: 'park' } }, control)
    await parking.lead('lead_1', { phone: '+12025550123' })
    expect(await parking.journey('lead_1', isOver)).toMatchObject({ state: 'parked' })
    expect(parking.simulator.truth().calls).toHaveLength(1)
  })

  test('a call that a person started by hand meanwhile is adopted: this errs towards not calling', async () => {
    const stage = await stageWith({}, { faults: [{ match: initiate, kind: 'reset_before', times: 1 }] })
    await stage.lead('lead_1', { phone: '+12025550123' })
    await stage.journey('lead_1', ({ state }) => state === 'dialing')
    stage.simulator.control({
      foreignCalls: [{ leadId: 'lead_1', direction: 'outbound', status: 'completed', campaignId: 'HXZ' }],
    })
    const journey = await stage.journey('lead_1', isOver)
    expect(journey).toMatchObject({ state: 'done', outcome: 'answered' })
    expect(stage.simulator.truth().calls).toHaveLength(0)
  })

  test('two calls that could be it are for a person', async () => {
    const stage = await stageWith({}, { faults: [{ match: initiate, kind: 'reset_after', times: 1 }] })
    await stage.lead('lead_1', { phone: '+12025550123' })
    await stage.journey('lead_1', ({ state }) => state === 'dialing')
    stage.simulator.control({
      foreignCalls: [{ leadId: 'lead_1', direction: 'outbound', status: 'completed', campaignId: 'HXZ' }],
    })
    const journey = await stage.journey('lead_1', isOver)
    expect(journey).toMatchObject({ state: 'parked' })
    expect(effectOf(journey, 'call')?.why).toMatch(/^2 calls could be it: int_/)
    expect(stage.simulator.truth().calls).toHaveLength(1)
  })

  test('an inbound call of the lead is none of ours', async () => {
    const stage = await stageWith({}, { faults: [{ match: initiate, kind: 'reset_after', times: 1 }] })
    await stage.lead('lead_1', { phone: '+12025550123' })
    await stage.journey('lead_1', ({ state }) => state === 'dialing')
    stage.simulator.control({
      foreignCalls: [{ leadId: 'lead_1', direction: 'inbound', status: 'completed', campaignId: 'HXZ' }],
    })
    expect(await stage.journey('lead_1', isOver)).toMatchObject({ state: 'done' })
    expect(stage.simulator.truth().calls).toHaveLength(1)
  })

  test('a call of an earlier attempt is linked already and is not taken for this one', async () => {
    const dial = { ...plainCampaign.dial, retry: { no_answer: ['PT0S'] } }
    const stage = await stageWith(
      { dial, reconcile: { ...quick.reconcile, skew: 'PT5S', grace: 'PT1S' } },
      {
        scripts: {
          lead_1: [
            { status: 'no_answer', lengthMs: 10 },
            { status: 'qualified', lengthMs: 10 },
          ],
        },
      },
    )
    await stage.lead('lead_1', { phone: '+12025550123' })
    stage.simulator.control({ faults: [{ match: initiate, kind: 'reset_before', times: 1 }] })
    await stage.journey('lead_1', ({ attempts }) => attempts.length > 0)
    const journey = await stage.journey('lead_1', isOver, 20_000)
    expect(journey).toMatchObject({ state: 'done', outcome: 'qualified' })
    const { calls } = stage.simulator.truth()
    expect(new Set(journey.attempts.map(({ interactionId }) => interactionId)).size).toBe(2)
    expect(calls).toHaveLength(2)
  }, 40_000)

  test('two unknown calls to one lead in two campaigns each find their own', async () => {
    const stage = await startStage({
      campaigns: [
        { ...plainCampaign, ...quick },
        { ...plainCampaign, ...quick, id: 'solar', account: { campaignId: 'SUN' }, trigger: {} },
      ],
      control: {
        scripts: { '*': [{ status: 'completed', lengthMs: 10 }] },
        faults: [{ match: initiate, kind: 'reset_after' }],
      },
      overrides: { requestTimeoutMs: 500 },
    })
    await Promise.all([
      stage.send('call.requested', { campaign: 'roof', leadId: 'lead_1', phone: '+12025550121' }),
      stage.send('call.requested', { campaign: 'solar', leadId: 'lead_1', phone: '+12025550122' }),
    ])
    await eventually(async () => {
      const journeys = await stage.journeysOf('lead_1')
      expect(journeys).toHaveLength(2)
      expect(journeys.every(isOver)).toBe(true)
    })
    const { calls } = stage.simulator.truth()
    const journeys = await stage.journeysOf('lead_1')
    expect(calls).toHaveLength(2)
    for (const { campaign, attempts } of journeys) {
      const own = calls.find(({ campaignId }) => campaignId === (campaign === 'roof' ? 'HXZ' : 'SUN'))
      expect(attempts).toMatchObject([{ interactionId: own?.interactionId, outcome: 'answered' }])
    }
  })

  test('a vendor that is down while it is asked is asked again; that is no look', async () => {
    const stage = await stageWith(
      {},
      {
        faults: [
          { match: initiate, kind: 'reset_after', times: 1 },
          { match: { path: '/interactions/lead/' }, kind: 'status', status: 503, times: 2 },
        ],
      },
    )
    await stage.lead('lead_1', { phone: '+12025550123' })
    const journey = await stage.journey('lead_1', isOver, 20_000)
    expect(journey).toMatchObject({ state: 'done', outcome: 'answered' })
    expect(happenings(journey).filter(what => what === 'step.failed')).toHaveLength(1)
    const { byRoute } = stage.simulator.truth().requests
    expect(byRoute['GET /interactions/lead/:leadId']).toBe(3)
    expect(happenings(journey)).not.toContain('effect.not_found_yet')
    expect(stage.simulator.truth().calls).toHaveLength(1)
  }, 40_000)

  test('a journey that was cancelled meanwhile is not dialed again', async () => {
    const stage = await stageWith({}, { faults: [{ match: initiate, kind: 'reset_before', times: 1 }] })
    await stage.lead('lead_1', { phone: '+12025550123' })
    const { id } = await stage.journey('lead_1', ({ state }) => state === 'dialing')
    await stage.api(`/journeys/${id}/cancel`, { method: 'POST' })
    expect(await stage.journey('lead_1', isOver)).toMatchObject({ state: 'stopped', reason: 'cancelled' })
    expect(stage.simulator.truth().calls).toEqual([])
  })
})

describe('a text whose answer was lost', () => {
  test('it is found in the thread by its words, although the lead has replied since', async () => {
    const stage = await stageWith(
      { followUps: [text] },
      { faults: [{ match: { path: '/sms/send' }, kind: 'reset_after' }] },
    )
    await stage.lead('lead_1', { phone: '+12025550123' })
    await stage.journey('lead_1', ({ effects }) => effects.at(-1)?.state === 'unknown')
    stage.simulator.control({ inbound: [{ leadId: 'lead_1', text: 'Who is this?' }] })
    const journey = await stage.journey('lead_1', isOver)
    expect(journey).toMatchObject({ state: 'done' })
    expect(effectOf(journey, 'sms')).toMatchObject({ state: 'done', tries: 1 })
    expect(stage.simulator.truth().texts).toHaveLength(1)
  })

  test('it is parked when the thread does not show it', async () => {
    const stage = await stageWith(
      { followUps: [text] },
      { faults: [{ match: { path: '/sms/send' }, kind: 'reset_before' }] },
    )
    await stage.lead('lead_1', { phone: '+12025550123' })
    const journey = await stage.journey('lead_1', isOver)
    expect(journey).toMatchObject({ state: 'parked', outcome: 'answered' })
    expect(effectOf(journey, 'sms')).toMatchObject({ state: 'parked', tries: 1 })
    expect(stage.simulator.truth().texts).toEqual([])
  })

  test('with onUnknown: resend it is sent again after its absence was seen', async () => {
    const followUps = [{ ...text, sms: { ...text.sms, onUnknown: 'resend' } }]
    const stage = await stageWith(
      { followUps },
      { faults: [{ match: { path: '/sms/send' }, kind: 'reset_before', times: 1 }] },
    )
    await stage.lead('lead_1', { phone: '+12025550123' })
    const journey = await stage.journey('lead_1', isOver)
    expect(effectOf(journey, 'sms')).toMatchObject({ state: 'done', tries: 2 })
    expect(stage.simulator.truth().texts).toHaveLength(1)
  })

  test('the same words sent by another rule are not taken for it', async () => {
    const twin = { ...text, id: 'twin', sms: { ...text.sms, delay: 'PT1S' } }
    const stage = await stageWith(
      { followUps: [text, twin], reconcile: { ...quick.reconcile, skew: 'PT5S' } },
      { faults: [] },
    )
    await stage.lead('lead_1', { phone: '+12025550123' })
    await eventually(() => expect(stage.simulator.truth().texts).toHaveLength(1))
    stage.simulator.control({ faults: [{ match: { path: '/sms/send' }, kind: 'reset_before' }] })
    const journey = await stage.journey('lead_1', isOver, 20_000)
    expect(journey.effects.map(({ rule, state }) => [rule, state])).toEqual([
      ['1', 'done'],
      ['thanks', 'done'],
      ['twin', 'parked'],
    ])
  }, 40_000)
})

describe('a pixel whose answer was lost', () => {
  const lost = { faults: [{ match: { path: '/pixels/fire' }, kind: 'reset_after' as const, times: 1 }] }

  test('with park it is at most once: a person decides', async () => {
    const stage = await stageWith({ followUps: [pixel] }, lost)
    await stage.lead('lead_1', { phone: '+12025550123' })
    const journey = await stage.journey('lead_1', isOver)
    expect(journey).toMatchObject({ state: 'parked' })
    expect(stage.simulator.truth().pixels).toHaveLength(1)
    expect(stage.simulator.truth().requests.byRoute['POST /pixels/fire']).toBe(1)
  })

  test('with retry it is at least once', async () => {
    const stage = await stageWith({ followUps: [{ ...pixel, pixel: { ...pixel.pixel, onUnknown: 'retry' } }] }, lost)
    await stage.lead('lead_1', { phone: '+12025550123' })
    await stage.journey('lead_1', ({ effects }) => effects.at(-1)?.state === 'planned' && effects.at(-1)?.tries === 1)
    stage.clock.advance(HOUR_MS)
    const journey = await stage.journey('lead_1', isOver)
    expect(effectOf(journey, 'pixel')).toMatchObject({ state: 'done', tries: 2 })
    expect(stage.simulator.truth().requests.byRoute['POST /pixels/fire']).toBe(2)
  })
})
