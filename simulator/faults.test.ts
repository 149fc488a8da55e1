import { expect, test } from 'vitest'
import { type Bench, startBench } from './testing.ts'

const pixel = { leadId: 'lead_1', pixelId: '77', platform: 'facebook', eventName: 'Lead' }
const fire = (bench: Bench) => bench.request('POST', '/pixels/fire', { body: JSON.stringify(pixel) })
const fired = (bench: Bench) => bench.simulator.truth().counts.pixels

test('429 without and with Retry-After, nothing committed', async () => {
  const bench = await startBench({
    faults: [
      { match: {}, kind: 'status', status: 429, times: 1 },
      { match: {}, kind: 'status', status: 429, retryAfter: 7, times: 1 },
    ],
  })
  const bare = await fire(bench)
  expect([bare.status, bare.headers.get('retry-after')]).toEqual([429, null])
  expect(await bare.json()).toMatchObject({ success: false, error: { code: 'RATE_LIMITED' } })
  expect((await fire(bench)).headers.get('retry-after')).toBe('7')
  expect(fired(bench)).toBe(0)
  expect((await fire(bench)).status).toBe(200)
  expect(fired(bench)).toBe(1)
  expect(bench.simulator.truth().faults).toEqual([
    { kind: 'status', fired: 1 },
    { kind: 'status', fired: 1 },
  ])
})

test.each([
  ['before', false, 0],
  ['after', true, 1],
])('5xx %s the commit', async (_when, afterCommit, count) => {
  const bench = await startBench({ faults: [{ match: {}, kind: 'status', status: 503, afterCommit }] })
  expect((await fire(bench)).status).toBe(503)
  expect(fired(bench)).toBe(count)
})

test.each([
  ['reset_before', 0],
  ['reset_after', 1],
] as const)('%s cuts the connection', async (kind, count) => {
  const bench = await startBench({ faults: [{ match: {}, kind }] })
  await expect(fire(bench)).rejects.toThrow('fetch failed')
  expect(fired(bench)).toBe(count)
  expect(bench.simulator.truth().requests.total).toBe(1)
})

test.each([
  [false, 0],
  [true, 1],
])('hang never answers (committed: %s)', async (afterCommit, count) => {
  const bench = await startBench({ faults: [{ match: {}, kind: 'hang', afterCommit }] })
  const signal = AbortSignal.timeout(150)
  await expect(bench.request('POST', '/pixels/fire', { body: JSON.stringify(pixel), signal })).rejects.toThrow(
    /timeout/,
  )
  expect(fired(bench)).toBe(count)
})

test.each([
  [false, 0],
  [true, 1],
])('slow answers late, all the same (committed at once: %s)', async (afterCommit, atOnce) => {
  const bench = await startBench({ faults: [{ match: {}, kind: 'slow', delayMs: 250, afterCommit }] })
  const before = performance.now()
  const answer = fire(bench)
  await expect.poll(() => bench.simulator.truth().requests.total, { interval: 5 }).toBe(1)
  expect(fired(bench)).toBe(atOnce)
  expect((await answer).status).toBe(200)
  expect(performance.now() - before).toBeGreaterThanOrEqual(240)
  expect(fired(bench)).toBe(1)
})

test('bad_json cuts the true answer in two, after the commit unless told otherwise', async () => {
  const bench = await startBench({
    faults: [
      { match: {}, kind: 'bad_json', times: 1 },
      { match: {}, kind: 'bad_json', afterCommit: false, times: 1 },
    ],
  })
  for (const count of [1, 1]) {
    const response = await fire(bench)
    expect(response.status).toBe(200)
    await expect(response.json()).rejects.toThrow(SyntaxError)
    expect(fired(bench)).toBe(count)
  }
})

test('a body of its own: the platform refused although LeadSail did not', async () => {
  const body = { success: true, data: { success: false } }
  const bench = await startBench({ faults: [{ match: {}, kind: 'status', status: 200, body }] })
  expect(await (await fire(bench)).json()).toEqual(body)
  expect(fired(bench)).toBe(0)
})

test('rules match by method, path as text or expression, and lead, wherever the lead stands', async () => {
  const struck = async (match: object, ask: (bench: Bench) => Promise<{ status: number }>) => {
    const bench = await startBench({ faults: [{ match, kind: 'status', status: 503 }] })
    return (await ask(bench)).status === 503
  }
  const call = (bench: Bench) => bench.post('/voice/calls/initiate', { leadId: 'lead_1' })
  const look = (bench: Bench) => bench.get('/interactions/lead/lead_1')
  const hand = (bench: Bench) => bench.post('/leads/send-to-auto-dialer', { leadIds: ['lead_0', 'lead_1'] })
  expect(await struck({ method: 'post' }, call)).toBe(true)
  expect(await struck({ method: 'GET' }, call)).toBe(false)
  expect(await struck({ path: '/voice/' }, call)).toBe(true)
  expect(await struck({ path: '/v1/(voice|sms)/.*initiate$' }, call)).toBe(true)
  expect(await struck({ path: '/sms/' }, call)).toBe(false)
  expect(await struck({ path: '(' }, call)).toBe(false)
  for (const ask of [call, look, hand]) {
    expect(await struck({ leadId: 'lead_1' }, ask)).toBe(true)
    expect(await struck({ leadId: 'lead_2' }, ask)).toBe(false)
  }
})

test('a lead is also found behind its interaction', async () => {
  const bench = await startBench()
  const interactionId = await bench.call('lead_1')
  bench.simulator.control({ faults: [{ match: { leadId: 'lead_1' }, kind: 'status', status: 500 }] })
  expect((await bench.get(`/interactions/${interactionId}`)).status).toBe(500)
})

test('a share strikes that often, by the seed', async () => {
  const run = async (seed: number) => {
    const bench = await startBench({ faults: [{ match: {}, kind: 'status', status: 503, share: 0.3 }] }, seed)
    const statuses: number[] = []
    for (let request = 0; request < 300; request += 1) statuses.push((await fire(bench)).status)
    return statuses
  }
  const statuses = await run(1)
  const struck = statuses.filter(status => status === 503).length
  expect(struck).toBeGreaterThan(60)
  expect(struck).toBeLessThan(120)
  expect(await run(1)).toEqual(statuses)
  expect(await run(2)).not.toEqual(statuses)
})

test('each post with faults replaces them all, one without leaves them', async () => {
  const bench = await startBench({ faults: [{ match: {}, kind: 'status', status: 503 }] })
  bench.simulator.control({ timeScale: 2 })
  expect((await fire(bench)).status).toBe(503)
  bench.simulator.control({ faults: [] })
  expect((await fire(bench)).status).toBe(200)
})
