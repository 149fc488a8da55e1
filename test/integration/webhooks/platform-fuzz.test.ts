import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { EventView } from '../../../src/desk/events.ts'
import { plainCampaign, type Stage, startStage } from '../../support/stage.ts'
import { deliver, type WireAnswer } from './deliveries.ts'
import { oddBodies, oddText } from './odd-bodies.ts'
import { callLog, LOCATION, type PlatformSender, platformEnv, senders } from './platform-senders.ts'

const isFull = process.env['TEST_SCALE'] === 'full'
const BODIES = isFull ? 3_000 : 300
/** The same bodies at every run, so that a failure can be looked into; new ones at the full scale. */
const SEED = isFull ? Date.now() % 1_000_000 : 20_261_121
/** Requests at once. */
const SENDERS = 10

const PHONE = '+12025550123'
/** What LeadSail's simulator calls the call that is going on, and its carrier. */
interface Live {
  conversationId: string
  messageId: string
}

type Document = Record<string, unknown>

const call = (more: Document) => ({ id: 'call_1', ...more })
const leadconnector = (type: string, more: Document) => ({ type, locationId: LOCATION, contactId: 'con_1', ...more })

/** Events as they should be, those of the call that is going on among them. */
const documents: Record<keyof typeof senders, (live: Live, number: number) => Document[]> = {
  elevenlabs: ({ conversationId }, number) => [
    { type: 'post_call_transcription', event_timestamp: number, data: { conversation_id: conversationId } },
    {
      type: 'post_call_transcription',
      data: { conversation_id: `conv_${number}`, metadata: { phone_call: { external_number: PHONE } } },
    },
    { type: 'call_initiation_failure', data: { conversation_id: `conv_${number}`, failure: { reason: 'busy' } } },
    { type: 'post_call_audio', data: { conversation_id: `conv_${number}`, full_audio: 'AAAA' } },
  ],
  vapi: ({ conversationId, messageId }, number) => [
    { message: { type: 'end-of-call-report', call: call({ id: conversationId }), customer: { number: PHONE } } },
    {
      message: { type: 'end-of-call-report', call: call({ id: `call_${number}`, transport: { callSid: messageId } }) },
    },
    { message: { type: 'status-update', status: 'ended', call: call({ id: `call_${number}` }) } },
  ],
  retell: ({ conversationId, messageId }, number) => [
    { event: 'call_ended', call: { call_id: conversationId, direction: 'outbound', to_number: PHONE } },
    {
      event: 'call_analyzed',
      call: { call_id: `call_${number}`, telephony_identifier: { twilio_call_sid: messageId }, direction: 'inbound' },
    },
    { event: 'call_started', call: { call_id: `call_${number}` } },
  ],
  bland: ({ conversationId }, number) => [
    { call_id: conversationId, completed: true, to: PHONE, from: '+12025550199', inbound: false },
    { call_id: `call_${number}`, status: 'completed', to: PHONE, inbound: true },
  ],
  twilioJson: ({ messageId }, number) => [
    { CallSid: messageId, CallStatus: 'completed', Direction: 'outbound-api', To: PHONE },
    { CallSid: `CA${number}`, CallStatus: 'ringing', Direction: 'outbound-api', To: PHONE },
    { MessageSid: `SM${number}`, SmsStatus: 'received', From: `+1202555${2_000 + number}`, Body: 'STOP' },
  ],
  twilioForm: ({ messageId }, number) => [
    { CallSid: messageId, CallStatus: 'completed', Direction: 'outbound-api', To: PHONE },
    { MessageSid: `SM${number}`, MessageStatus: 'received', From: `+1202555${2_000 + number}`, Body: 'Stop.' },
    { MessageSid: `SM${number}`, MessageStatus: 'delivered', To: PHONE },
  ],
  leadconnector: (_live, number) => [
    leadconnector('VoiceAiCallEnd', { ...callLog(`log_${number}`), webhookId: `wh_${number}`, timestamp: Date.now() }),
    { data: { ...callLog(`log_${number}`), locationId: LOCATION }, webhookId: `wh_${number}` },
    leadconnector('InboundMessage', { messageType: 'SMS', body: 'STOP', fromNumber: `+1202555${2_000 + number}` }),
    leadconnector('ContactDndUpdate', {
      phone: `+1202555${2_000 + number}`,
      dndSettings: { SMS: { status: 'active' } },
    }),
    leadconnector('OutboundMessage', { id: `out_${number}` }),
  ],
}

/** Forms of fields with odd values, of fields that nobody knows, and of bytes that are none. */
function oddForms(base: fc.Arbitrary<Document>): fc.Arbitrary<Buffer> {
  const encode = (fields: Document) => {
    const texts = Object.entries(fields).map(([name, value]): [string, string] => [name, String(value)])
    return Buffer.from(new URLSearchParams(texts).toString())
  }
  const spoilt = fc.tuple(base, fc.nat(), oddText, oddText).map(([fields, at, value, name]) => {
    const names = Object.keys(fields)
    return encode({ ...fields, [names[at % names.length] ?? '']: value, [name]: value })
  })
  const cut = fc.tuple(base, fc.nat()).map(([fields, at]) => {
    const form = encode(fields)
    return form.subarray(0, at % form.length)
  })
  return fc.oneof(base.map(encode), { arbitrary: spoilt, weight: 3 }, cut, oddBodies(base))
}

/** A call that goes on and on, and has been looked at once, so that its names are known. */
async function liveCall(stage: Stage): Promise<Live> {
  await stage.lead('lead_1', { phone: PHONE })
  const { attempts } = await stage.journey('lead_1', journey => journey.attempts[0]?.looks === 1)
  const name = String(attempts[0]?.interactionId).slice('int_'.length)
  return { conversationId: `conv_${name}`, messageId: `vng-${name}` }
}

/** The event's id, however this vendor is answered. */
function eventOf(source: string, { headers, body }: WireAnswer): string {
  return String(source === 'twilio' ? headers['x-event-id'] : body['eventId'])
}

const table = Object.entries(senders) as [keyof typeof senders, PlatformSender][]

test.each(table)(
  `%s: ${BODIES} authentic deliveries of anything: no 5xx, and every one comes to an end`,
  async (name, sender) => {
    const { source, send } = sender
    const stage = await startStage({
      campaigns: [{ ...plainCampaign, poll: { ...plainCampaign.poll, min: 'PT1H', max: 'PT1H', deadline: 'PT9H' } }],
      control: { scripts: { '*': [{ status: 'completed', neverEnds: true }] } },
      env: platformEnv,
    })
    const live = await liveCall(stage)
    const base = fc.nat(7_999).chain(number => fc.constantFrom(...documents[name](live, number)))
    const odd = name === 'twilioForm' ? oddForms(base) : oddBodies(base)
    const good = base.map(document => Buffer.from(JSON.stringify(document)))
    const any = name === 'twilioForm' ? odd : fc.oneof({ arbitrary: odd, weight: 4 }, good)
    const bodies = fc.sample(any, { numRuns: BODIES, seed: SEED })

    const taken = new Map<string, number>()
    let refused = 0
    let next = 0
    const one = async () => {
      for (let at = next++; at < bodies.length; at = next++) {
        const raw = bodies[at] ?? Buffer.alloc(0)
        const answer = await deliver(stage.url, send(raw, { atMs: stage.clock.now() }))
        // What does not say that it is for our location is not for us.
        const allowed = source === 'leadconnector' ? [200, 202, 401] : [200, 202]
        const shown = `${answer.status} for #${at} (seed ${SEED}): ${raw.toString('latin1').slice(0, 300)}`
        expect(allowed, shown).toContain(answer.status)
        if (answer.status === 401) refused += 1
        else taken.set(eventOf(source, answer), (taken.get(eventOf(source, answer)) ?? 0) + 1)
      }
    }
    await Promise.all(Array.from({ length: SENDERS }, one))
    expect([...taken.values()].reduce((sum, times) => sum + times, refused)).toBe(BODIES)
    // Most of LeadConnector's are for our location, and there is enough of everybody's.
    expect(refused).toBeLessThan(BODIES * 0.7)

    const waiting = async () =>
      (await stage.api<{ events: EventView[] }>('/events?status=received&limit=1000')).body.events
    await expect.poll(waiting, { timeout: 30_000, interval: 200 }).toEqual([])
    const listed: EventView[] = []
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const path = `/events?source=${source}&limit=1000${cursor && `&cursor=${cursor}`}`
      const page: { events: EventView[]; nextCursor?: string } = (await stage.api<never>(path)).body
      listed.push(...page.events)
      cursor = page.nextCursor
    }
    expect(new Map(listed.map(event => [event.id, event.duplicates + 1]))).toEqual(taken)
    const states = Object.groupBy(listed, event => event.state)
    const silent = [...(states.rejected ?? []), ...(states.ignored ?? [])].filter(event => !event.reason)
    expect(silent).toEqual([])
    // Every kind of end was met: the bodies are odd, and not all of them nonsense.
    expect(Object.keys(states).sort()).toEqual(['ignored', 'processed', 'rejected'])
    expect(stage.lines.filter(line => line['level'] === 'error' || line['level'] === 'fatal')).toEqual([])
    // Nobody was called for it.
    expect(stage.simulator.truth().calls).toHaveLength(1)
  },
  120_000,
)
