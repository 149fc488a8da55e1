import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { startStage } from '../../support/stage.ts'
import { deliver } from './deliveries.ts'

const SECRET = 'a-path-that-nobody-guesses'

interface Taken {
  headers: IncomingHttpHeaders
  body: Buffer
  path: string
}

/** The user's own SMS agent, who answers as told. */
async function startAgent(answers: () => number = () => 200) {
  const taken: Taken[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', () => {
      const status = answers()
      if (status < 300) taken.push({ headers: request.headers, body: Buffer.concat(chunks), path: request.url ?? '' })
      response.writeHead(status).end('thanks, not JSON')
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close(() => {}).closeAllConnections())
  return { taken, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/agent/?key=k%201` }
}

const bodyOf = (combinedText: string, more: Record<string, unknown> = {}) => ({
  message: { combinedText, messageCount: 1, senderPhone: '+12025550123', inboundPhone: '+12025550199' },
  lead: { leadId: 'lead_1', firstName: 'Ann', phone: '+12025550123', status: 'contacted' },
  campaign: { campaignId: 'HXZ', name: 'Roof quotes' },
  interaction: { interactionId: 'int_1', status: 'incomplete', transcript: [] },
  questionnaire: { knownInformation: [], informationToCollect: [] },
  tenantId: 'tenant_1',
  agentId: 'smsagent_1',
  timestamp: '2026-11-20T10:00:00.000Z',
  ...more,
})

const JSON_TYPE = { 'content-type': 'application/json' }
const post = (url: string, body: unknown, path = `/webhooks/leadsail-sms/${SECRET}`) =>
  deliver(url, { path, headers: JSON_TYPE, body: Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body)) })
const secretEnv = { LEADSAIL_SMS_AGENT_SECRET: `the-one-on-its-way-out, ${SECRET}` }

test('the secret in the path opens, either of two, and everything else is answered in the order of all sources', async () => {
  const stage = await startStage({ env: secretEnv })
  const send = (path: string, delivery: object = {}) =>
    deliver(stage.url, { path, headers: JSON_TYPE, body: Buffer.from('{}'), ...delivery })
  const wrong = '/webhooks/leadsail-sms/wrong'
  expect((await send(wrong, { method: 'GET' })).status).toBe(405)
  expect((await send(wrong, { body: Buffer.alloc(1_048_577, 32) })).status).toBe(413)
  expect((await send(wrong, { headers: { 'content-type': 'text/plain' } })).status).toBe(415)
  const refused = [
    wrong,
    '/webhooks/leadsail-sms',
    `${wrong}-`,
    `/webhooks/leadsail-sms/${SECRET}x`,
    '/webhooks/leadsail-sms/%20',
  ]
  const texts = new Set<string>()
  for (const path of refused) {
    const answer = await send(path)
    expect([path, answer.status]).toEqual([path, 401])
    texts.add(answer.text)
  }
  expect(texts.size).toBe(1)
  // Another source has no secret in its path, and this one's has one part.
  expect((await send(`/webhooks/leadsail/${SECRET}`)).status).toBe(404)
  expect((await send(`/webhooks/leadsail-sms/${SECRET}/more`)).status).toBe(404)
  expect((await send('/webhooks/leadsail-sms/%zz')).status).toBe(404)
  expect((await stage.api('/events')).body).toEqual({ events: [] })

  expect((await post(stage.url, bodyOf('Hi'), '/webhooks/leadsail-sms/the-one-on-its-way-out')).status).toBe(202)
  const answer = await post(stage.url, bodyOf('Hello'))
  expect(answer).toMatchObject({
    status: 202,
    body: { status: 'accepted', eventId: expect.stringMatching(/^leadsail-sms_/) },
  })
  expect(await post(stage.url, bodyOf('Hello'))).toMatchObject({
    status: 200,
    body: { status: 'duplicate', eventId: answer.body['eventId'] },
  })
  for (const line of stage.lines) expect(JSON.stringify(line)).not.toContain(SECRET)
})

test('without its secret the source is not there, whatever stands behind its name', async () => {
  const stage = await startStage()
  for (const path of [
    '/webhooks/leadsail-sms',
    `/webhooks/leadsail-sms/${SECRET}`,
    '/webhooks/leadsail-sms/undefined',
  ]) {
    expect((await post(stage.url, bodyOf('Hi'), path)).status).toBe(404)
  }
})

test('a STOP suppresses, START takes it back, and what nobody can read is kept', async () => {
  const stage = await startStage({ env: secretEnv })
  const settled = async (body: unknown) => stage.event(String((await post(stage.url, body)).body['eventId']))
  const rows = async () => (await stage.api<{ suppressions: object[] }>('/suppressions')).body.suppressions

  expect(await settled(bodyOf('STOP'))).toMatchObject({ state: 'processed', type: 'text.received', reason: 'opt-out' })
  expect(await rows()).toEqual([
    {
      id: expect.any(String),
      phone: '+12025550123',
      channels: ['voice', 'sms'],
      reason: 'opted out by text',
      at: '2026-11-20T10:00:00.000Z',
      by: expect.stringMatching(/^event leadsail-sms_/),
    },
  ])
  const later = { timestamp: '2026-11-20T11:00:00.000Z' }
  expect(await settled(bodyOf('thanks a lot', later))).toMatchObject({ state: 'ignored' })
  expect(await settled(bodyOf('START', later))).toMatchObject({ state: 'processed', reason: 'opt-in' })
  expect(await rows()).toEqual([])
  // An old STOP that comes late gives way to the START after it.
  expect(await settled(bodyOf('STOP', { agentId: 'late' }))).toMatchObject({ state: 'ignored' })
  expect(await rows()).toEqual([])
  // A STOP that never came by itself stands in the thread.
  const transcript = [
    { timestamp: '2026-11-20T11:30:00.000Z', role: 'agent', message: 'Reply STOP to end', source: 'api' },
    { timestamp: '2026-11-20T12:00:00.000Z', role: 'user', message: 'stop', source: 'inbound' },
    { role: 'user', message: 'START', source: 'inbound' },
    'nonsense',
  ]
  const thread = { interaction: { interactionId: 'int_1', transcript }, timestamp: '2026-11-20T12:10:00.000Z' }
  expect(await settled(bodyOf('hello?', thread))).toMatchObject({ state: 'processed', reason: 'opt-out' })
  expect(await rows()).toHaveLength(1)

  expect(await settled({ message: {} })).toMatchObject({ state: 'rejected' })
  expect(await settled(bodyOf('STOP', { lead: {}, message: { combinedText: 'STOP' } }))).toMatchObject({
    state: 'rejected',
  })
  expect(
    await settled(bodyOf('STOP', { lead: {}, message: { combinedText: 'STOP', senderPhone: '911' } })),
  ).toMatchObject({
    state: 'ignored',
  })
})

test('every delivery is passed on once it is on disk, byte for byte, and a duplicate is not', async () => {
  const agent = await startAgent()
  const stage = await startStage({ env: { ...secretEnv, LEADSAIL_SMS_AGENT_FORWARD_URL: agent.url } })
  const odd = Buffer.concat([
    Buffer.from('{"message": {"combinedText":  "h\\u00e9",\n'),
    Buffer.from([0xff, 0xfe, 0x00]),
    Buffer.from('}'),
  ])
  const bodies = [
    Buffer.from(`${JSON.stringify(bodyOf('STOP'), undefined, 2)}\n`),
    Buffer.from(JSON.stringify(bodyOf('Hi'))),
    odd,
  ]
  const ids: string[] = []
  for (const body of bodies) {
    const answer = await post(stage.url, body)
    expect(answer.status).toBe(202)
    ids.push(String(answer.body['eventId']))
    expect((await post(stage.url, body)).status).toBe(200)
  }
  await eventually(() => expect(agent.taken).toHaveLength(3))
  for (const [at, id] of ids.entries()) {
    const taken = agent.taken.find(({ headers }) => headers['x-event-id'] === id)
    expect(taken?.body.equals(bodies[at] as Buffer)).toBe(true)
    expect(taken).toMatchObject({ path: '/agent/?key=k+1', headers: { 'content-type': 'application/json' } })
    expect(await stage.event(id, event => event.forwardedAt)).toMatchObject({ forwardedAt: expect.any(String) })
  }
  // Handled again it is not passed on again.
  await stage.api(`/events/${ids[1]}/replay`, { method: 'POST' })
  await stage.event(String(ids[1]), ({ replays, handledAt }) => replays === 1 && handledAt)
  await eventually(() => expect(stage.lines.filter(({ job }) => job === 'forward-delivery')).toHaveLength(3))
  expect(agent.taken).toHaveLength(3)
})

test('an agent that is away gets its texts when it is back, and one that never is is given up and can be asked for', async () => {
  let status = 503
  let asked = 0
  const agent = await startAgent(() => {
    asked += 1
    return status
  })
  const stage = await startStage({ env: { ...secretEnv, LEADSAIL_SMS_AGENT_FORWARD_URL: agent.url } })
  const first = String((await post(stage.url, bodyOf('Hi'))).body['eventId'])
  await eventually(() => expect(asked).toBe(1))
  // What becomes of it there changes nothing here.
  expect(await stage.event(first)).toMatchObject({ state: 'ignored' })
  status = 200
  stage.clock.advance(2_000)
  await eventually(() => expect(agent.taken).toHaveLength(1))

  status = 404
  asked = 0
  const second = String((await post(stage.url, bodyOf('Hello'))).body['eventId'])
  for (let tries = 1; tries <= 15; tries += 1) {
    await eventually(() => expect(asked).toBe(tries))
    await stage.event(second, event => event.forwardTries === tries)
    stage.clock.advance(300_000)
  }
  await stage.event(second, event => event.forwardFailedAt)
  expect(stage.lines.some(({ msg, alert }) => msg === 'delivery.forward_given_up' && alert === true)).toBe(true)
  expect(asked).toBe(15)
  status = 200
  await stage.api(`/events/${second}/replay`, { method: 'POST' })
  await eventually(() => expect(agent.taken).toHaveLength(2))
}, 60_000)

test('what was accepted and not yet passed on outlives the process', async () => {
  let status = 500
  const agent = await startAgent(() => status)
  const stage = await startStage({ env: { ...secretEnv, LEADSAIL_SMS_AGENT_FORWARD_URL: agent.url } })
  const id = String((await post(stage.url, bodyOf('Hi'))).body['eventId'])
  await stage.event(id, event => event.forwardTries === 1)
  status = 200
  await stage.restart()
  stage.clock.advance(2_000)
  await eventually(() => expect(agent.taken.map(({ headers }) => headers['x-event-id'])).toEqual([id]))
})

test("the simulator's own SMS agent webhook comes in, several texts as one", async () => {
  const agent = await startAgent()
  const stage = await startStage({ env: { ...secretEnv, LEADSAIL_SMS_AGENT_FORWARD_URL: agent.url } })
  const smsAgent = { url: `${stage.url}/webhooks/leadsail-sms/${SECRET}`, windowMs: 100_000 }
  stage.simulator.control({
    leadsail: { smsAgent },
    leads: [{ leadId: 'lead_7', phone: '+12025550177' }],
    inbound: [
      { leadId: 'lead_7', text: 'Who is this?' },
      { leadId: 'lead_7', text: 'Stop' },
    ],
  })
  await eventually(() => expect(agent.taken).toHaveLength(1))
  expect(JSON.parse(String(agent.taken[0]?.body))).toMatchObject({
    message: { combinedText: 'Who is this?\nStop', messageCount: 2, senderPhone: '+12025550177' },
  })
  const { body } = await stage.api<{ suppressions: object[] }>('/suppressions')
  expect(body.suppressions).toMatchObject([{ phone: '+12025550177', reason: 'opted out by text' }])
})
