import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { startPixelStage } from '../../support/pixel-stage.ts'
import { isOver, plainCampaign, startStage } from '../../support/stage.ts'

const HOUR_MS = 3_600_000
const qualified = { '*': [{ status: 'qualified', lengthMs: 10 }] }
const pixel = (via: string, more = {}) => ({ via, pixelId: '77', event: 'Lead', ...more })
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const campaignWith = (...pixels: object[]) => ({
  ...plainCampaign,
  followUps: pixels.map((act, index) => ({ id: `pixel-${index + 1}`, pixel: act })),
})
const vias = ['meta', 'tiktok'] as const

test.each(vias)('%s is told of a conversion with all that is known of the lead, by hashes', async via => {
  const stage = await startStage({
    campaigns: [campaignWith(pixel(via, { value: 50, currency: 'USD' }))],
    control: {
      scripts: qualified,
      leads: [{ leadId: 'lead_1', phone: '+16505551212', email: 'record@example.com', firstName: 'Rita' }],
    },
  })
  await stage.lead('lead_1', { phone: '+12025550123', email: ' Ann.Lee@Example.com' })
  const journey = await stage.journey('lead_1', isOver)
  const effect = journey.effects.at(-1)
  expect(effect).toMatchObject({ kind: 'pixel', state: 'done', tries: 1 })
  const plannedAt = Date.parse(journey.timeline.find(({ what }) => what === 'pixel.planned')?.at ?? '')
  const { events } = stage.simulator.truth().conversions
  expect(events).toMatchObject([
    {
      ...{ vendor: via, pixelId: '77', eventName: 'Lead', value: 50, currency: 'USD' },
      eventId: sha256(effect?.key ?? '').slice(0, 32),
      eventTime: Math.floor(plannedAt / 1_000) * 1_000,
      source: via === 'meta' ? 'phone_call' : 'web',
    },
  ])
  expect(effect?.result).toMatchObject({ event: 'Lead', eventId: events[0]?.eventId })
  // What came with the lead goes before the vendor's record; the click is known from the record alone.
  const user = events[0]?.userData
  if (via === 'meta') {
    expect(user).toMatchObject({ em: [sha256('ann.lee@example.com')], ph: [sha256('12025550123')] })
    expect(user).toMatchObject({ external_id: [sha256('lead_1')], fbc: expect.stringMatching(/^fb\.1\./) })
  } else {
    expect(user).toMatchObject({ email: sha256('ann.lee@example.com'), phone: sha256('+12025550123') })
    expect(user).toMatchObject({ external_id: sha256('lead_1'), ttclid: expect.any(String) })
  }
  expect(JSON.stringify(events)).not.toMatch(/example\.com"|2025550123/)
  expect(stage.simulator.truth().pixels).toEqual([])
})

test.each(vias)('%s gets events with a test code as tests', async via => {
  const stage = await startStage({
    campaigns: [{ ...campaignWith(pixel(via, { testEventCode: 'TEST1' })), test: true }],
    control: { scripts: qualified },
  })
  await stage.lead('lead_1')
  await stage.journey('lead_1', isOver)
  expect(stage.simulator.truth().conversions).toMatchObject({ events: [], tests: [{ testEventCode: 'TEST1' }] })
})

test('pixels that come due together go in one request, each with its own intent and its own result', async () => {
  const stage = await startPixelStage(
    60,
    vias.map(via => pixel(via)),
  )
  await stage.fire()
  await stage.rest()
  for (const leadId of stage.leads) {
    const { effects } = await stage.journey(leadId, isOver)
    expect(effects.slice(1)).toMatchObject([
      { state: 'done', tries: 1 },
      { state: 'done', tries: 1 },
    ])
  }
  const { conversions, requests } = stage.simulator.truth()
  expect(conversions).toMatchObject({ counts: { receipts: 120, events: 120 }, repeats: [] })
  for (const via of vias) {
    const own = conversions.events.filter(({ vendor }) => vendor === via)
    const batches = new Set(own.map(({ batch }) => batch)).size
    console.log(`${via}: ${own.length} events in ${batches} requests`)
    expect(requests.byVendor[via]?.total).toBe(batches)
    expect(batches).toBeLessThanOrEqual(20)
  }
})

test('a bad event costs those beside it nothing', async () => {
  const stage = await startPixelStage(5, [pixel('meta')])
  stage.simulator.control({ leads: [{ leadId: 'lead_3', attribution: { fbc: 'fb.of-no-form' } }] })
  await stage.fire()
  await stage.rest()
  const effects = await Promise.all(stage.leads.map(async id => (await stage.journey(id, isOver)).effects[1]))
  const done = { state: 'done', tries: 1 }
  expect(effects).toMatchObject([done, done, done, { state: 'refused', error: { code: 'META_100' } }, done])
  expect(stage.simulator.truth().conversions).toMatchObject({ counts: { receipts: 4, events: 4 } })
})

test.each(vias)('%s: what may have arrived is repeated under the same id, or put before a person', async via => {
  const stage = await startStage({
    campaigns: [
      {
        ...campaignWith(
          pixel(via, { pixelId: '1', onUnknown: 'retry' }),
          pixel(via, { pixelId: '2', onUnknown: 'park' }),
        ),
        reconcile: { skew: 'PT0.1S' },
      },
    ],
    control: {
      scripts: qualified,
      faults: [
        { match: { path: via === 'meta' ? '/1/events' : '/event/track' }, kind: 'reset_after', times: 1 },
        { match: { path: via === 'meta' ? '/2/events' : '/event/track' }, kind: 'reset_after', times: 1 },
      ],
    },
  })
  await stage.lead('lead_1')
  const waiting = await stage.journey(
    'lead_1',
    ({ effects }) => effects[1]?.state === 'planned' && effects[1].tries === 1 && effects[2]?.state === 'parked',
  )
  const again = waiting.timeline.find(({ what }) => what === 'pixel.to_repeat')
  const delayMs = Date.parse(waiting.nextAt ?? '') - Date.parse(again?.at ?? '')
  expect(delayMs).toBeGreaterThan(4_000)
  expect(delayMs).toBeLessThanOrEqual(10_000)
  stage.clock.advance(10_000)
  const parked = await stage.journey('lead_1', ({ effects }) => effects[1]?.state === 'done')
  expect(parked).toMatchObject({ state: 'parked', effects: [{}, { tries: 2 }, { state: 'parked', tries: 1 }] })
  const { counts, repeats, receipts } = stage.simulator.truth().conversions
  expect(counts).toMatchObject({ receipts: 3, events: 2 })
  expect(repeats).toMatchObject([{ pixelId: '1', times: 2 }])
  expect(new Set(receipts.map(({ eventTime }) => eventTime)).size).toBe(1)
})

test('TikTok is sent nothing again 47 hours after a try that may have arrived: a person decides', async () => {
  const stage = await startStage({
    campaigns: [campaignWith(pixel('tiktok', { onUnknown: 'retry' }), pixel('meta', { onUnknown: 'retry' }))],
    control: {
      scripts: qualified,
      faults: [{ match: { path: '/(event/track|77/events)' }, kind: 'status', status: 503 }],
    },
  })
  await stage.lead('lead_1')
  const tried = (times: number) =>
    stage.journey(
      'lead_1',
      ({ effects }) =>
        effects.length === 3 && effects.slice(1).every(({ state, tries }) => state === 'planned' && tries >= times),
    )
  await tried(1)
  stage.clock.advance(46 * HOUR_MS)
  await tried(2)
  stage.clock.advance(HOUR_MS + 60_000)
  const journey = await stage.journey(
    'lead_1',
    ({ state, effects }) => state === 'parked' && effects[2]?.state === 'planned' && effects[2].tries >= 3,
  )
  expect(journey.effects[1]).toMatchObject({ state: 'parked', tries: 2 })
  expect(journey.effects[1]?.why).toContain('an earlier try may have arrived')
  expect(journey.effects[2]).toMatchObject({ state: 'planned' })

  // A person knows that it has not: it is fired once more.
  stage.simulator.control({ faults: [] })
  const key = encodeURIComponent(journey.effects[1]?.key ?? '')
  await stage.api(`/parked/${key}`, { json: { happened: false } })
  stage.clock.advance(15 * 60_000)
  expect((await stage.journey('lead_1', isOver)).effects.slice(1)).toMatchObject([{ state: 'done' }, { state: 'done' }])
})

test("without the vendor's record a conversion waits for an hour, and then goes with what is known", async () => {
  const stage = await startStage({
    campaigns: [campaignWith(pixel('meta'))],
    control: { scripts: { '*': [{ status: 'qualified', lengthMs: 3_600_000 }] } },
  })
  await stage.lead('lead_1', { phone: '+12025550123', timezone: 'America/New_York' })
  await stage.journey('lead_1', ({ state }) => state === 'in_call')
  stage.simulator.control({ faults: [{ match: { path: '/leads/lead_1' }, kind: 'status', status: 503 }] })
  stage.clock.advance(5_000)
  await stage.journey('lead_1', ({ timeline }) => timeline.at(-1)?.what === 'step.failed')
  stage.clock.advance(30 * 60_000)
  const waiting = await stage.journey('lead_1', ({ steps }) => Date.parse(steps[0]?.dueAt ?? '') > stage.clock.now())
  expect(waiting.effects.at(-1)).toMatchObject({ state: 'planned', tries: 0 })
  stage.clock.advance(31 * 60_000)
  await stage.journey('lead_1', isOver)
  const [event] = stage.simulator.truth().conversions.events
  expect(event?.userData).toMatchObject({ ph: [sha256('12025550123')] })
  expect(event?.userData).not.toHaveProperty('fbc')
})
