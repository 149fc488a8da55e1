import { expect, test } from 'vitest'
import { RESOLVE_AFTER_MS } from '../../src/ledger/alert-book.ts'
import { createStandardSource } from '../../src/webhooks/sources/standard.ts'
import { expectBoth, expectOnce, standing, stands, startAlertStage, startReceiver } from '../support/alert-stage.ts'
import { eventually } from '../support/eventually.ts'
import { isOver } from '../support/stage.ts'

const key = Buffer.from('a-key-for-alerts-of-32-bytes-abc')
const HOUR_MS = 3_600_000
const unmapped = { scripts: { '*': [{ status: 'weird_status', lengthMs: 10 }] } }

test('an unmapped outcome and what it parks are told in one request, with where one acts; decided, both are over', async () => {
  const receiver = await startReceiver()
  const stage = await startAlertStage(receiver, {
    control: unmapped,
    env: { EVENT_WEBHOOK_SECRET: `whsec_${key.toString('base64')}` },
  })
  await stage.lead('lead_1', { phone: '+12025550123', email: 'ann@example.com', firstName: 'Annabel' })
  const parked = await stage.journey('lead_1', isOver)
  await eventually(() => expect(receiver.told('firing', 'unmapped_outcome')).toHaveLength(1))
  expect(receiver.told('firing')).toEqual([
    {
      ...{ name: 'unmapped_outcome', subject: 'roof', severity: 'warning' },
      summary: '1 call of campaign roof ended with a status that has no outcome',
      mend: expect.stringContaining('outcomes'),
      since: expect.stringMatching(/^\d{4}-.*Z$/),
      url: 'https://calls.example.com/dashboard/parked',
    },
    expect.objectContaining({ name: 'parked', subject: '', summary: '1 effect waits for a person' }),
  ])
  expect(receiver.seen[0]).toMatchObject({ method: 'POST', url: '/hook' })
  expect(receiver.seen.map(({ body }) => body).join()).not.toMatch(/2025550123|ann@example|Annabel|lead_1/)
  const { headers, body } = receiver.seen[0] ?? { headers: {}, body: '' }
  const distinct = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, [value].flat().map(String)]),
  )
  const sent = { headers: distinct, raw: Buffer.from(body), nowMs: stage.clock.now() }
  expect(createStandardSource([key]).isAuthentic(sent as never)).toBe(true)
  expect(createStandardSource([Buffer.alloc(32)]).isAuthentic(sent as never)).toBe(false)

  expect(await standing(stage)).toMatchObject([
    { name: 'unmapped_outcome', count: 1, path: '/dashboard/parked' },
    { name: 'parked', count: 1 },
  ])
  const page = await (await fetch(`${stage.url}/dashboard`)).text()
  expect(page).toContain('1 call of campaign roof ended with a status that has no outcome')
  const scraped = await (await fetch(`${stage.url}/metrics`)).text()
  expect(scraped).toMatch(/^aftercall_alerts\{name="parked"\} 1$/m)
  expect(scraped).toMatch(/^aftercall_alerts\{name="queue_age"\} 0$/m)

  const effectKey = encodeURIComponent(parked.effects[0]?.key ?? '')
  await stage.api(`/parked/${effectKey}`, { json: { happened: true } })
  await expectOnce(stage, receiver, { parked: '', unmapped_outcome: 'roof' })
}, 40_000)

test('where no job is done at all, whoever is left says so, and that it is over', async () => {
  const receiver = await startReceiver()
  const stage = await startAlertStage(receiver, { env: { ROLES: 'web' } })
  expect(await standing(stage)).toEqual([])
  stage.clock.advance(31_000)
  const stale = await stands(stage, 'canary_stale')
  expect(stale).toMatchObject({ subject: '', severity: 'critical', path: '/readyz' })
  await eventually(() => expect(receiver.told('firing', 'canary_stale')).toHaveLength(1))
  stage.env['ROLES'] = 'web,worker,scheduler'
  // Nobody looks for a while; then there is somebody who does jobs.
  await stage.app[Symbol.asyncDispose]()
  stage.clock.advance(RESOLVE_AFTER_MS)
  await stage.restart()
  await eventually(() => expect(receiver.told('resolved', 'canary_stale')).toHaveLength(1))
  await expectBoth(stage, receiver, { canary_stale: '' })
}, 60_000)

test('a receiver that is away is told later, of everything at once, under one id', async () => {
  // A look may just have passed when time moves: the next one comes in a while.
  const patient = { timeoutMs: 30_000 }
  let status = 503
  const receiver = await startReceiver(() => status)
  const stage = await startAlertStage(receiver, { control: unmapped })
  await stage.lead('lead_1', { phone: '+12025550123' })
  await stands(stage, 'parked')
  await eventually(() => expect(receiver.seen).toHaveLength(1), patient)
  for (const waitMs of [16_000, 31_000]) {
    const before = receiver.seen.length
    stage.clock.advance(waitMs)
    await eventually(() => expect(receiver.seen).toHaveLength(before + 1), patient)
  }
  expect(stage.lines.filter(({ msg }) => msg === 'alerts.not_told')).toHaveLength(1)
  // What is told again is told under its id; what has come up meanwhile makes it another message.
  const bodyOf = new Map(receiver.seen.map(({ headers, body }) => [headers['webhook-id'], body]))
  expect(bodyOf.size).toBe(new Set(receiver.seen.map(({ body }) => body)).size)
  for (const { headers, body } of receiver.seen) expect(bodyOf.get(headers['webhook-id'])).toBe(body)
  expect(receiver.seen[0]?.headers).not.toHaveProperty('webhook-signature')
  status = 200
  stage.clock.advance(HOUR_MS / 2)
  await eventually(() => expect(receiver.seen).toHaveLength(4), patient)
  expect(
    receiver
      .news()
      .at(-1)
      ?.alerts.map(({ name }) => name),
  ).toEqual(expect.arrayContaining(['unmapped_outcome', 'parked']))
  const { alerts } = receiver.news().at(-1) ?? { alerts: [] }
  expect(new Set(alerts.map(({ name, subject }) => `${name} ${subject}`)).size).toBe(alerts.length)
}, 150_000)

test('alerts stand although nobody wants to hear, and are over without being told', async () => {
  const stage = await startAlertStage(undefined, { control: unmapped })
  await stage.lead('lead_1', { phone: '+12025550123' })
  const { effects } = await stage.journey('lead_1', isOver)
  await stands(stage, 'parked')
  await stage.api(`/parked/${encodeURIComponent(effects[0]?.key ?? '')}`, { json: { happened: true } })
  await eventually(
    async () => {
      stage.clock.advance(RESOLVE_AFTER_MS / 3)
      expect((await standing(stage)).map(({ name }) => name)).not.toContain('parked')
    },
    { everyMs: 300 },
  )
  expect(stage.lines.filter(({ msg, name }) => msg === 'alert.resolved' && name === 'parked')).toHaveLength(1)
})
