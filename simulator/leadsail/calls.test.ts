import { expect, test } from 'vitest'
import { startBench } from '../testing.ts'

/** Every field of the interaction that LeadSail's reference shows. */
const documented = new Set(
  [
    'interactionId leadId campaignId clientId offerId type status phone telephony call sms summary transcript errorCode',
    'errorMessage createdAt updatedAt',
    'telephony.provider telephony.messageId telephony.phoneNumber',
    'call.source call.direction call.duration call.recordingUrl call.terminationReason call.spokenTo call.voiceAI',
    'call.voiceAI.provider call.voiceAI.agentId call.voiceAI.conversationId sms.agentMode sms.direction',
    'transcript.timestamp transcript.role transcript.message transcript.source',
  ].flatMap(line => line.split(' ')),
)

function pathsOf(value: unknown, prefix = ''): string[] {
  if (Array.isArray(value)) return value.flatMap(item => pathsOf(item, prefix))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => [`${prefix}${key}`, ...pathsOf(inner, `${prefix}${key}.`)])
}

test('a call is in progress until its length has passed, then has everything, in the documented shape', async () => {
  const bench = await startBench({
    scripts: { lead_1: [{ status: 'qualified', lengthMs: 90_000, errorCode: 'E1', errorMessage: 'odd' }] },
  })
  const { status, body } = await bench.post('/voice/calls/initiate', {
    leadId: 'lead_1',
    phone: '+13125550111',
    campaignId: 'HXZ',
    additionalInstructions: 'Be brief.',
  })
  expect(status).toBe(200)
  const interactionId = String(body.data['interactionId'])
  expect(body).toEqual({
    success: true,
    data: { interactionId: expect.stringMatching(/^int_/), leadId: 'lead_1', campaignId: 'HXZ', agentId: 'agent_HXZ' },
  })

  bench.advance(89_999)
  const live = await bench.interaction(interactionId)
  expect(live).toMatchObject({ status: 'in_progress', phone: '+13125550111', transcript: [] })
  expect(live).not.toHaveProperty('summary')
  expect(live).not.toHaveProperty('call.duration')

  bench.advance(1)
  const ended = await bench.interaction(interactionId)
  expect(ended).toMatchObject({
    type: 'call',
    status: 'qualified',
    telephony: { provider: 'vonage' },
    call: { direction: 'outbound', duration: 90, spokenTo: true, voiceAI: { provider: 'elevenlabs' } },
    errorCode: 'E1',
    summary: expect.stringMatching(/quote|estimate/),
    createdAt: new Date(bench.now() - 90_000).toISOString(),
    updatedAt: new Date(bench.now()).toISOString(),
  })
  expect((ended['transcript'] as unknown[]).length).toBeGreaterThan(3)
  for (const path of [...pathsOf(live), ...pathsOf(ended)]) expect(documented).toContain(path)
  expect(await bench.list('lead_1')).toEqual([ended])
  expect(bench.simulator.truth().calls).toEqual([
    {
      vendor: 'leadsail',
      interactionId,
      leadId: 'lead_1',
      phone: '+13125550111',
      campaignId: 'HXZ',
      at: bench.now() - 90_000,
      endsAt: bench.now(),
      status: 'qualified',
      outcome: 'qualified',
      test: false,
      instructions: 'Be brief.',
    },
  ])
})

test('unanswered calls have no talk; a voicemail has one side of it', async () => {
  const bench = await startBench({
    scripts: { a: [{ status: 'no_answer' }], b: [{ status: 'busy' }], c: [{ status: 'voicemail', lengthMs: 45_000 }] },
  })
  const ids = [await bench.call('a'), await bench.call('b'), await bench.call('c')]
  bench.advance(600_000)
  const [noAnswer, busy, voicemail] = await Promise.all(ids.map(bench.interaction))
  expect(noAnswer).toMatchObject({ status: 'no_answer', call: { duration: 0, spokenTo: false }, transcript: [] })
  expect(busy).toMatchObject({ status: 'busy', call: { duration: 0, terminationReason: 'busy' } })
  expect(voicemail).toMatchObject({ status: 'voicemail', call: { duration: 45, spokenTo: false } })
})

test('a script is used up call by call, its last entry repeats, and posting it again rewinds it', async () => {
  const bench = await startBench({ scripts: { lead_1: [{ status: 'busy' }, { status: 'weird_status' }] } })
  const next = async (leadId = 'lead_1') => {
    const interactionId = await bench.call(leadId)
    bench.advance(86_400_000)
    return (await bench.interaction(interactionId))['status']
  }
  expect([await next(), await next(), await next()]).toEqual(['busy', 'weird_status', 'weird_status'])
  bench.simulator.control({
    scripts: { lead_1: [{ status: 'dnc' }], '*': [{ status: 'follow_up' }, { status: 'busy' }] },
  })
  expect([await next(), await next('lead_2'), await next('lead_3'), await next('lead_3')]).toEqual([
    'dnc',
    'follow_up',
    'follow_up',
    'busy',
  ])
})

test('a script may refuse, never end, and say every word', async () => {
  const bench = await startBench({
    scripts: {
      a: [{ refuse: { code: 'VALIDATION_ERROR', message: 'Outside of operating hours' } }, { neverEnds: true }],
      b: [
        {
          status: 'completed',
          lengthMs: 20_000,
          spokenTo: false,
          summary: null,
          terminationReason: 'robot',
          transcript: [{ role: 'user', message: 'Beep.' }],
        },
      ],
    },
  })
  const refused = await bench.post('/voice/calls/initiate', { leadId: 'a' })
  expect(refused).toMatchObject({ status: 400, body: { error: { message: 'Outside of operating hours' } } })
  expect(bench.simulator.truth().calls).toEqual([])
  const endless = await bench.call('a')
  const spoken = await bench.call('b')
  bench.advance(1e9)
  expect(await bench.interaction(endless)).toMatchObject({ status: 'in_progress' })
  expect(bench.simulator.truth().calls[0]).toMatchObject({ endsAt: null, status: 'in_progress' })
  const told = await bench.interaction(spoken)
  expect(told).toMatchObject({
    call: { spokenTo: false, terminationReason: 'robot' },
    transcript: [{ message: 'Beep.' }],
  })
  expect(told).not.toHaveProperty('summary')
})

test('summaries come late, and the time scale shortens lengths and delays but not the reported duration', async () => {
  const bench = await startBench({
    timeScale: 100,
    summaryDelayMs: 5000,
    scripts: { '*': [{ status: 'completed', lengthMs: 60_000 }] },
  })
  const interactionId = await bench.call('lead_1')
  bench.advance(600)
  const ended = await bench.interaction(interactionId)
  expect(ended).toMatchObject({ status: 'completed', call: { duration: 60 } })
  expect(ended).not.toHaveProperty('summary')
  bench.advance(49)
  expect(await bench.interaction(interactionId)).not.toHaveProperty('summary')
  bench.advance(1)
  const settled = await bench.interaction(interactionId)
  expect(settled).toHaveProperty('summary')
  expect(Date.parse(String(settled['updatedAt']))).toBe(bench.now())
})

test('with a huge time scale a call has ended when it is first looked at', async () => {
  const bench = await startBench({ timeScale: 1e12, outcomes: { qualified: 1 } })
  expect(await bench.interaction(await bench.call('lead_1'))).toMatchObject({ status: 'qualified' })
})

test('a list lags as a whole: calls, ends and texts show that much later than in a single read', async () => {
  const bench = await startBench({ lists: { lagMs: 1000 }, scripts: { '*': [{ status: 'busy', lengthMs: 500 }] } })
  const interactionId = await bench.call('lead_1')
  bench.advance(999)
  expect(await bench.list('lead_1')).toEqual([])
  expect(await bench.interaction(interactionId)).toMatchObject({ status: 'busy' })
  bench.advance(1)
  expect(await bench.list('lead_1')).toMatchObject([{ interactionId, status: 'in_progress' }])
  bench.advance(500)
  await bench.post('/sms/send', { leadId: 'lead_1', message: 'hi' })
  expect(await bench.list('lead_1')).toMatchObject([{ interactionId, status: 'busy' }])
  bench.advance(1000)
  expect(await bench.list('lead_1')).toMatchObject([
    { type: 'sms', transcript: [{ message: 'hi' }] },
    { interactionId },
  ])
})

test('calls that somebody else made are in the list, newest first, but are no calls of ours', async () => {
  const bench = await startBench()
  const interactionId = await bench.call('lead_1')
  bench.simulator.control({
    inboundCalls: [{ leadId: 'lead_1', createdAgoMs: 60_000, lengthMs: 30_000 }],
    foreignCalls: [{ leadId: 'lead_1', status: 'in_progress', campaignId: 'ZZZ', createdAgoMs: 1000 }],
  })
  expect(await bench.list('lead_1')).toMatchObject([
    { interactionId, status: 'in_progress' },
    { status: 'in_progress', campaignId: 'ZZZ', call: { direction: 'outbound' } },
    { status: 'completed', call: { direction: 'inbound', duration: 30 } },
  ])
  const truth = bench.simulator.truth()
  expect([truth.calls.length, truth.foreignCalls.length, truth.liveCalls]).toEqual([1, 2, 1])
})

test('the seed alone decides outcomes, lengths and words, whatever the order of the calls', async () => {
  const run = async (leadIds: string[], seed: number) => {
    const bench = await startBench({}, seed)
    const calls = new Map<string, unknown>()
    const ids = new Map<string, string>()
    for (const leadId of leadIds) ids.set(leadId, await bench.call(leadId))
    bench.advance(1e9)
    for (const [leadId, interactionId] of ids) {
      const { status, call, summary, transcript } = await bench.interaction(interactionId)
      const { voiceAI: _, recordingUrl: __, ...shown } = call as Record<string, unknown>
      calls.set(leadId, { status, shown, summary, words: transcript })
    }
    return [...calls].sort(([one], [other]) => one.localeCompare(other))
  }
  const leadIds = Array.from({ length: 40 }, (_, index) => `lead_${index}`)
  const first = await run(leadIds, 1)
  expect(await run(leadIds.toReversed(), 1)).toEqual(first)
  expect(await run(leadIds, 2)).not.toEqual(first)
})

test('test calls are marked and need no active campaign', async () => {
  const bench = await startBench({ campaigns: { OFF: { active: false } } })
  const interactionId = await bench.call('lead_1', { campaignId: 'OFF', isTest: true })
  expect(await bench.interaction(interactionId)).toMatchObject({ isTest: true })
  expect(bench.simulator.truth().calls[0]).toMatchObject({ test: true })
})
