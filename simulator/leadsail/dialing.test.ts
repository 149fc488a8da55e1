import { expect, test } from 'vitest'
import { startBench } from '../testing.ts'

const handOver = '/leads/send-to-auto-dialer'

test('handed-over leads are called later by themselves', async () => {
  const bench = await startBench({
    leads: [
      { leadId: 'dnc', dnc: ['phone'] },
      { leadId: 'mute', phone: null },
    ],
    scripts: { '*': [{ status: 'qualified', lengthMs: 60_000 }] },
  })
  const { body } = await bench.post(handOver, { leadIds: ['a', 'dnc', 'b', 'mute'] })
  const nextCallTime = new Date(bench.now() + 30_000).toISOString()
  expect(body.data).toEqual({
    succeeded: 2,
    failed: [
      { leadId: 'dnc', error: expect.stringMatching(/Do Not Call/) },
      { leadId: 'mute', error: expect.stringMatching(/E\.164/) },
    ],
    details: [
      { leadId: 'a', nextCallTime },
      { leadId: 'b', nextCallTime },
    ],
  })
  bench.advance(29_999)
  expect(await bench.list('a')).toEqual([])
  expect(bench.simulator.truth()).toMatchObject({ calls: [], liveCalls: 0, highestLiveCalls: 0 })
  bench.advance(1)
  expect(await bench.list('a')).toMatchObject([{ status: 'in_progress', createdAt: nextCallTime }])
  expect(bench.simulator.truth()).toMatchObject({
    calls: [{ leadId: 'a', viaDialer: true }, { leadId: 'b' }],
    liveCalls: 2,
    handOvers: [
      { leadId: 'a', nextCallAt: bench.now() },
      { leadId: 'b', nextCallAt: bench.now() },
    ],
    duplicates: { handOvers: [] },
  })
  bench.advance(60_000)
  expect(await bench.list('a')).toMatchObject([{ status: 'qualified' }])
})

test('it calls again while nobody answers, until the attempts are spent', async () => {
  const bench = await startBench({
    timeScale: 10,
    leadsail: { autoDialer: { maxAttempts: 3, retryMs: 600_000 } },
    scripts: {
      a: [{ status: 'no_answer', lengthMs: 30_000 }],
      b: [
        { status: 'busy', lengthMs: 10_000 },
        { status: 'completed', lengthMs: 60_000 },
      ],
    },
  })
  await bench.post(handOver, { leadIds: ['a', 'b'] })
  const statuses = async (leadId: string) => (await bench.list(leadId)).map(({ status }) => status)
  bench.advance(3000 + 3000)
  expect(await statuses('a')).toEqual(['no_answer'])
  bench.advance(60_000)
  expect(await statuses('a')).toEqual(['in_progress', 'no_answer'])
  bench.advance(1e9)
  expect(await statuses('a')).toEqual(['no_contact', 'no_answer', 'no_answer'])
  expect(await statuses('b')).toEqual(['completed', 'busy'])
  expect((await bench.get('/leads/a')).body.data['status']).toBe('no_contact')
})

test('it waits for the operating hours of the lead', async () => {
  const bench = await startBench({
    leads: [
      { leadId: 'a', timezone: 'America/New_York' },
      { leadId: 'b', timezone: 'Europe/London' },
    ],
    leadsail: { autoDialer: { hours: { from: '09:00', to: '17:00' } } },
  })
  // 17:00 UTC: noon in New York, five o'clock in London.
  const { body } = await bench.post(handOver, { leadIds: ['a', 'b'] })
  expect(body.data['details']).toEqual([
    { leadId: 'a', nextCallTime: '2026-11-20T17:00:30.000Z' },
    { leadId: 'b', nextCallTime: expect.stringMatching(/^2026-11-21T09:00/) },
  ])
})

test('a lead that is handed over twice is called twice as often, and the truth says so', async () => {
  const bench = await startBench({ scripts: { '*': [{ status: 'completed', lengthMs: 1_000 }] } })
  await bench.post(handOver, { leadIds: ['a', 'b'] })
  await bench.post(handOver, { leadIds: ['a'] })
  bench.advance(60_000)
  const { calls, handOvers, duplicates } = bench.simulator.truth()
  expect(calls.map(({ leadId }) => leadId).sort()).toEqual(['a', 'a', 'b'])
  expect(handOvers).toHaveLength(3)
  expect(duplicates?.handOvers).toEqual([{ leadId: 'a', times: 2 }])
  bench.simulator.reset()
  expect(bench.simulator.truth().handOvers).toEqual([])
})

test('without a limit of its own it calls three times, and the last call says that it was the last', async () => {
  const bench = await startBench({ scripts: { '*': [{ status: 'voicemail', lengthMs: 1_000 }] } })
  await bench.post(handOver, { leadIds: ['a'] })
  bench.advance(1e9)
  expect((await bench.list('a')).map(({ status }) => status)).toEqual(['no_contact', 'voicemail', 'voicemail'])
})
