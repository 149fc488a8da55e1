import { expect, test } from 'vitest'
import { runCleanUp } from '../../support/clean-up.ts'
import { isOver, plainCampaign, startStage } from '../../support/stage.ts'

const HOUR_MS = 3_600_000
const sms = (text: string, more = {}) => ({ text, window: '00:00-24:00', ...more })
const answered = { '*': [{ status: 'completed', lengthMs: 10 }] }

test('a text that is to wait two days goes out after two days', async () => {
  const stage = await startStage({
    campaigns: [{ ...plainCampaign, followUps: [{ id: 'later', sms: sms('Hello', { delay: 'P2D' }) }] }],
    control: { scripts: answered },
  })
  await stage.lead('lead_1', { phone: '+12025550123' })
  await stage.journey('lead_1', ({ state }) => state === 'following_up')
  stage.clock.advance(48 * HOUR_MS + 60_000)
  await stage.journey('lead_1', isOver)
  expect(stage.simulator.truth().texts).toHaveLength(1)
})

test('an outcome that was seen stands, although the look for the summary fails until the deadline', async () => {
  const pixel = { via: 'leadsail', platform: 'facebook', pixelId: '1', event: 'Lead' }
  const stage = await startStage({
    campaigns: [
      {
        ...plainCampaign,
        poll: { first: 'PT0.3S', min: 'PT0.1S', max: 'PT0.2S', settle: 'PT0.3S', deadline: 'PT3S' },
        followUps: [
          { id: 'quote', when: { summary: 'quote' }, sms: sms('Hello') },
          { id: 'lead', when: { outcome: ['qualified'] }, pixel },
        ],
      },
    ],
    control: { timeScale: 1, scripts: { '*': [{ status: 'qualified', lengthMs: 10, summaryAfterMs: HOUR_MS }] } },
  })
  await stage.lead('lead_1', { phone: '+12025550123' })
  await stage.journey('lead_1', ({ attempts }) => attempts[0]?.looks === 1)
  stage.simulator.control({ faults: [{ match: { path: '/interactions/int_' }, kind: 'status', status: 503 }] })
  expect(await stage.journey('lead_1', isOver)).toMatchObject({ state: 'done', outcome: 'qualified' })
  expect(stage.simulator.truth().pixels).toHaveLength(1)
})

test('while looking, Retry-After is kept to', async () => {
  const stage = await startStage({
    control: {
      requestLog: true,
      scripts: answered,
      faults: [{ match: { path: '/interactions/int_' }, kind: 'status', status: 429, retryAfter: 2, times: 1 }],
    },
  })
  await stage.lead('lead_1', { phone: '+12025550123' })
  await stage.journey('lead_1', isOver)
  const [first, second] = stage.simulator.requests().filter(({ route }) => route === 'GET /interactions/:interactionId')
  expect(Number(second?.at) - Number(first?.at)).toBeGreaterThanOrEqual(2_000)
})

test('a question that cannot be asked for an hour is put before a person', async () => {
  const stage = await startStage({
    campaigns: [{ ...plainCampaign, reconcile: { grace: 'PT1S', looks: 1, skew: 'PT0.1S' } }],
    control: {
      faults: [
        { match: { path: '/voice/calls/initiate' }, kind: 'reset_after' },
        { match: { path: '/interactions/lead/' }, kind: 'status', status: 503 },
      ],
    },
    overrides: { requestTimeoutMs: 300 },
  })
  await stage.lead('lead_1', { phone: '+12025550123' })
  await stage.journey('lead_1', ({ timeline }) => timeline.at(-1)?.what === 'step.failed')
  stage.clock.advance(2 * HOUR_MS)
  const parked = await stage.journey('lead_1', isOver)
  expect(parked).toMatchObject({ state: 'parked' })
  expect(parked.timeline.filter(({ what }) => what === 'step.failed')).toHaveLength(1)
})

test('reentry outlives the record: a lead who must never come twice does not come after the retention', async () => {
  const stage = await startStage({ env: { RETENTION: 'P1D' }, control: { scripts: answered } })
  await stage.lead('lead_1', { phone: '+12025550123' })
  await stage.journey('lead_1', isOver)
  stage.clock.advance(9 * 24 * HOUR_MS)
  await runCleanUp(stage)
  for (const leadId of ['lead_1', 'lead_2']) {
    const { body } = await stage.lead(leadId, { phone: '+12025550123' })
    expect(await stage.event(String(body['eventId']))).toMatchObject({ state: 'ignored' })
  }
  expect(await stage.journeysOf('lead_1')).toEqual([])
  expect(stage.simulator.truth().calls.filter(({ leadId }) => leadId === 'lead_1')).toHaveLength(1)
})

test('a follow-up named like an attempt does not stand in its way', async () => {
  const stage = await startStage({
    campaigns: [
      {
        ...plainCampaign,
        dial: { ...plainCampaign.dial, retry: { no_answer: ['PT2H'] } },
        followUps: [{ id: '2', when: { outcome: ['no_answer'] }, sms: sms('Hello') }],
      },
    ],
    control: {
      scripts: {
        '*': [
          { status: 'no_answer', lengthMs: 10 },
          { status: 'completed', lengthMs: 10 },
        ],
      },
    },
  })
  await stage.send('lead.opted_out', { phone: '+12025550123', channels: ['sms'] })
  await stage.lead('lead_1', { phone: '+12025550123' })
  await stage.journey('lead_1', ({ effects }) => effects.some(({ state }) => state === 'skipped'))
  stage.clock.advance(2 * HOUR_MS)
  expect(await stage.journey('lead_1', isOver)).toMatchObject({ outcome: 'answered' })
})

test('the same request many times at once is one journey, and so are many requests for one lead', async () => {
  const stage = await startStage()
  const ask = (leadId: string, key?: string) =>
    stage.api<{ id?: string; journeyId?: string }>('/journeys', {
      json: { campaign: 'roof', leadId, phone: '+12125550123', timezone: 'America/New_York' },
      headers: key === undefined ? {} : { 'Idempotency-Key': key },
    })
  const same = await Promise.all(Array.from({ length: 20 }, () => ask('lead_1', 'key_1')))
  expect(new Set(same.map(({ status }) => status))).toEqual(new Set([201]))
  expect(new Set(same.map(({ body }) => body.id)).size).toBe(1)

  const many = await Promise.all(
    Array.from({ length: 20 }, () =>
      stage.api<{ id?: string; journeyId?: string }>('/journeys', {
        json: { campaign: 'roof', leadId: 'lead_2', phone: '+12125550124', timezone: 'America/New_York' },
      }),
    ),
  )
  const statuses = many.map(({ status }) => status).sort()
  expect(statuses).toEqual([201, ...Array(19).fill(409)])
  const opened = many.find(({ status }) => status === 201)?.body.id
  expect(new Set(many.filter(({ status }) => status === 409).map(({ body }) => body.journeyId))).toEqual(
    new Set([opened]),
  )
})

test('a request by the API is handled again like any event', async () => {
  const stage = await startStage()
  const json = { campaign: 'roof', leadId: 'lead_1', phone: '+12125550123', timezone: 'America/New_York' }
  const { body } = await stage.api<{ id: string; eventId: string }>('/journeys', { json })
  await stage.journey('lead_1', isOver)
  await stage.api(`/events/${body.eventId}/replay`, { method: 'POST' })
  const event = await stage.event(body.eventId, ({ state }) => state === 'replayed')
  expect(event).toMatchObject({ journeys: [body.id], type: 'call.requested' })
  expect(stage.simulator.truth().calls).toHaveLength(1)
})

test('a cancel skips what is planned although the journey was stopped before', async () => {
  const stage = await startStage({
    campaigns: [
      {
        ...plainCampaign,
        dial: { ...plainCampaign.dial, retry: { no_answer: ['PT5H'] }, notAfter: 'PT4H' },
        followUps: [{ id: 'later', sms: sms('Hello', { delay: 'PT1H' }) }],
      },
    ],
    control: { scripts: { '*': [{ status: 'no_answer', lengthMs: 10 }] } },
  })
  await stage.lead('lead_1', { phone: '+12025550123' })
  const { id } = await stage.journey('lead_1', ({ state, reason }) => state === 'following_up' && reason === 'expired')
  await stage.api(`/journeys/${id}/cancel`, { method: 'POST' })
  expect(await stage.journey('lead_1', isOver)).toMatchObject({ state: 'stopped', reason: 'cancelled' })
  stage.clock.advance(2 * HOUR_MS)
  expect(stage.simulator.truth().texts).toEqual([])
})
