import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { startBench } from './testing.ts'
import type { Truth } from './truth.ts'

const control = (url: string, path = '', body?: unknown) =>
  fetch(`${url}/_control${path}`, body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) })

test('a control post answers what is in force; unknown fields and wrong values change nothing', async () => {
  const { simulator } = await startBench()
  const accepted = await control(simulator.url, '', { timeScale: 50, lists: { lagMs: 5 } })
  expect(accepted.status).toBe(200)
  expect(await accepted.json()).toMatchObject({ timeScale: 50, lists: { lagMs: 5 }, autoCreateLeads: true })
  for (const wrong of [
    { speed: 1 },
    { timeScale: 0 },
    { timeScale: 9, lists: { lag: 1 } },
    { faults: [{ kind: 'flood' }] },
    { scripts: { lead_1: [] } },
  ]) {
    const refused = await control(simulator.url, '', wrong)
    expect(refused.status).toBe(400)
    expect(await refused.json()).toHaveProperty('issues.0.message')
  }
  expect(await (await control(simulator.url)).json()).toMatchObject({ timeScale: 50, faults: [] })
})

test('scripts and campaigns merge entry by entry, null takes out, outcomes are replaced', async () => {
  const { simulator } = await startBench({
    scripts: { a: [{ status: 'busy' }], b: [{ status: 'busy' }] },
    outcomes: { busy: 1 },
  })
  simulator.control({ scripts: { a: null, c: [{ status: 'qualified' }] }, campaigns: { HXZ: { active: false } } })
  simulator.control({ outcomes: { qualified: 1 }, campaigns: { ABC: {} } })
  const state = simulator.state()
  expect(Object.keys(state.scripts)).toEqual(['b', 'c'])
  expect(Object.keys(state.campaigns)).toEqual(['HXZ', 'ABC'])
  expect(state.outcomes).toEqual({ qualified: 1 })
})

test('a reset forgets what happened and goes back to the control of the start', async () => {
  const bench = await startBench({ timeScale: 7, faults: [{ match: { path: '/sms/' }, kind: 'hang' }] })
  const interactionId = await bench.call('lead_1')
  bench.simulator.control({ timeScale: 9, faults: [] })
  expect((await control(bench.simulator.url, '/reset', {})).status).toBe(200)
  const { counts, requests, foreignCalls } = bench.simulator.truth()
  expect({ counts, total: requests.total, foreignCalls }).toEqual({
    counts: { calls: 0, texts: 0, pixels: 0, writes: 0 },
    total: 0,
    foreignCalls: [],
  })
  expect(bench.simulator.state()).toMatchObject({ timeScale: 7, faults: [{ kind: 'hang' }] })
  expect((await bench.get(`/interactions/${interactionId}`)).status).toBe(404)
  expect(await bench.call('lead_1')).not.toBe(interactionId)
})

test('truth counts requests by route and by second, and tells calls since an instant', async () => {
  const bench = await startBench()
  const firstSecond = Math.floor(bench.now() / 1000)
  await bench.call('lead_1')
  await bench.get('/interactions/lead/lead_1')
  await bench.request('GET', '/leads/lead_1', { headers: {} })
  bench.advance(1000)
  await bench.call('lead_2')
  const all = bench.simulator.truth()
  expect(all.requests).toMatchObject({
    total: 4,
    byRoute: { 'POST /voice/calls/initiate': 2, 'GET /interactions/lead/:leadId': 1, 'GET /leads/:leadId': 1 },
    perSecond: { [firstSecond]: 3, [firstSecond + 1]: 1 },
  })
  const since = await (await control(bench.simulator.url, `/truth?since=${bench.now()}`)).json()
  expect(since).toMatchObject({ counts: { calls: 2 }, calls: [{ leadId: 'lead_2' }], liveCalls: 2 })
  const iso = new Date(bench.now()).toISOString()
  expect(await (await control(bench.simulator.url, `/truth?since=${iso}`)).json()).toEqual(since)
  expect((await control(bench.simulator.url, '/truth?since=noon')).status).toBe(400)
  expect(await (await control(bench.simulator.url, '/truth?lists=false')).json()).toMatchObject({
    counts: { calls: 2 },
    calls: [],
  })
})

test('live calls are counted exactly, over all and by campaign', async () => {
  const bench = await startBench({ scripts: { '*': [{ status: 'qualified', lengthMs: 10_000 }] } })
  await bench.call('lead_1', { campaignId: 'AAA' })
  bench.advance(5000)
  await bench.call('lead_2', { campaignId: 'BBB' })
  bench.advance(5000)
  await bench.call('lead_3', { campaignId: 'AAA' })
  const truth = bench.simulator.truth()
  expect([truth.liveCalls, truth.highestLiveCalls]).toEqual([2, 2])
  expect(truth.campaigns).toEqual({
    AAA: { calls: 2, liveCalls: 1, highestLiveCalls: 1 },
    BBB: { calls: 1, liveCalls: 1, highestLiveCalls: 1 },
  })
  expect(truth.duplicates?.calls).toEqual([])
  await bench.call('lead_3')
  expect(bench.simulator.truth().duplicates?.calls).toHaveLength(1)
})

test('requests are kept one by one when asked for, with what became of them', async () => {
  const bench = await startBench({
    requestLog: true,
    faults: [{ match: { path: '/sms/' }, kind: 'status', status: 429, times: 1 }],
  })
  await bench.post('/sms/send', { leadId: 'lead_1', message: 'hi' })
  await bench.get('/leads/lead_1')
  const at = bench.now()
  const { requests } = (await (await control(bench.simulator.url, '/requests')).json()) as { requests: unknown }
  expect(requests).toEqual([
    { vendor: 'leadsail', route: 'POST /sms/send', at, answeredAt: at, status: 429, fault: 'status' },
    { vendor: 'leadsail', route: 'GET /leads/:leadId', at, answeredAt: at, status: 200 },
  ])
})

test('as a process it says where it listens and ends with 0 on SIGTERM, also while a request hangs', async () => {
  const child = spawn(process.execPath, [new URL('main.ts', import.meta.url).pathname, '--port', '0', '--seed', '5'])
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  const { msg, port, url } = JSON.parse(line) as { msg: string; port: number; url: string }
  expect(msg).toBe('simulator.listening')
  expect(url).toBe(`http://127.0.0.1:${port}`)
  await control(url, '', { faults: [{ kind: 'hang' }] })
  const hanging = fetch(`${url}/leadsail/api/v1/leads/lead_1`, { headers: { 'x-api-key': 'k' } }).catch(() => 'cut')
  const truth = async () => (await (await control(url, '/truth')).json()) as Truth
  await expect.poll(async () => (await truth()).requests.total).toBe(1)
  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([0, null])
  expect(await hanging).toBe('cut')
})

test('as a process it refuses arguments it does not know', async () => {
  const child = spawn(process.execPath, [new URL('main.ts', import.meta.url).pathname, '--port', 'many'])
  expect((await once(child, 'exit'))[0]).toBe(2)
})
