import { expect, test } from 'vitest'
import { ACTION_SECRET } from '../../../simulator/leadconnector/call-log.ts'
import { eventually } from '../../support/eventually.ts'
import { errorOfCall } from './calls.ts'
import { startDestinations } from './destinations.ts'

/** The provider as the service has it: against the simulator, with its budget in Redis. */
async function start(control: Parameters<typeof startDestinations>[0] = {}) {
  const { simulator, providers } = await startDestinations({
    timeScale: 1_000,
    leads: [{ leadId: 'c1', phone: '+12125550123', timezone: 'America/Chicago', firstName: 'Ada' }],
    ...control,
  })
  const client = providers.of('leadconnector')
  if (client.listFound === undefined || client.sendText === undefined) throw new Error('it can do less than it should')
  return { simulator, client, listFound: client.listFound, sendText: client.sendText }
}

const wish = { leadId: 'c1', phone: '+12125550123', workflowId: 'w1' }

test.each([
  ['qualified', 'appointment_booked', true],
  ['transferred', 'transferred', true],
  ['completed', 'completed', true],
  ['voicemail', 'voicemail', false],
  ['no_answer', 'no-answer', false],
  ['busy', 'busy', false],
])(
  'a call that ends as %s is found among those of its contact and by time, and read as %s',
  async (script, status, spokenTo) => {
    const { simulator, client, listFound } = await start({ scripts: { '*': [{ status: script, lengthMs: 30_000 }] } })
    const since = Date.now()
    expect(client.placesLater).toBe(true)
    expect(await client.placeCall(wish)).toEqual({})
    const [listed] = await eventually(async () => {
      const listed = await client.listInteractions('c1')
      if (listed.length === 0) throw new Error('no log yet')
      return listed
    })
    const [call] = simulator.truth().calls
    expect(call).toMatchObject({ leadId: 'c1', phone: '+12125550123' })
    expect(listed).toMatchObject({ interactionId: call?.interactionId, leadId: 'c1', account: 'agent_1', live: false })
    const found = await listFound({ since, until: Date.now() })
    expect(found).toEqual({ interactions: [listed] })
    const seen = await client.getInteraction(listed?.interactionId ?? '')
    expect(seen).toMatchObject({ status, spokenTo, direction: 'outbound', trial: false })
    expect(JSON.stringify([listed, found, seen])).not.toContain(ACTION_SECRET)
    expect(simulator.truth().counts.calls).toBe(1)
  },
)

test('a log that names no message is told from itself', async () => {
  const { simulator, client, listFound } = await start()
  const ring = { contactId: 'c1', agentId: 'a7', createdAgoMs: 60_000, lengthMs: 20_000, message: false }
  simulator.control({
    leadconnector: {
      calls: [
        { ...ring, trial: true, extractedData: { budget: 'high' } },
        { ...ring, createdAgoMs: 50_000, status: 'no_answer' },
      ],
    },
  })
  const { interactions } = await listFound({ since: 0, until: Date.now() })
  expect(interactions).toMatchObject([
    { account: 'a7', trial: true, extracted: { budget: 'high' }, status: 'completed', phone: '+12125550123' },
    { status: 'no-answer', trial: false, talkMs: 0 },
  ])
  expect(await client.getInteraction(interactions[0]?.interactionId ?? '')).toEqual(interactions[0])
})

test('a text goes to the number that is given, and one to a contact that wants none is refused', async () => {
  const { simulator, client, sendText } = await start()
  await sendText({ leadId: 'c1', phone: '+12125550199', text: 'Hi' })
  expect(simulator.truth().texts).toMatchObject([{ leadId: 'c1', to: '+12125550199', text: 'Hi' }])
  simulator.control({ leadconnector: { dnd: [{ contactId: 'c1', channels: { SMS: 'permanent' } }] } })
  expect(await client.getLead('c1')).toMatchObject({
    firstName: 'Ada',
    timezone: 'America/Chicago',
    doNotContact: ['sms'],
  })
  expect(await errorOfCall(sendText({ leadId: 'c1', phone: '+12125550199', text: 'Ho' }))).toMatchObject({
    name: 'RejectedError',
    message: expect.stringContaining('DND'),
  })
})

test('a call whose answer was lost is unknown, and the truth holds one', async () => {
  const faults = [{ match: { method: 'POST', path: '/workflow/' }, kind: 'reset_after' as const, times: 1 }]
  const { simulator, client } = await start({ faults })
  expect(await errorOfCall(client.placeCall(wish))).toMatchObject({ name: 'UnknownOutcomeError' })
  await eventually(async () => expect(simulator.truth().counts.calls).toBe(1))
})

test('a 429 pauses the whole account for the window of its limit', async () => {
  const { simulator, client } = await start({ leadconnector: { limits: { max: 1, intervalMs: 60_000 } } })
  await client.getLead('c1')
  const throttled = await errorOfCall(client.getLead('c1'))
  expect(throttled).toMatchObject({ name: 'RateLimitedError', retryAfterMs: 60_000 })
  const { total } = simulator.truth().requests
  const paused = await errorOfCall(client.permit('dial'))
  expect(paused).toMatchObject({ name: 'RateLimitedError', code: 'BUDGET' })
  expect(simulator.truth().requests.total).toBe(total)
})
