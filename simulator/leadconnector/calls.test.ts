import { expect, test } from 'vitest'
import { ACTION_SECRET } from './call-log.ts'
import { USUAL_LOCATION } from './control.ts'
import { startBench } from './testing.ts'

const enrol = '/contacts/c1/workflow/w1'

test('an enrolment becomes a call some time later, whose log shows once it is over', async () => {
  const bench = await startBench({
    leads: [{ leadId: 'c1', phone: '+12125550123' }],
    scripts: { c1: [{ status: 'qualified', lengthMs: 60_000, summary: 'Wants a quote' }] },
    leadconnector: { workflows: { w1: 'agent_sales' }, enrolmentMs: 5_000 },
  })
  const taken = await bench.ask('POST', enrol, { body: {} })
  expect([taken.status, taken.body['succeded']]).toEqual([200, true])
  expect(bench.simulator.truth().calls).toEqual([])
  bench.advance(5_000)
  const begunAt = bench.now()
  expect(bench.simulator.truth()).toMatchObject({
    liveCalls: 1,
    calls: [{ vendor: 'leadconnector', leadId: 'c1', phone: '+12125550123', campaignId: 'agent_sales', at: begunAt }],
  })
  bench.advance(59_999)
  expect(await bench.ids()).toEqual([])
  bench.advance(1)
  const { body } = await bench.list('&contactId=c1')
  expect(body).toMatchObject({ total: 1, page: 1, pageSize: 10 })
  const [log] = body['callLogs'] as Record<string, unknown>[]
  expect(log).toEqual({
    id: bench.simulator.truth().calls[0]?.interactionId,
    contactId: 'c1',
    agentId: 'agent_sales',
    isAgentDeleted: false,
    fromNumber: expect.stringMatching(/^\+1\d{10}$/),
    createdAt: new Date(begunAt).toISOString(),
    duration: 60,
    trialCall: false,
    executedCallActions: [
      expect.objectContaining({ actionType: 'CUSTOM_ACTION' }),
      expect.objectContaining({ actionType: 'APPOINTMENT_BOOKING', executedAt: expect.any(String) }),
    ],
    summary: 'Wants a quote',
    transcript: expect.stringMatching(/^bot: .+\nhuman: /),
    messageId: expect.any(String),
  })
  expect(JSON.stringify(log)).toContain(ACTION_SECRET)
  const one = await bench.ask('GET', `/voice-ai/dashboard/call-logs/${log?.['id']}?locationId=${USUAL_LOCATION}`)
  expect(one.body).toEqual(log)
})

test.each([
  ['completed', 'completed', 30],
  ['qualified', 'completed', 30],
  ['transferred', 'completed', 30],
  ['answered', 'answered', 30],
  ['no_answer', 'no-answer', 0],
  ['busy', 'busy', 0],
  ['voicemail', 'voicemail', 30],
  ['failed', 'failed', 0],
  ['canceled', 'canceled', 0],
  ['odd', 'odd', 30],
])('a call that ends as %s has a message that says %s', async (status, callStatus, duration) => {
  const bench = await startBench({ scripts: { '*': [{ status, lengthMs: 30_000 }] } })
  await bench.ask('POST', enrol, { body: {} })
  bench.advance(3_000)
  const ended = (await bench.simulator.truth()).calls[0]
  expect(ended?.status).toBe('pending')
  bench.advance(30_000)
  const { body } = await bench.list()
  const [log] = body['callLogs'] as Record<string, unknown>[]
  expect(log?.['duration']).toBe(duration)
  const message = await bench.ask('GET', `/conversations/messages/${log?.['messageId']}`)
  expect(message.body).toMatchObject({
    messageType: 'TYPE_CALL',
    direction: 'outbound',
    contactId: 'c1',
    meta: { callStatus, callDuration: String(duration) },
  })
  expect(bench.simulator.truth().calls).toMatchObject([{ status: callStatus, outcome: callStatus }])
})

test('a workflow that is left in time calls nobody, and one that never ends never shows', async () => {
  const bench = await startBench({ scripts: { c2: [{ neverEnds: true }] } })
  await bench.ask('POST', enrol, { body: {} })
  await bench.ask('DELETE', enrol)
  await bench.ask('POST', '/contacts/c2/workflow/w1', { body: {} })
  bench.advance(3_600_000)
  expect(bench.simulator.truth().calls).toMatchObject([{ leadId: 'c2', endsAt: null }])
  expect(await bench.ids()).toEqual([])
})

test('each enrolment is a call of its own, and every second one to a number at once is told', async () => {
  const bench = await startBench({ scripts: { '*': [{ status: 'completed', lengthMs: 60_000 }] } })
  await bench.ask('POST', enrol, { body: {} })
  await bench.ask('POST', enrol, { body: {} })
  bench.advance(10_000)
  expect(bench.simulator.truth().duplicates?.calls).toMatchObject([
    { interactionIds: [expect.any(String), expect.any(String)] },
  ])
})

test('calls that no enrolment made are told apart', async () => {
  const bench = await startBench()
  bench.simulator.control({
    leads: [{ leadId: 'c1', phone: '+12125550123' }],
    leadconnector: {
      calls: [
        { contactId: 'c1', agentId: 'a1', createdAgoMs: 60_000, lengthMs: 30_000, extractedData: { budget: 'high' } },
        { contactId: 'c1', agentId: 'a2', createdAgoMs: 50_000, trial: true, message: false, transcript: 'bot: Hi' },
      ],
    },
  })
  const { body } = await bench.list()
  expect(body['callLogs']).toMatchObject([
    { agentId: 'a2', trialCall: true, transcript: 'bot: Hi' },
    { agentId: 'a1', fromNumber: '+12125550123', extractedData: { budget: 'high' }, trialCall: false },
  ])
  expect((body['callLogs'] as object[])[0]).not.toHaveProperty('messageId')
  expect(bench.simulator.truth()).toMatchObject({ counts: { calls: 0 }, foreignCalls: [{}, { test: true }] })
})

test('logs are filtered, sorted and paged as documented', async () => {
  const bench = await startBench()
  const call = (name: string, ago: number, more = {}) => ({
    contactId: name,
    createdAgoMs: ago,
    lengthMs: ago,
    ...more,
  })
  bench.simulator.control({
    leadconnector: {
      calls: [
        call('a', 4_000),
        call('b', 3_000, { agentId: 'x' }),
        call('c', 2_000, { trial: true }),
        call('d', 1_000, { status: 'qualified' }),
      ],
    },
  })
  const of = async (query: string) => {
    const { body } = await bench.list(query)
    return (body['callLogs'] as { contactId: string }[]).map(({ contactId }) => contactId).join('')
  }
  expect(await of('')).toBe('dcba')
  expect(await of('&sortBy=createdAt&sort=ascend')).toBe('abcd')
  expect(await of('&sort=ascend')).toBe('dcba')
  expect(await of('&sortBy=duration&sort=ascend')).toBe('dcba')
  expect(await of('&contactId=a,d')).toBe('da')
  expect(await of('&agentId=x')).toBe('b')
  expect(await of('&callType=TRIAL')).toBe('c')
  expect(await of('&callType=LIVE')).toBe('dba')
  expect(await of('&actionType=APPOINTMENT_BOOKING,SMS')).toBe('d')
  expect(await of(`&startDate=${bench.now() - 3_000}&endDate=${bench.now() - 2_000}`)).toBe('cb')
  expect(await of('&pageSize=3&page=2')).toBe('a')
  expect(await of('&pageSize=3&page=3')).toBe('')
  expect((await bench.list('&pageSize=3&page=2')).body).toMatchObject({ total: 4, page: 2, pageSize: 3 })
  bench.simulator.control({ lists: { lagMs: 500 } })
  expect(await of('')).toBe('')
})
