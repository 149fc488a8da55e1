import { expect, test } from 'vitest'
import type { JourneyView } from '../../../src/desk/journey-view.ts'
import { openLedger } from '../../support/list-journeys.ts'
import { isOver, plainCampaign, type Stage, startStage } from '../../support/stage.ts'
import { deliver } from './deliveries.ts'
import { LOCATION, platformEnv, senders } from './platform-senders.ts'

const PHONE = '+12025550123'
const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000

/** One look right after the call was placed, and none for an hour. */
const lookedAtOnce = { first: 'PT0.05S', min: 'PT1H', max: 'PT1H', deadline: 'PT9H' }
/** No look for an hour. */
const notLookedAt = { ...lookedAtOnce, first: 'PT1H' }

/** Another campaign that may call the same number. */
const solar = { ...plainCampaign, id: 'solar', trigger: {}, poll: notLookedAt }

/** A call of five minutes; time passes as it does in life, or is moved on. */
const fiveMinutes = {
  requestLog: true,
  timeScale: 1,
  scripts: { '*': [{ status: 'qualified', lengthMs: 5 * MINUTE_MS }] },
}

const startWith = (poll: object, more: object[] = []) =>
  startStage({
    campaigns: [{ ...plainCampaign, poll }, ...(more as Record<string, unknown>[])],
    control: fiveMinutes,
    env: platformEnv,
  })

/** How often the vendor was asked for a call. */
const looks = (stage: Stage) =>
  stage.simulator.requests().filter(({ route }) => route === 'GET /interactions/:interactionId').length

/** The names of a call at the voice platform and at the carrier. */
function namesOf({ attempts }: JourneyView): { conversation: string; carrier: string } {
  const name = String(attempts[0]?.interactionId).slice('int_'.length)
  return { conversation: `conv_${name}`, carrier: `vng-${name}` }
}

type Names = ReturnType<typeof namesOf>
const vapi = (call: object) => ({ message: { type: 'end-of-call-report', call } })

const manners: [how: string, sender: keyof typeof senders, event: (names: Names) => object][] = [
  ['ElevenLabs’ conversation', 'elevenlabs', names => transcription(names.conversation)],
  ['Vapi’s call', 'vapi', names => vapi({ id: names.conversation })],
  ['Vapi’s carrier', 'vapi', names => vapi({ id: 'call_1', phoneCallProviderId: names.carrier })],
  ['Retell’s call', 'retell', names => ({ event: 'call_analyzed', call: { call_id: names.conversation } })],
  ['Bland’s call', 'bland', names => ({ call_id: names.conversation })],
  ['Twilio’s call', 'twilioJson', names => ({ CallSid: names.carrier, CallStatus: 'completed' })],
]

function transcription(conversation_id: string, external_number?: string) {
  const metadata = external_number === undefined ? {} : { metadata: { phone_call: { external_number } } }
  return { type: 'post_call_transcription', data: { conversation_id, ...metadata } }
}

async function send(stage: Stage, name: keyof typeof senders, event: object): Promise<string> {
  const { source, send: sign } = senders[name]
  const delivery = sign(Buffer.from(JSON.stringify(event)), { atMs: stage.clock.now() })
  const { status, headers, body } = await deliver(stage.url, delivery)
  expect([200, 202]).toContain(status)
  return String(source === 'twilio' ? headers['x-event-id'] : body['eventId'])
}

test.each(manners)('a hint by %s looks at the call at once', async (_how, name, event) => {
  const stage = await startWith(lookedAtOnce)
  await stage.lead('lead_1', { phone: PHONE })
  const live = await stage.journey('lead_1', ({ attempts }) => attempts[0]?.looks === 1)
  expect(looks(stage)).toBe(1)
  stage.clock.advance(10 * MINUTE_MS)
  const eventId = await send(stage, name, event(namesOf(live)))
  expect(await stage.journey('lead_1', isOver)).toMatchObject({ state: 'done', outcome: 'qualified' })
  expect(looks(stage)).toBe(2)
  expect(await stage.event(eventId)).toMatchObject({ state: 'processed', journeys: [live.id] })

  // Over and understood: another hint looks no more.
  await send(stage, 'bland', { call_id: `${namesOf(live).conversation}`, again: true })
  await stage.journey('lead_1', ({ timeline }) => timeline.at(-1)?.what === 'journey.done')
  expect(looks(stage)).toBe(2)
})

test('a call that nobody has looked at yet is found by the number, when it is the only one', async () => {
  const stage = await startWith(notLookedAt, [solar])
  await stage.lead('lead_1', { phone: PHONE })
  const first = await stage.journey('lead_1', ({ state }) => state === 'in_call')
  const ledger = await openLedger(stage.env, stage.clock)

  const stranger = await send(stage, 'elevenlabs', transcription('conv_unknown', '+12025550124'))
  expect(await stage.event(stranger)).toMatchObject({ state: 'ignored', reason: 'no call of ours' })
  const nameless = await send(stage, 'elevenlabs', transcription('conv_unknown_2', 'anonymous'))
  expect(await stage.event(nameless)).toMatchObject({ state: 'ignored', reason: 'no call of ours' })

  // Another call to the number, of another campaign.
  await stage.send('call.requested', { campaign: 'solar', leadId: 'lead_2', phone: PHONE })
  const second = await stage.journey('lead_2', ({ steps }) => steps.some(({ kind }) => kind === 'dial'))
  await ledger.journeys.transition(second.id, ({ journey, now }) => {
    const at = { intendedAt: now, placedAt: now }
    journey.steps = [{ kind: 'poll', ref: '1', dueAt: now + HOUR_MS, tries: 0 }]
    journey.attempts = [{ number: 1, state: 'live', interactionId: 'int_second', ...at }]
    return undefined
  })
  const doubtful = await send(stage, 'elevenlabs', transcription('conv_unknown_3', PHONE))
  expect(await stage.event(doubtful)).toMatchObject({ state: 'ignored', reason: 'no call of ours', journeys: [] })
  expect(looks(stage)).toBe(0)

  await ledger.journeys.transition(second.id, ({ journey }) => {
    journey.steps = []
    journey.attempts = [{ number: 1, state: 'ended', intendedAt: 1, outcome: 'failed' }]
    return undefined
  })
  stage.clock.advance(10 * MINUTE_MS)
  const hint = await send(stage, 'elevenlabs', transcription('conv_unknown_4', '(202) 555-0123'))
  expect(await stage.event(hint)).toMatchObject({ state: 'processed', journeys: [first.id] })
  expect(await stage.journey('lead_1', isOver)).toMatchObject({ state: 'done', outcome: 'qualified' })
  expect(looks(stage)).toBe(1)
})

test('the names of a call go with its journey', async () => {
  const stage = await startWith(lookedAtOnce)
  await stage.lead('lead_1', { phone: PHONE })
  const live = await stage.journey('lead_1', ({ attempts }) => attempts[0]?.looks === 1)
  const names = Object.values(namesOf(live))
  const ledger = await openLedger(stage.env, stage.clock)
  for (const name of names) expect(await ledger.search.journeyOfCallNamed(['other', name])).toBe(live.id)
  stage.clock.advance(10 * MINUTE_MS)
  await send(stage, 'bland', { call_id: names[0] })
  await stage.journey('lead_1', isOver)
  stage.clock.advance(HOUR_MS)
  expect(await ledger.retention.removeBefore(stage.clock.now())).toMatchObject({ journeys: 1 })
  for (const name of names) expect(await ledger.search.journeyOfCallNamed([name])).toBeUndefined()
})

const suppressed = async (stage: Stage) =>
  (await stage.api<{ suppressions: { phone: string; channels: string[] }[] }>('/suppressions')).body.suppressions

const optOuts: [how: string, sender: keyof typeof senders, event: object, channels: string[]][] = [
  [
    'a STOP to Twilio',
    'twilioJson',
    { MessageSid: 'SM1', SmsStatus: 'received', From: PHONE, Body: ' Stop. ' },
    ['voice', 'sms'],
  ],
  [
    'a STOP to LeadConnector',
    'leadconnector',
    { type: 'InboundMessage', locationId: LOCATION, messageType: 'SMS', contactId: 'lead_1', body: 'STOP' },
    ['voice', 'sms'],
  ],
  [
    'a contact who is not to be disturbed by calls',
    'leadconnector',
    { type: 'ContactDndUpdate', locationId: LOCATION, id: 'lead_1', dndSettings: { Call: { status: 'active' } } },
    ['voice'],
  ],
]

test.each(optOuts)('%s suppresses the number within a second', async (_how, name, event, channels) => {
  const stage = await startWith(notLookedAt, [solar])
  await stage.lead('lead_1', { phone: PHONE })
  await stage.journey('lead_1', ({ state }) => state === 'in_call')
  expect(await suppressed(stage)).toEqual([])
  const sentAt = performance.now()
  const eventId = await send(stage, name, event)
  await expect.poll(() => suppressed(stage), { interval: 10 }).toMatchObject([{ phone: PHONE, channels }])
  expect(performance.now() - sentAt).toBeLessThan(1_000)
  expect(await stage.event(eventId)).toMatchObject({ state: 'processed' })

  // Nobody is called any more.
  const again = await stage.send('call.requested', { campaign: 'solar', leadId: 'lead_3', phone: PHONE })
  expect(again.status).toBe(202)
  expect(await stage.journey('lead_3', isOver)).toMatchObject({ state: 'stopped', reason: 'suppressed', attempts: [] })
})

test('a number that LeadConnector writes oddly does not cost the opt-out of the lead behind it', async () => {
  const stage = await startWith(notLookedAt)
  await stage.lead('lead_1', { phone: PHONE })
  await stage.journey('lead_1', ({ state }) => state === 'in_call')
  const update = { type: 'ContactDndUpdate', locationId: LOCATION, phone: 'n/a', dnd: true }
  const known = await send(stage, 'leadconnector', { ...update, contactId: 'lead_1' })
  expect(await stage.event(known)).toMatchObject({ state: 'processed' })
  expect(await suppressed(stage)).toMatchObject([{ phone: PHONE }])
  const unknown = await send(stage, 'leadconnector', { ...update, contactId: 'lead_9' })
  const reason = 'it holds for the lead’s number as soon as one is known'
  expect(await stage.event(unknown)).toMatchObject({ state: 'processed', reason })
})
