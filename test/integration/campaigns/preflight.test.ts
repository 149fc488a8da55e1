import { expect, test } from 'vitest'
import type { Preflight } from '../../../src/desk/preflight.ts'
import { eventually } from '../../support/eventually.ts'
import { listLeads, openLedger, openListJourneys } from '../../support/list-journeys.ts'
import { plainCampaign, type Stage, startStage } from '../../support/stage.ts'

const HOUR_MS = 3_600_000
const list = { ...plainCampaign, trigger: {} }
const preflight = async (stage: Stage, id = 'roof') => (await stage.api<Preflight>(`/campaigns/${id}/preflight`)).body
const import_ = (stage: Stage, text: string, id = 'roof') =>
  stage.api(`/campaigns/${id}/leads`, { method: 'POST', body: text, headers: { 'content-type': 'text/csv' } })

test('an empty campaign has nothing to dial; an unknown one is not there', async () => {
  const stage = await startStage({ campaigns: [list] })
  expect(await preflight(stage)).toEqual({ dialableNow: 0, laterByHour: [], blocked: {}, expectedFinishAt: null })
  expect((await stage.api('/campaigns/nowhere/preflight')).status).toBe(404)
})

test('leads are counted by when they may be dialed, and a window that never opens in time blocks', async () => {
  const now = Date.now()
  const at = (hours: number) => `${String(new Date(now + hours * HOUR_MS).getUTCHours()).padStart(2, '0')}:00`
  const windows = { 'mon-sun': `${at(-1)}-${at(2)}` }
  const dial = { ...list.dial, windows, timezone: 'UTC' }
  const never = {
    ...list,
    id: 'never',
    dial: { ...dial, windows: { 'mon-sun': `${at(5)}-${at(6)}` }, notAfter: 'PT2H' },
  }
  const stage = await startStage({ campaigns: [{ ...list, dial }, never] })
  const rows = [
    'leadId,phone,timezone',
    ...Array.from({ length: 6 }, (_, index) => `here_${index},+1212555010${index},UTC`),
    // Five hours behind UTC: its window opens four hours from now or so.
    ...Array.from({ length: 4 }, (_, index) => `west_${index},+1212555020${index},Etc/GMT+5`),
    'gone,+12125550300,UTC',
  ]
  await import_(stage, rows.join('\n'))
  await import_(stage, rows.slice(0, 4).join('\n'), 'never')
  await stage.send('lead.opted_out', { phone: '+12125550300' })
  await eventually(async () => expect((await preflight(stage)).blocked).toEqual({ suppressed: 1 }))
  const { dialableNow, laterByHour, expectedFinishAt } = await preflight(stage)
  const opens = new Date(now + 4 * HOUR_MS).setUTCMinutes(0, 0, 0)
  expect(dialableNow).toBe(6)
  expect(laterByHour).toEqual([{ hour: new Date(opens).toISOString(), count: 4 }])
  expect(Date.parse(expectedFinishAt ?? '')).toBeGreaterThanOrEqual(opens + 45_000)
  expect(Date.parse(expectedFinishAt ?? '')).toBeLessThan(opens + 60_000)
  expect(await preflight(stage, 'never')).toEqual({
    dialableNow: 0,
    laterByHour: [],
    blocked: { expired: 3 },
    expectedFinishAt: null,
  })
})

test('the dialing ends when the forecast says, within a tenth', async () => {
  const dial = { ...list.dial, pace: { callsPerSecond: 12, maxLive: 8 } }
  // A call lasts two seconds here, so eight places are the narrowest: fewer than four calls a second.
  const stage = await startStage({
    campaigns: [{ ...list, dial }],
    control: { scripts: { '*': [{ status: 'completed', lengthMs: 2_000_000 }] } },
  })
  const ledger = await openLedger(stage.env, stage.clock)
  const start = () => stage.api('/campaigns/roof/start', { method: 'POST' })
  await openListJourneys(ledger, 'roof', listLeads(16), stage.clock.now())
  await start()
  // The first calls tell how long one holds its place here.
  await eventually(async () => expect((await stage.campaign()).progress['done']).toBe(16), { timeoutMs: 30_000 })

  await openListJourneys(ledger, 'roof', listLeads(72, 16), stage.clock.now())
  const startedAt = Date.now()
  const forecast = await preflight(stage)
  expect((await stage.campaign()).progress.total).toBe(88)
  await eventually(async () => expect((await stage.campaign()).progress['done']).toBe(88), { timeoutMs: 60_000 })
  expect(stage.simulator.truth().calls).toHaveLength(88)
  const attempts = await (await fetch(`${stage.url}/api/v1/campaigns/roof/export?by=attempt&format=ndjson`)).text()
  const ends = attempts
    .trim()
    .split('\n')
    .map(line => Date.parse(JSON.parse(line).endedAt))
  const tookMs = Math.max(...ends) - startedAt
  const saidMs = Date.parse(forecast.expectedFinishAt ?? '') - startedAt
  console.info(`forecast ${saidMs} ms, took ${tookMs} ms`)
  expect(Math.abs(tookMs - saidMs) / saidMs).toBeLessThan(0.1)
}, 90_000)

test('many planned dials are forecast in bounded time', async () => {
  const count = process.env['TEST_SCALE'] === 'full' ? 100_000 : 5_000
  const stage = await startStage({ campaigns: [list] })
  const rows = Array.from({ length: count }, (_, index) => `lead_${index},+1212${2_000_000 + index},America/New_York`)
  await import_(stage, `leadId,phone,timezone\n${rows.join('\n')}`)
  const startedAt = performance.now()
  const { dialableNow } = await preflight(stage)
  const tookMs = performance.now() - startedAt
  console.info(`preflight of ${count}: ${Math.round(tookMs)} ms`)
  expect(dialableNow).toBe(count)
  expect(tookMs).toBeLessThan(30_000)
}, 300_000)
