import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type Stage, startStage } from '../../support/stage.ts'
import { callRequested, deliver, fromLeadSail, fromStandard, leadSailEvent } from './deliveries.ts'

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

/** The stored body as the API hands it out. */
async function rawOf(stage: Stage, eventId: string): Promise<Buffer> {
  const answer = await fetch(`${stage.url}/api/v1/events/${eventId}/raw`)
  expect(answer.status).toBe(200)
  return Buffer.from(await answer.arrayBuffer())
}

const DEPTH = 100_000
const nested = (open: string, close: string) => Buffer.from(open.repeat(DEPTH) + close.repeat(DEPTH))
const { leadId: _, ...withoutLead } = leadSailEvent('lead_1')

const unreadable: [what: string, body: Buffer, reason: RegExp][] = [
  ['nothing', Buffer.alloc(0), /the body is empty/],
  ['no JSON', Buffer.from('event=lead.processed'), /not valid JSON/],
  ['half a JSON', Buffer.from('{"event":"lead.processed","leadId":"lead_1"'), /not valid JSON/],
  ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x7d]), /not valid UTF-8/],
  ['UTF-16', Buffer.from('{}', 'utf16le'), /not valid JSON/],
  ['all bytes', Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)), /not valid UTF-8/],
  ['arrays nested 100,000 deep', nested('[', ']'), /body: /],
  ['objects nested 100,000 deep', nested('{"a":', '1}'.slice(1)), /not valid JSON/],
  [
    'a known field nested 100,000 deep',
    Buffer.from(`{"event":"lead.processed","campaignId":"HXZ","leadId":${nested('[', ']')}}`),
    /leadId: /,
  ],
  ['null', Buffer.from('null'), /body: /],
  [
    'an unknown event',
    Buffer.from(JSON.stringify(leadSailEvent('lead_1', { event: 'lead.teleported' }))),
    /event: must/,
  ],
  ['no lead', Buffer.from(JSON.stringify(withoutLead)), /leadId: /],
  ['a lead without a name', Buffer.from(JSON.stringify(leadSailEvent(''))), /leadId: /],
]

describe('what LeadSail sends and nobody can read', () => {
  test.each(unreadable)(
    '%s is kept byte for byte, rejected with its reason, and can be replayed',
    async (_, body, why) => {
      const stage = await startStage()
      const delivery = fromLeadSail(body)
      const answer = await deliver(stage.url, delivery)
      expect([answer.status, answer.body['status']]).toEqual([202, 'accepted'])
      const eventId = String(answer.body['eventId'])
      expect(eventId).toMatch(/^leadsail_[0-9a-f]{32}$/)

      const rejected = await stage.event(eventId)
      expect(rejected).toMatchObject({ state: 'rejected', source: 'leadsail', journeys: [], duplicates: 0 })
      expect(rejected.reason).toMatch(why)
      expect(sha256(await rawOf(stage, eventId))).toBe(sha256(body))

      const again = await deliver(stage.url, delivery)
      expect([again.status, again.body]).toEqual([200, { status: 'duplicate', eventId }])

      const replayed = await stage.api(`/events/${eventId}/replay`, { method: 'POST' })
      expect(replayed.status).toBe(202)
      // It ran once more, and still says no.
      const event = await stage.event(eventId, ({ handledAt }) => handledAt !== rejected.handledAt)
      expect(event).toMatchObject({ state: 'rejected', replays: 1, duplicates: 1 })
      expect(sha256(await rawOf(stage, eventId))).toBe(sha256(body))
      expect((await stage.api('/journeys')).body).toEqual({ journeys: [] })
    },
  )
})

test('what could be read is kept byte for byte too, sealed or not', async () => {
  const dataKey = Buffer.alloc(32, 3).toString('base64')
  for (const env of [{}, { DATA_KEY: dataKey }]) {
    const stage = await startStage({ env })
    const text = ` {"leadId" : "lead_1",\r\n "campaignId":"HXZ", "event":"lead.processed", "data":{"firstName":"Zoë \\u00e9"}}\n`
    const body = Buffer.from(text)
    const answer = await deliver(stage.url, fromLeadSail(body))
    const eventId = String(answer.body['eventId'])
    expect((await stage.event(eventId)).state).toBe('processed')
    expect(sha256(await rawOf(stage, eventId))).toBe(sha256(body))
  }
})

test('at the standard source the sender is told what to mend, and nothing is stored', async () => {
  const stage = await startStage()
  const data = callRequested('lead_1')['data']
  const unfit: [body: Buffer, detail: RegExp][] = [
    [Buffer.alloc(0), /empty/],
    [Buffer.from('{"type":'), /not valid JSON/],
    [Buffer.from([0xff, 0xfe]), /not valid UTF-8/],
    [nested('[', ']'), /body: /],
    [Buffer.from('[]'), /body: /],
    [Buffer.from('{"type":"call.started","data":{}}'), /type: /],
    [Buffer.from('{"data":{}}'), /type: /],
    [Buffer.from('{"type":"call.requested"}'), /data: /],
    [
      Buffer.from(JSON.stringify({ type: 'call.requested', data: { ...(data as object), leadId: '' } })),
      /data\.leadId: /,
    ],
    [Buffer.from(JSON.stringify(callRequested('x'.repeat(201)))), /data\.leadId: /],
    [Buffer.from(JSON.stringify(callRequested('lead_1', { phone: 12025550123 }))), /data\.phone: /],
    [Buffer.from(JSON.stringify(callRequested('lead_1', { fields: { a: { b: 1 } } }))), /data\.fields\.a: /],
    [Buffer.from('{"type":"call.ended","data":{"provider":"leadsail"}}'), /data\.interactionId: /],
    [Buffer.from('{"type":"lead.opted_out","data":{}}'), /needs phone or leadId/],
    [Buffer.from('{"type":"lead.opted_out","data":{"leadId":"a","channels":["fax"]}}'), /data\.channels/],
  ]
  for (const [at, [body, detail]] of unfit.entries()) {
    const answer = await deliver(stage.url, fromStandard(body, { id: `msg_${at}`, atMs: stage.clock.now() }))
    expect([at, answer.status]).toEqual([at, 400])
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
    expect(answer.body).toMatchObject({ type: 'about:blank', title: 'Bad Request', status: 400 })
    expect(answer.body['detail']).toMatch(detail)
    // A value may be personal: what is wrong is named by its field.
    expect(answer.text).not.toContain('12025550123')
  }
  expect((await stage.api('/events')).body).toEqual({ events: [] })
  // Refused is not seen: mended, the same id is taken.
  const mended = fromStandard(callRequested('lead_1'), { id: 'msg_0', atMs: stage.clock.now() })
  expect((await deliver(stage.url, mended)).status).toBe(202)
})
