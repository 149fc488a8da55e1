import { readFile } from 'node:fs/promises'
import { expect, onTestFinished, test } from 'vitest'
import { createKeys } from '../../../src/redis/keys.ts'
import { createStandardSource } from '../../../src/webhooks/sources/standard.ts'
import { eventually } from '../../support/eventually.ts'
import { openLedger as openReader } from '../../support/ledger-reader.ts'
import { openLedger } from '../../support/list-journeys.ts'
import { isOver, plainCampaign, type Stage, startStage } from '../../support/stage.ts'
import { serve, serveAnswer } from '../clients/servers.ts'

const key = Buffer.from('a-key-for-events-of-32-bytes-abc')
const old = Buffer.from('an-older-key-of-32-bytes-abcdefg')
const secrets = [key, old].map(secret => `whsec_${secret.toString('base64')}`).join(',')
const settings = (url: string) => ({ EVENT_WEBHOOK_URL: url, EVENT_WEBHOOK_SECRET: secrets })
const answered = { scripts: { '*': [{ status: 'completed', lengthMs: 10, summary: null }] } }
const HOUR_MS = 3_600_000

async function receiver(...[answer]: Parameters<typeof serve>) {
  const server = await serve(answer)
  onTestFinished(() => server[Symbol.asyncDispose]())
  return server
}

const ok = () => receiver(response => response.writeHead(200).end('thanks'))

function told(server: Awaited<ReturnType<typeof serve>>) {
  return server.seen.map(({ body, headers, url }) => ({ url, id: String(headers['webhook-id']), ...JSON.parse(body) }))
}

const timelineOf = async (stage: Stage, id: string) =>
  (await stage.api<{ timeline: { what: string }[] }>(`/journeys/${id}`)).body.timeline.map(({ what }) => what)

test('the end of a journey is told once, signed, without personal data, whatever the answer’s body', async () => {
  const server = await ok()
  const stage = await startStage({ control: answered, env: settings(`${server.url}/hook/?token=a%20b`) })
  await stage.lead('lead_1', { phone: '+12025550123', email: 'ann@example.com', firstName: 'Annabel' })
  const journey = await stage.journey('lead_1', isOver)
  await eventually(async () => expect(await timelineOf(stage, journey.id)).toContain('end.told'))

  expect(server.seen).toHaveLength(1)
  const [seen] = server.seen
  expect(seen).toMatchObject({ method: 'POST', url: '/hook/?token=a+b' })
  expect(seen?.headers['content-type']).toBe('application/json')
  const source = createStandardSource([key])
  const raw = Buffer.from(seen?.body ?? '')
  const headers = Object.fromEntries(
    Object.entries(seen?.headers ?? {}).map(([name, value]) => [name, [value].flat().map(String)]),
  )
  expect(source.isAuthentic({ headers, raw, nowMs: stage.clock.now() } as never)).toBe(true)
  const [event] = told(server)
  expect(event).toMatchObject({
    type: 'journey.ended',
    timestamp: journey.endedAt,
    data: {
      ...{ id: journey.id, campaign: 'roof', leadId: 'lead_1', state: 'done', outcome: 'answered' },
      attempts: [{ number: 1, outcome: 'answered' }],
      effects: [{ kind: 'call', state: 'done' }],
    },
  })
  expect(seen?.body).not.toMatch(/2025550123|ann@example|Annabel/)
})

/** What differs from one run to the next, by what it looks like. */
function alike(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(alike)
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, entry]) => [name, name === 'looks' ? '(count)' : alike(entry)]),
    )
  }
  if (typeof value !== 'string') return value
  return value
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '(instant)')
    .replace(/\b(jrn|leadsail|int|msg)_\w+/g, '$1_(id)')
}

test('the example in the documentation is what a receiver is sent', async () => {
  const server = await ok()
  const stage = await startStage({
    campaigns: [
      {
        ...plainCampaign,
        id: 'roof-quotes',
        followUps: [
          { id: 'lead-pixel', pixel: { platform: 'facebook', pixelId: '123456789', event: 'Lead', once: 'lead' } },
          { id: 'thanks', sms: { text: 'Thanks for talking with us.', window: '00:00-24:00', delay: 'PT1S' } },
        ],
      },
    ],
    control: { scripts: { '*': [{ status: 'qualified', lengthMs: 95_000, summary: null }] } },
    env: settings(server.url),
  })
  await stage.lead('lead_1', { phone: '+12025550123' })
  await eventually(() => expect(server.seen).toHaveLength(1))
  const page = await readFile('docs/events-out.md', 'utf8')
  const example = /```json\n([\s\S]*?)```/.exec(page)?.[1] ?? ''
  expect(alike(JSON.parse(server.seen[0]?.body ?? ''))).toEqual(alike(JSON.parse(example)))
  for (const header of ['webhook-id', 'webhook-timestamp', 'webhook-signature']) {
    expect(server.seen[0]?.headers).toHaveProperty(header)
    expect(page).toContain(`\`${header}\``)
  }
})

test('journeys that never began are told of as well', async () => {
  const server = await ok()
  const stage = await startStage({ env: settings(server.url) })
  await stage.send('call.requested', { campaign: 'roof', leadId: 'lead_1', phone: '123' })
  await eventually(() => expect(told(server)).toHaveLength(1))
  expect(told(server)[0]).toMatchObject({ data: { state: 'stopped', reason: 'invalid_phone', attempts: [] } })
})

test('a receiver that fails is told again under the same id, and holds nothing up', async () => {
  let status = 500
  const server = await receiver(response => response.writeHead(status).end())
  const stage = await startStage({ control: answered, env: settings(server.url) })
  await stage.lead('lead_1', { phone: '+12025550123' })
  const journey = await stage.journey('lead_1', isOver)
  expect(journey).toMatchObject({ state: 'done' })
  for (const [index, next] of [404, 410, 302, 200].entries()) {
    await eventually(async () => {
      expect(server.seen).toHaveLength(index + 1)
      // The try is written down before the next can be due.
      const [step] = (await stage.journeysOf('lead_1'))[0]?.steps ?? []
      expect(Date.parse(step?.dueAt ?? '')).toBeGreaterThan(stage.clock.now() + 1_000)
    })
    status = next
    stage.clock.advance(2 * HOUR_MS)
  }
  await eventually(async () => expect(await timelineOf(stage, journey.id)).toContain('end.told'))
  const events = told(server)
  expect(events).toHaveLength(5)
  expect(new Set(events.map(({ id }) => id))).toEqual(
    new Set([`${journey.id}_ended_${Date.parse(journey.endedAt ?? '')}`]),
  )
  expect(new Set(server.seen.map(({ body }) => body)).size).toBe(1)
  expect(await stage.journey('lead_1', isOver)).toMatchObject({ state: 'done', endedAt: journey.endedAt, steps: [] })
  expect(await stage.campaign()).toMatchObject({ progress: { total: 1, done: 1 } })
})

test('what was told before a crash is told again under the same id', async () => {
  const server = await ok()
  let crashes = 1
  const stage = await startStage({
    control: answered,
    env: settings(server.url),
    overrides: {
      instrument(name, part) {
        if (name !== 'receiver') return part
        const { tell } = part as unknown as { tell: (...args: unknown[]) => Promise<void> }
        const lost = async (...args: unknown[]) => {
          await tell(...args)
          if (crashes-- > 0) throw new Error('the process is gone')
        }
        return { ...part, tell: lost }
      },
    },
  })
  await stage.lead('lead_1', { phone: '+12025550123' })
  await stage.journey('lead_1', isOver)
  await eventually(() => expect(server.seen).toHaveLength(1))
  await stage.journey('lead_1', ({ steps }) => steps.some(({ why }) => why === undefined))
  stage.clock.advance(60_000)
  await eventually(() => expect(server.seen).toHaveLength(2))
  expect(new Set(told(server).map(({ id }) => id)).size).toBe(1)
})

test('an end that could not be told for three days is kept, listed, and told when somebody asks', async () => {
  const server = await serveAnswer(503, '', { 'retry-after': '120' })
  onTestFinished(() => server[Symbol.asyncDispose]())
  const stage = await startStage({ control: answered, env: settings(server.url) })
  await stage.lead('lead_1', { phone: '+12025550123' })
  const journey = await stage.journey('lead_1', isOver)
  await eventually(() => expect(server.seen.length).toBeGreaterThan(0))
  const { tellings } = await openLedger(stage.env, stage.clock)
  expect(await tellings.again(journey.id)).toBe(false)
  await eventually(async () => {
    stage.clock.advance(24 * HOUR_MS)
    expect(await tellings.failed(10)).toHaveLength(1)
  })
  expect(await tellings.failed(10)).toMatchObject([{ journeyId: journey.id }])
  expect(await tellings.failedCount()).toBe(1)
  expect(await timelineOf(stage, journey.id)).toContain('end.telling_given_up')
  expect(stage.lines).toContainEqual(expect.objectContaining({ msg: 'end.telling_given_up', alert: true }))
  expect(await stage.journey('lead_1', isOver)).toMatchObject({ state: 'done', steps: [] })

  const before = server.seen.length
  expect(await tellings.again(journey.id)).toBe(true)
  expect(await tellings.failedCount()).toBe(0)
  stage.clock.advance(HOUR_MS)
  await eventually(() => expect(server.seen.length).toBeGreaterThan(before))
  expect(new Set(told(server).map(({ id }) => id)).size).toBe(1)
})

test('a journey that goes on again is told of at its next end, which has an id of its own', async () => {
  const server = await ok()
  const stage = await startStage({
    campaigns: [
      {
        ...plainCampaign,
        followUps: [
          {
            id: 'lead-pixel',
            pixel: { platform: 'facebook', pixelId: '1', event: 'Lead' },
          },
        ],
      },
    ],
    control: answered,
    env: settings(server.url),
  })
  await stage.lead('lead_1', { phone: '+12025550123' })
  const { id } = await stage.journey('lead_1', isOver)
  await eventually(() => expect(told(server)).toHaveLength(1))
  const { journeys } = await openLedger(stage.env, stage.clock)
  stage.clock.advance(1_000)
  const open = () => ({ state: 'parked' as const, why: 'a test' })
  await journeys.transition(id, draft => void Object.assign(draft.journey.effects[1] ?? {}, open()))
  expect(await stage.journey('lead_1', isOver)).toMatchObject({ state: 'parked' })
  const [effect] = (await stage.journeysOf('lead_1'))[0]?.effects.slice(1) ?? []
  await stage.api(`/parked/${encodeURIComponent(effect?.key ?? '')}`, { json: { happened: true } })
  await eventually(() => expect(told(server)).toHaveLength(2))
  expect(new Set(told(server).map(event => event.id)).size).toBe(2)
})

test('nothing is told, and nothing waits to be, where nobody wants to hear', async () => {
  const stage = await startStage({ control: answered })
  await stage.lead('lead_1', { phone: '+12025550123' })
  const journey = await stage.journey('lead_1', isOver)
  expect(journey).toMatchObject({ state: 'done', steps: [] })
  using reader = await openReader(stage.env)
  expect(await reader.left()).toBe(0)
})

test('the index of ends that could not be told lies with the journey', () => {
  const { journey, untold } = createKeys('x').shard('07')
  expect(untold.slice(0, untold.indexOf('}'))).toBe(journey('j').slice(0, journey('j').indexOf('}')))
})
