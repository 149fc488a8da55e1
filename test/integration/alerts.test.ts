import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { AlertNews, AlertNotice } from '../../src/clients/receiver-ports.ts'
import type { AlertView } from '../../src/desk/alerts.ts'
import { RESOLVE_AFTER_MS } from '../../src/ledger/alert-book.ts'
import { createStandardSource } from '../../src/webhooks/sources/standard.ts'
import { eventually } from '../support/eventually.ts'
import { isOver, plainCampaign, type Stage, type StageOptions, startStage } from '../support/stage.ts'
import { serve } from './clients/servers.ts'

const key = Buffer.from('a-key-for-alerts-of-32-bytes-abc')
const EVERY_MS = 100
const HOUR_MS = 3_600_000

interface Receiver {
  url: string
  /** Requests in the order in which they came. */
  seen: Awaited<ReturnType<typeof serve>>['seen']
  news(): AlertNews[]
  /** Alerts of one status that were told, one by one. */
  told(status: AlertNews['status'], name?: string): AlertNotice[]
}

async function startReceiver(status: () => number = () => 204): Promise<Receiver> {
  const server = await serve(response => response.writeHead(status()).end())
  onTestFinished(() => server[Symbol.asyncDispose]())
  const news = () => server.seen.map(({ body }) => JSON.parse(body) as AlertNews)
  return {
    url: server.url,
    seen: server.seen,
    news,
    told: (wanted, name) =>
      news().flatMap(({ status: is, alerts }) =>
        alerts.filter(alert => is === wanted && (name === undefined || alert.name === name)),
      ),
  }
}

const startAlertStage = (receiver: Pick<Receiver, 'url'> | undefined, options: StageOptions = {}): Promise<Stage> =>
  startStage({
    ...options,
    env: {
      PUBLIC_URL: 'https://calls.example.com',
      ...(receiver === undefined ? {} : { ALERT_WEBHOOK_URL: `${receiver.url}/hook` }),
      ...(options.env as Record<string, string> | undefined),
    },
    overrides: { alertsEveryMs: EVERY_MS, ...options.overrides },
  })

const standing = async (stage: Stage) => (await stage.api<{ alerts: AlertView[] }>('/alerts')).body.alerts
const stands = (stage: Stage, name: string) =>
  eventually(
    async () => {
      const found = (await standing(stage)).find(alert => alert.name === name)
      if (found === undefined) throw new Error(`${name} does not stand`)
      return found
    },
    { timeoutMs: 20_000 },
  )

/** What held is mended: a while later all are over, and each was told of once as standing and once as over. */
async function expectOnce(stage: Stage, receiver: Receiver, subjects: Record<string, string>): Promise<void> {
  const names = Object.keys(subjects)
  for (const name of names) await eventually(() => expect(receiver.told('firing', name)).toHaveLength(1))
  for (const name of names) expect(receiver.told('resolved', name)).toEqual([])
  // It is over once it was not found for a while, and what else moves with the clock has had time to be done.
  await eventually(
    async () => {
      stage.clock.advance(RESOLVE_AFTER_MS / 3)
      for (const name of names) expect(receiver.told('resolved', name)).toHaveLength(1)
    },
    { timeoutMs: 20_000, everyMs: 300 },
  )
  await expectBoth(stage, receiver, subjects)
}

/** Each was told once as standing and once as over, and stands no more. */
async function expectBoth(stage: Stage, receiver: Receiver, subjects: Record<string, string>): Promise<void> {
  for (const [name, subject] of Object.entries(subjects)) {
    expect(receiver.told('firing', name)).toMatchObject([{ subject }])
    const [firing] = receiver.told('firing', name)
    const [resolved] = receiver.told('resolved', name)
    expect(resolved).toMatchObject({ subject, since: firing?.since })
    const lastedMs = Date.parse(resolved?.resolvedAt ?? '') - Date.parse(firing?.since ?? '')
    expect(lastedMs).toBeGreaterThanOrEqual(RESOLVE_AFTER_MS)
    expect((await standing(stage)).filter(alert => alert.name === name)).toEqual([])
    const logged = (msg: string) => stage.lines.filter(line => line['msg'] === msg && line['name'] === name)
    expect([logged('alert.raised').length, logged('alert.resolved').length]).toEqual([1, 1])
  }
}

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

test('a refused key is told of, and so is the campaign that pauses itself for it', async () => {
  const receiver = await startReceiver()
  const refused = { match: { path: '/voice/calls/initiate' }, kind: 'status' as const, status: 401 }
  const stage = await startAlertStage(receiver, { control: { faults: [refused] } })
  await stage.lead('lead_1', { phone: '+12025550123' })
  await stands(stage, 'key_refused')
  const tripped = await stands(stage, 'breaker_tripped')
  expect(tripped).toMatchObject({ subject: 'roof', severity: 'critical', path: '/dashboard/campaigns/roof' })
  expect(tripped.summary).toBe('Campaign roof has paused itself: LeadSail refused the API key')
  stage.simulator.control({ faults: [] })
  await stage.api('/campaigns/roof/resume', { method: 'POST' })
  await expectOnce(stage, receiver, { breaker_tripped: 'roof', key_refused: 'leadsail' })
}, 60_000)

test('a destination that refuses its token is told of until it takes pixels again', async () => {
  const receiver = await startReceiver()
  const pixel = { via: 'meta', pixelId: '77', event: 'Lead' }
  const stage = await startAlertStage(receiver, {
    campaigns: [{ ...plainCampaign, followUps: [{ id: 'conversion', pixel }] }],
    control: { apiKeys: { meta: 'another' }, scripts: { '*': [{ status: 'qualified', lengthMs: 10 }] } },
  })
  await stage.lead('lead_1', { phone: '+12025550123', email: 'ann@example.com' })
  const paused = await stands(stage, 'destination_paused')
  expect(paused).toMatchObject({ subject: 'meta', summary: 'Meta refused the access token' })
  expect(await stands(stage, 'key_refused')).toMatchObject({ subject: 'meta' })
  stage.simulator.control({ apiKeys: { meta: 'meta-token' } })
  await expectOnce(stage, receiver, { destination_paused: 'meta', key_refused: 'meta' })
}, 60_000)

test('effects of one kind that go wrong in numbers are told of; what is refused now and then is not', async () => {
  const receiver = await startReceiver()
  const followUps = [{ id: 'thanks', sms: { text: 'Hello', window: '00:00-24:00' } }]
  const body = { success: false, error: { code: 'SMS_BLOCKED', message: 'no' } }
  const stage = await startAlertStage(receiver, {
    campaigns: [{ ...plainCampaign, followUps }],
    control: {
      scripts: { '*': [{ status: 'qualified', lengthMs: 10 }] },
      faults: [{ match: { method: 'POST', path: '/sms/send' }, kind: 'status', status: 400, body }],
    },
  })
  const leads = (from: number) =>
    Promise.all(
      Array.from({ length: 10 }, (_, at) => stage.lead(`lead_${from + at}`, { phone: `+1212200${from + at}00` })),
    )
  const count = async () => (await stage.campaign()).progress.done
  await leads(10)
  await eventually(async () => expect(await count()).toBe(10), { timeoutMs: 20_000 })
  expect((await standing(stage)).map(({ name }) => name)).not.toContain('failure_share')
  await leads(30)
  const found = await stands(stage, 'failure_share')
  expect(found).toMatchObject({ subject: 'sms', count: 20, path: '/dashboard/failures?kind=sms' })
  expect(found.summary).toBe('20 of 20 effects of kind sms went wrong within 15 min')
  await eventually(() => expect(receiver.told('firing', 'failure_share')).toHaveLength(1))
  // A quarter of an hour later they are no news any more.
  stage.clock.advance(16 * 60_000)
  await expectOnce(stage, receiver, { failure_share: 'sms' })
}, 60_000)

test('steps that nobody takes up are told of by the job that should do them', async () => {
  const receiver = await startReceiver()
  let isFull = true
  const stage = await startAlertStage(receiver, {
    control: { timeScale: 1, scripts: { '*': [{ status: 'qualified', lengthMs: 10 }] } },
    overrides: {
      instrument(name, part) {
        if (name !== 'queues') return part
        const { waiting } = part as unknown as { waiting: (job: string) => Promise<number> }
        const full = async (job: string) => (isFull && job === 'send-sms' ? 100_000 : waiting(job))
        return { ...part, waiting: full }
      },
    },
    campaigns: [{ ...plainCampaign, followUps: [{ id: 'thanks', sms: { text: 'Hello', window: '00:00-24:00' } }] }],
  })
  // The first text has room; from then on its queue counts as full.
  await stage.lead('lead_1', { phone: '+12025550123' })
  await stage.journey('lead_1', isOver)
  await stage.lead('lead_2', { phone: '+12025550124' })
  await stage.journey('lead_2', ({ state }) => state === 'following_up')
  stage.clock.advance(6 * 60_000)
  const late = await stands(stage, 'queue_age')
  expect(late).toMatchObject({ subject: 'send-sms', severity: 'critical' })
  expect(late.summary).toMatch(/^The oldest send-sms that is due has waited for 6 min$/)
  isFull = false
  await stage.journey('lead_2', isOver)
  await expectOnce(stage, receiver, { queue_age: 'send-sms' })
}, 60_000)

test('a campaign file that no longer fits is told of until it is mended', async () => {
  const receiver = await startReceiver()
  const stage = await startAlertStage(receiver)
  const path = join(stage.env['CAMPAIGNS_DIR'] ?? '', 'roof.yaml')
  await writeFile(path, JSON.stringify({ ...plainCampaign, provider: 'nobody' }))
  const bad = await stands(stage, 'campaign_file')
  expect(bad).toMatchObject({ subject: 'roof', path: '/dashboard/campaigns/roof' })
  expect(bad.summary).toContain('the last good one is in force')
  expect(bad.summary).toContain('provider')
  await writeFile(path, JSON.stringify(plainCampaign))
  await expectOnce(stage, receiver, { campaign_file: 'roof' })
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
