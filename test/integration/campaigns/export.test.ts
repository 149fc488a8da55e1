import { once } from 'node:events'
import { request } from 'node:http'
import { parse } from 'csv-parse/sync'
import { expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { isOver, plainCampaign, type Stage, startStage } from '../../support/stage.ts'

const list = { ...plainCampaign, id: 'list', trigger: {} }
const text = async (stage: Stage, path: string, headers: Record<string, string> = {}) => {
  const response = await fetch(`${stage.url}/api/v1${path}`, { headers })
  return { status: response.status, type: response.headers.get('content-type'), body: await response.text() }
}
const upload = (stage: Stage, body: string, headers: Record<string, string> = {}) =>
  stage.api('/campaigns/list/leads', { method: 'POST', body, headers: { 'content-type': 'text/csv', ...headers } })
const records = (body: string): Record<string, string>[] => parse(body, { columns: true })

test('by lead and by attempt, with the ids of the vendor, as CSV and as NDJSON', async () => {
  const stage = await startStage({
    campaigns: [plainCampaign],
    control: { scripts: { lead_1: [{ status: 'completed', lengthMs: 10 }] } },
  })
  await stage.send('call.requested', {
    campaign: 'roof',
    leadId: 'lead_1',
    phone: '+12125550123',
    firstName: 'Ann',
    lastName: 'Lee',
  })
  await stage.send('call.requested', {
    campaign: 'roof',
    leadId: 'lead_2',
    phone: '12',
    firstName: '=1+1',
    lastName: 'x',
  })
  const journey = await stage.journey('lead_1', isOver)
  await stage.journey('lead_2', isOver)
  const [attempt] = journey.attempts
  const interactionId = stage.simulator.truth().calls[0]?.interactionId

  const byLead = await text(stage, '/campaigns/roof/export')
  expect(byLead.type).toBe('text/csv; charset=utf-8')
  const leads = records(byLead.body).sort((a, b) => String(a['leadId']).localeCompare(String(b['leadId'])))
  expect(leads).toMatchObject([
    { leadId: 'lead_1', journeyId: journey.id, state: 'done', outcome: 'answered', attempts: '1', interactionId },
    { leadId: 'lead_2', state: 'stopped', reason: 'invalid_phone', attempts: '0', interactionId: '' },
  ])
  expect(leads).toMatchObject([
    { phone: '+12125550123', name: 'Ann Lee', createdAt: journey.createdAt, endedAt: journey.endedAt },
    // A spreadsheet must not compute a name.
    { phone: '', name: "'=1+1 x" },
  ])
  const attempts = records((await text(stage, '/campaigns/roof/export?by=attempt')).body)
  expect(attempts).toMatchObject([
    { leadId: 'lead_1', attempt: '1', interactionId, state: 'ended', outcome: 'answered', status: 'completed' },
  ])
  expect(attempts).toMatchObject([
    { intendedAt: attempt?.intendedAt, endedAt: attempt?.endedAt, phone: '+12125550123' },
  ])

  const ndjson = await text(stage, '/campaigns/roof/export?format=ndjson')
  expect(ndjson.type).toBe('application/x-ndjson; charset=utf-8')
  const lines = ndjson.body
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
  expect(lines).toHaveLength(2)
  expect(lines.find(({ leadId }) => leadId === 'lead_2')).toMatchObject({ attempts: 0, name: '=1+1 x', test: false })
  expect((await text(stage, '/campaigns/nowhere/export')).status).toBe(404)
  expect((await text(stage, '/campaigns/roof/export?format=xlsx')).status).toBe(400)
})

test('a viewer gets no numbers, names and addresses; who took the file stands in the audit', async () => {
  const stage = await startStage({
    campaigns: [list],
    env: { ADMIN_API_KEYS: 'ann:operator:key-of-ann-1234567890,vic:viewer:key-of-vic-1234567890' },
  })
  const as = (key: string) => ({ authorization: `Bearer ${key}` })
  const row = 'leadId,phone,firstName,email\nlead_1,+12125550123,Ann,ann@example.com\n'
  await upload(stage, row, as('key-of-ann-1234567890'))
  const full = await text(stage, '/campaigns/list/export', as('key-of-ann-1234567890'))
  expect(records(full.body)).toMatchObject([{ phone: '+12125550123', name: 'Ann', email: 'ann@example.com' }])
  const masked = await text(stage, '/campaigns/list/export?format=ndjson', as('key-of-vic-1234567890'))
  expect(masked.body).toContain('lead_1')
  expect(masked.body).not.toMatch(/2125550123|Ann|ann@/)
  const audit = await text(stage, '/audit', as('key-of-ann-1234567890'))
  const entries: { what: string; by: string; detail: string }[] = JSON.parse(audit.body).audit
  expect(entries.filter(({ what }) => what === 'campaign.exported').map(({ by, detail }) => [by, detail])).toEqual([
    ['vic', 'ndjson by lead, masked'],
    ['ann', 'csv by lead, full'],
  ])
})

test('many rows leave in constant memory, each once; a reader that stops reading stops the writing', async () => {
  const count = process.env['TEST_SCALE'] === 'full' ? 100_000 : 5_000
  const stage = await startStage({ campaigns: [list] })
  const rows = Array.from(
    { length: count },
    (_, index) => `lead_${index},+1212${2_000_000 + index},${'Ann'.repeat(100)}`,
  )
  await upload(stage, `leadId,phone,firstName\n${rows.join('\n')}`)

  const before = process.memoryUsage().rss
  let most = 0
  const seen = new Set<string>()
  const startedAt = performance.now()
  const response = await fetch(`${stage.url}/api/v1/campaigns/list/export?format=ndjson`)
  let rest = ''
  for await (const chunk of response.body ?? []) {
    const lines = (rest + Buffer.from(chunk).toString()).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) seen.add(JSON.parse(line).leadId)
    most = Math.max(most, process.memoryUsage().rss)
  }
  const seconds = (performance.now() - startedAt) / 1000
  console.info(`${count} rows out: ${Math.round(count / seconds)} rows/s, RSS +${Math.round((most - before) / 1e6)} MB`)
  expect(seen.size).toBe(count)
  expect(most - before).toBeLessThan(200e6)

  const reader = request(`${stage.url}/api/v1/campaigns/list/export`)
  reader.end()
  const [incoming] = await once(reader, 'response')
  incoming.pause()
  reader.destroy()
  await eventually(() => stage.lines.some(({ msg }) => msg === 'export.cut'))
}, 300_000)
