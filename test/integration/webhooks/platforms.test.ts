import { expect, onTestFinished, test } from 'vitest'
import type { EventView } from '../../../src/desk/events.ts'
import { STORE_TIMEOUT_MS } from '../../../src/webhooks/accept.ts'
import { eventually } from '../../support/eventually.ts'
import { startOwnRedis } from '../../support/own-redis.ts'
import { startStage } from '../../support/stage.ts'
import { type Delivery, deliver } from './deliveries.ts'
import { type PlatformSender, platformEnv, senders } from './platform-senders.ts'

const SECOND_MS = 1_000

const table = Object.entries(senders)

function withHeaders(delivery: Delivery, headers: Delivery['headers']): Delivery {
  return { ...delivery, headers: { ...delivery.headers, ...headers } }
}

function without(delivery: Delivery, name: string): Delivery {
  const { [name]: _, ...headers } = delivery.headers
  return { ...delivery, headers }
}

/** Everything that is wrong with a delivery that was right. */
function spoilt({ proofs, reach, body, send }: PlatformSender, atMs: number): Record<string, Delivery> {
  const raw = body('call_1', atMs)
  const good = send(raw, { atMs })
  const isJson = raw.toString().startsWith('{')
  const aged = (offMs: number) => send(body('call_1', atMs + offMs), { atMs: atMs + offMs })
  return {
    'unknown secret': send(raw, { atMs, secret: 'stranger' }),
    'truncated body': { ...good, body: raw.subarray(0, -1) },
    'empty body': { ...good, body: Buffer.alloc(0) },
    "another event's signature": { ...good, headers: send(body('call_2', atMs), { atMs }).headers, body: raw },
    // A form means the same in any order, and is signed so.
    ...(isJson && {
      're-serialised body': { ...good, body: Buffer.from(JSON.stringify(JSON.parse(`${raw}`), null, 1)) },
    }),
    ...Object.fromEntries(
      proofs.flatMap(name => [
        [`no ${name}`, without(good, name)],
        [`empty ${name}`, withHeaders(good, { [name]: '' })],
        [`another ${name}`, withHeaders(good, { [name]: `${good.headers[name]}`.replace(/\d(?=\D*$)/, '!') })],
        [`${name} twice`, withHeaders(good, { [name]: [`${good.headers[name]}`, `${good.headers[name]}`] })],
        [`${name} beside another`, withHeaders(good, { [name]: ['other', `${good.headers[name]}`] })],
      ]),
    ),
    ...(reach && {
      stale: aged(-reach.backMs - 60 * SECOND_MS),
      future: aged(reach.aheadMs + 60 * SECOND_MS),
    }),
  }
}

test.each(table)('%s: whatever is wrong with it, it is the very same 401, and nothing is stored', async (_, sender) => {
  const stage = await startStage({ env: platformEnv })
  const texts = new Set<string>()
  for (const [what, delivery] of Object.entries(spoilt(sender, stage.clock.now()))) {
    const answer = await deliver(stage.url, delivery)
    expect([what, answer.status]).toEqual([what, 401])
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
    texts.add(answer.text)
  }
  expect([...texts]).toHaveLength(1)
  expect((await stage.api('/events')).body).toEqual({ events: [] })
})

test.each(table)(
  '%s: either secret opens, at once and late, and what comes again is a duplicate',
  async (_, sender) => {
    const stage = await startStage({ env: platformEnv })
    const { source, body, send, reach = { backMs: 0, aheadMs: 0 } } = sender
    const now = stage.clock.now()
    const slackMs = 10 * SECOND_MS
    const offsets = [0, -Math.max(reach.backMs - slackMs, 0), Math.max(reach.aheadMs - slackMs, 0)]
    const kept = new Set<string>()
    for (const [at, secret] of (['first', 'second', 'second'] as const).entries()) {
      const atMs = now + Number(offsets[at])
      const delivery = send(body(`call_${at}`, atMs), { atMs, secret })
      const [taken, again] = [await deliver(stage.url, delivery), await deliver(stage.url, delivery)]
      const eventId = expectAnswer(source, 'accepted', taken)
      expect(expectAnswer(source, 'duplicate', again)).toBe(eventId)
      expect(eventId).toMatch(new RegExp(`^${source}_[0-9a-f]{32}$`))
      kept.add(eventId)
      expect(await stage.event(eventId)).toMatchObject({
        source,
        state: 'ignored',
        reason: expect.any(String),
        duplicates: 1,
      })
    }
    expect(kept.size).toBe(3)
    // The same event in other bytes, signed anew: its own id counts.
    if (source !== 'twilio') {
      const raw = Buffer.from(JSON.stringify(JSON.parse(`${body('call_0', now)}`), null, 1))
      expectAnswer(source, 'duplicate', await deliver(stage.url, send(raw, { atMs: now })))
    }
    const { events } = (await stage.api<{ events: EventView[] }>('/events')).body
    expect(new Set(events.map(({ id }) => id))).toEqual(kept)
  },
)

/** The answer that this vendor wants; the event's id. */
function expectAnswer(source: string, status: string, answer: Awaited<ReturnType<typeof deliver>>): string {
  if (source === 'twilio') {
    expect([answer.status, answer.text]).toEqual([200, '<Response/>'])
    expect(answer.headers['content-type']).toMatch(/^text\/xml(;|$)/)
    return String(answer.headers['x-event-id'])
  }
  const wanted = source === 'elevenlabs' || status === 'duplicate' ? 200 : 202
  expect([source, answer.status, answer.body]).toEqual([source, wanted, { status, eventId: expect.any(String) }])
  expect(answer.headers['content-type']).toMatch(/^application\/json(;|$)/)
  expect(answer.headers['x-event-id']).toBeUndefined()
  return String(answer.body['eventId'])
}

test('a source whose secret is not set is not there', async () => {
  const stage = await startStage({ env: { PUBLIC_URL: platformEnv.PUBLIC_URL } })
  for (const [name, { body, send }] of table) {
    const atMs = stage.clock.now()
    const answer = await deliver(stage.url, send(body('call_1', atMs), { atMs }))
    expect([name, answer.status]).toEqual([name, 404])
  }
})

test('a form is read at twilio alone, and nothing but JSON elsewhere', async () => {
  const stage = await startStage({ env: platformEnv })
  const atMs = stage.clock.now()
  for (const [name, { source, body, send }] of table) {
    const good = send(body('call_1', atMs), { atMs })
    const types = ['text/plain', 'multipart/form-data; boundary=x', 'application/x-www-form-urlencoded-x', 'text/json']
    const wrong = source === 'twilio' ? types : [...types, 'application/x-www-form-urlencoded']
    for (const type of wrong) {
      const answer = await deliver(stage.url, withHeaders(good, { 'content-type': type }))
      expect([name, type, answer.status]).toEqual([name, type, 415])
    }
  }
  const { body, send } = senders.twilioForm
  const charset = { 'content-type': 'Application/X-WWW-Form-Urlencoded; charset=UTF-8' }
  expect((await deliver(stage.url, withHeaders(send(body('call_1', atMs), { atMs }), charset))).status).toBe(200)
})

test('while Redis is away LeadConnector is asked again with the one status that it heeds, the others with 503', async () => {
  const redis = await startOwnRedis()
  onTestFinished(() => redis[Symbol.asyncDispose]())
  const overrides = { storeTimeoutMs: STORE_TIMEOUT_MS }
  const stage = await startStage({ env: { ...platformEnv, REDIS_URL: redis.url }, overrides })
  onTestFinished(() => redis.start())
  await redis.stop()
  const atMs = stage.clock.now()
  for (const [name, { source, body, send }] of table) {
    const answer = await deliver(stage.url, send(body('call_1', atMs), { atMs }))
    expect([name, answer.status]).toEqual([name, source === 'leadconnector' ? 429 : 503])
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
  }

  // Once it is back what comes again is taken.
  await redis.start()
  for (const [name, { source, body, send }] of table) {
    const delivery = send(body('call_1', atMs), { atMs })
    const eventId = await eventually(async () => {
      const answer = await deliver(stage.url, delivery)
      if (answer.status >= 300) throw new Error(`${name} was answered ${answer.status}`)
      return String(source === 'twilio' ? answer.headers['x-event-id'] : answer.body['eventId'])
    })
    await stage.event(eventId)
  }
})
