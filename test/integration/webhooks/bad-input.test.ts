import { expect, test } from 'vitest'
import { isOver, plainCampaign, startStage } from '../../support/stage.ts'
import { callRequested, closedToday, deliver, fromStandard } from './deliveries.ts'

const { timezone: _, ...dialWithoutZone } = plainCampaign.dial
const closed = { ...plainCampaign, dial: { ...plainCampaign.dial, ...closedToday() } }

test('a campaign that is not there: the event is rejected and says which', async () => {
  const stage = await startStage()
  const answer = await stage.send('call.requested', { campaign: 'basement', leadId: 'lead_1', phone: '+12025550123' })
  expect(answer.status).toBe(202)
  const event = await stage.event(String(answer.body['eventId']))
  expect(event).toMatchObject({ state: 'rejected', journeys: [] })
  expect(event.reason).toBe('unknown campaign basement')
  expect(await stage.journeysOf('lead_1')).toEqual([])
})

test("a vendor's campaign or event that starts nothing is ignored, and says why", async () => {
  const stage = await startStage()
  const strangers = [
    { event: { campaignId: 'ZZZ' }, reason: 'no campaign is started by lead.processed of ZZZ' },
    { event: { event: 'lead.failed' }, reason: 'no campaign is started by lead.failed of HXZ' },
  ]
  for (const { event: fields, reason } of strangers) {
    const answer = await stage.lead('lead_1', { phone: '+12025550123' }, fields)
    const event = await stage.event(String(answer.body['eventId']))
    expect(event).toMatchObject({ state: 'ignored', reason, journeys: [] })
  }
  const call = await stage.send('call.ended', { provider: 'leadsail', interactionId: 'int_nobody' })
  expect(await stage.event(String(call.body['eventId']))).toMatchObject({ state: 'ignored', reason: 'no call of ours' })
  const number = await stage.send('lead.opted_out', { phone: 'not a number' })
  expect(await stage.event(String(number.body['eventId']))).toMatchObject({
    state: 'rejected',
    reason: 'the number to suppress is not valid',
  })
})

test('a lead id that would ask the vendor for something else is rejected', async () => {
  const stage = await startStage()
  for (const leadId of ['.', '..', '\ud800']) {
    const answer = await stage.lead(leadId, {}, { submissionId: `sub_${leadId.length}_${leadId}` })
    const event = await stage.event(String(answer.body['eventId']))
    expect(event).toMatchObject({ state: 'rejected', reason: 'leadId cannot stand in a path', journeys: [] })
  }
})

test.each<[what: string, data: Record<string, unknown>, vendorPhone: string | null | undefined, detail: string]>([
  ['letters', { phone: 'call me' }, undefined, 'the number is not valid'],
  ['too short', { phone: '+1202555' }, undefined, 'the number is not valid'],
  ['no such country', { phone: '+999123456789' }, undefined, 'the number is not valid'],
  ['an extension', { phone: '+12025550123 ext. 5' }, undefined, 'the number is not valid'],
  ["only the vendor's, and that is none", {}, '12', 'the number is not valid'],
  ['nowhere', {}, null, 'neither the event nor the vendor has a number'],
])('a number that is no number (%s) stops the journey and says so', async (_, data, vendorPhone, detail) => {
  const lead = { leadId: 'lead_1', ...(vendorPhone === undefined ? {} : { phone: vendorPhone }) }
  const stage = await startStage({ control: { leads: [lead] } })
  const answer = await stage.lead('lead_1', data)
  const journey = await stage.journey('lead_1', isOver)
  expect(journey).toMatchObject({ state: 'stopped', reason: 'invalid_phone', reasonDetail: detail, attempts: [] })
  expect(journey.timeline.at(-1)).toMatchObject({ what: 'journey.stopped', reason: 'invalid_phone', detail })
  expect(await stage.event(String(answer.body['eventId']))).toMatchObject({
    state: 'processed',
    journeys: [journey.id],
  })
  expect(stage.simulator.truth().calls).toEqual([])
})

test.each<[what: string, data: Record<string, unknown>, vendorZone: string | null, detail: RegExp]>([
  ['no zone at all', { timezone: 'Mars/Olympus' }, null, /the event names "Mars\/Olympus", which is no IANA time zone/],
  ['an offset', { timezone: '+05:00' }, null, /the event names "\+05:00"/],
  ["the vendor's own", {}, 'Eastern', /the vendor's lead names "Eastern"/],
  ['unknown everywhere', { phone: '+870773111632' }, null, /neither the event, the lead, the number nor the campaign/],
])('a zone that is no zone (%s) stops the journey and says so', async (_, data, vendorZone, detail) => {
  const stage = await startStage({
    campaigns: [{ ...plainCampaign, dial: dialWithoutZone }],
    control: { leads: [{ leadId: 'lead_1', phone: '+12025550123', timezone: vendorZone }] },
  })
  await stage.lead('lead_1', { phone: '+12025550123', ...data })
  const journey = await stage.journey('lead_1', isOver)
  expect(journey).toMatchObject({ state: 'stopped', reason: 'no_timezone', attempts: [] })
  expect(journey.reasonDetail).toMatch(detail)
  expect(journey.timeline.at(-1)).toMatchObject({ what: 'journey.stopped', reason: 'no_timezone' })
  expect(stage.simulator.truth().calls).toEqual([])
})

test('without a zone of its own a lead takes the one of the number, then the one of the campaign', async () => {
  const stage = await startStage({
    campaigns: [closed],
    control: {
      leads: [
        { leadId: 'lead_1', phone: '+13105550123', timezone: null },
        { leadId: 'lead_2', phone: '+870773111632', timezone: null },
      ],
    },
  })
  for (const [leadId, zones] of [
    ['lead_1', ['America/Los_Angeles']],
    ['lead_2', ['America/New_York']],
  ] as const) {
    await stage.lead(leadId)
    const journey = await stage.journey(leadId, ({ state }) => state === 'scheduled')
    expect(journey.timeline[0]).toMatchObject({ what: 'journey.opened', zones })
  }
})

test('a status that no vendor ever named parks the journey with the word on its timeline', async () => {
  const stage = await startStage({ control: { scripts: { lead_1: [{ status: 'teleported', lengthMs: 1_000 }] } } })
  await stage.lead('lead_1', { phone: '+12025550123' })
  const journey = await stage.journey('lead_1', isOver)
  expect(journey).toMatchObject({ state: 'parked', outcome: 'unmapped' })
  expect(JSON.stringify(journey.timeline)).toContain('teleported')
})

test('a second event for a lead who is on the way joins', async () => {
  const stage = await startStage({ campaigns: [closed] })
  await stage.lead('lead_1', { phone: '+12025550123' })
  const { id } = await stage.journey('lead_1', ({ state }) => state === 'scheduled')
  const second = await stage.lead('lead_1', { phone: '+12025550123' })
  expect(second.status).toBe(202)
  const eventId = String(second.body['eventId'])
  expect(await stage.event(eventId)).toMatchObject({ state: 'joined', journeys: [id] })
  const journey = await stage.journey('lead_1', ({ timeline }) => timeline.some(({ what }) => what === 'event.joined'))
  expect(journey.timeline).toContainEqual({ at: expect.any(String), what: 'event.joined', event: eventId })
  expect(await stage.journeysOf('lead_1')).toHaveLength(1)
})

test.each<[reentry: string, waitMs: number, state: string]>([
  ['never', 365 * 86_400_000, 'ignored'],
  ['PT1H', 3_500_000, 'ignored'],
  ['PT1H', 3_700_000, 'processed'],
  ['PT0S', 0, 'processed'],
])('after the end with reentry %s, %i ms later an event is %s', async (reentry, waitMs, state) => {
  const trigger = { ...plainCampaign.trigger, reentry }
  const stage = await startStage({ campaigns: [{ ...plainCampaign, trigger }] })
  await stage.lead('lead_1', { phone: '+12025550123' })
  const first = await stage.journey('lead_1', isOver)
  stage.clock.advance(waitMs)
  const again = await stage.lead('lead_1', { phone: '+12025550123' })
  const event = await stage.event(String(again.body['eventId']))
  expect(event.state).toBe(state)
  const journeys = await stage.journeysOf('lead_1')
  if (state === 'ignored') {
    expect(event).toMatchObject({ reason: 'reentry: the lead has been through this campaign', journeys: [first.id] })
    expect(journeys).toHaveLength(1)
  } else {
    expect(event.journeys).not.toContain(first.id)
    expect(journeys).toHaveLength(2)
    await stage.journey('lead_1', isOver)
  }
})

test('a mended event with the same id is a duplicate, with a new id it is new', async () => {
  const stage = await startStage()
  const atMs = stage.clock.now()
  const wrong = fromStandard(callRequested('lead_1', { campaign: 'basement' }), { id: 'msg_1', atMs })
  const mended = callRequested('lead_1')
  expect((await deliver(stage.url, wrong)).status).toBe(202)
  expect((await deliver(stage.url, fromStandard(mended, { id: 'msg_1', atMs }))).status).toBe(200)
  const taken = await deliver(stage.url, fromStandard(mended, { id: 'msg_2', atMs }))
  expect(taken.status).toBe(202)
  expect((await stage.event(String(taken.body['eventId']))).state).toBe('processed')
})

test('a lead who joined a journey of the same number joins it again at once', async () => {
  const stage = await startStage({ campaigns: [closed] })
  const phone = '+12025550123'
  await stage.lead('lead_1', { phone })
  const { id } = await stage.journey('lead_1', ({ state }) => state === 'scheduled')
  for (let at = 0; at < 2; at += 1) {
    const { body } = await stage.lead('lead_2', { phone })
    expect(await stage.event(String(body['eventId']))).toMatchObject({ state: 'joined', journeys: [id] })
  }
})
