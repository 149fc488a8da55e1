import { describe, expect, it } from 'vitest'
import { createLeadSail, type LeadSail } from '../../../src/clients/leadsail.ts'
import { systemClock } from '../../../src/clock.ts'
import { errorOfCall } from './calls.ts'
import {
  callTaken,
  listedInteractions,
  notFound,
  oneInteraction,
  unauthorized,
  validationError,
} from './leadsail-samples.ts'
import { serve, serveAnswer, type VendorServer } from './servers.ts'

const connect = (server: VendorServer, apiKeys = ['ls_0123456789', 'ls_retiring']) =>
  createLeadSail({ baseUrl: `${server.url}/api/v1`, apiKeys, clock: systemClock })

/** What the client makes of this answer. */
async function answered<T>(status: number, body: unknown, call: (leadSail: LeadSail) => Promise<T>): Promise<T> {
  await using server = await serveAnswer(status, body)
  await using leadSail = connect(server)
  return await call(leadSail)
}

const success = (data: unknown) => ({ success: true, data })
const call = { leadId: 'lead_abc123', phone: '+15550001111' }
const text = { ...call, text: 'Hi' }
const pixel = { leadId: 'lead_abc123', pixelId: '1', platform: 'facebook', event: 'Lead' } as const
const place = (leadSail: LeadSail) => leadSail.placeCall(call)
const send = (leadSail: LeadSail) => leadSail.sendText(text)
const fire = (leadSail: LeadSail) => leadSail.firePixel(pixel)
const read = (leadSail: LeadSail) => leadSail.getInteraction('int_abc123')
const list = (leadSail: LeadSail) => leadSail.listInteractions('lead_abc123')
const lead = (leadSail: LeadSail) => leadSail.getLead('lead_abc123')

describe('the printed answers', () => {
  const printed = {
    interactionId: 'int_abc123',
    leadId: 'string',
    campaignId: 'string',
    type: 'call',
    status: 'in_progress',
    live: true,
    direction: 'inbound',
    phone: 'string',
    talkMs: 0,
    spokenTo: true,
    summary: 'string',
    terminationReason: 'string',
    errorCode: 'string',
    errorMessage: 'string',
    conversationId: 'string',
    messageId: 'string',
    messages: [{ role: 'agent', text: 'string', source: 'manual' }],
  }

  it('are read', async () => {
    expect(await answered(200, oneInteraction, read)).toStrictEqual(printed)
    expect(await answered(200, listedInteractions, list)).toStrictEqual([printed])
    expect(await answered(200, callTaken, place)).toStrictEqual({ interactionId: 'int_abc123' })
  })

  it.each([200, 400, 401, 404, 422, 500])('of failure are refusals whatever the status (%i)', async status => {
    const errors = await Promise.all(
      [validationError, unauthorized, notFound].map(body => errorOfCall(answered(status, body, place))),
    )
    expect(errors.map(({ name }) => name)).toEqual(['RejectedError', 'RejectedError', 'RejectedError'])
    const codes = status === 401 ? Array(3).fill('UNAUTHORIZED') : ['VALIDATION_ERROR', 'UNAUTHORIZED', 'NOT_FOUND']
    expect(errors.map(({ code }) => code)).toEqual(codes)
    expect(errors[0]?.message).toContain('Invalid input data; string')
  })
})

describe('what was found out about a lead', () => {
  const extracted = (leadSail: LeadSail) => leadSail.readExtracted('lead_abc123')

  it('is read from its questionnaire, wherever the lead stands in the answer', async () => {
    const questionnaire = { budget: ' high ', rooms: 3, note: '' }
    for (const data of [{ leadId: 'lead_1', questionnaire }, { lead: { questionnaire } }]) {
      expect(await answered(200, { success: true, data }, extracted)).toEqual({ budget: 'high', rooms: '3' })
    }
  })

  it('is nothing where there is no questionnaire, or no such lead', async () => {
    expect(await answered(200, { success: true, data: { leadId: 'lead_1' } }, extracted)).toEqual({})
    expect(await answered(404, notFound, extracted)).toEqual({})
  })

  it('is asked for again when the vendor is away, and by nobody when it refuses', async () => {
    expect(await errorOfCall(answered(500, {}, extracted))).toMatchObject({ name: 'UnavailableError' })
    expect(await errorOfCall(answered(422, validationError, extracted))).toMatchObject({ name: 'RejectedError' })
  })
})

describe('requests', () => {
  it('are sent as the reference says, with the first key and ids that stay in their place', async () => {
    await using server = await serve((response, _, { url }) => {
      const data = {
        interactionId: 'int_1',
        messageId: 'msg_1',
        leadId: 'lead_2',
        succeeded: ['a', 'b'],
        failed: [],
        success: true,
        interactions: [],
        status: 'x',
      }
      response.end(JSON.stringify(success(url.includes('auto-dialer') ? { succeeded: ['a', 'b'], failed: [] } : data)))
    })
    await using leadSail = connect(server)
    await leadSail.placeCall({ ...call, campaignId: 'HXZ', instructions: 'Be brief.', test: true })
    await leadSail.placeCall(call)
    await leadSail.sendText({ ...text, campaignId: 'HXZ', interactionId: 'int_9' })
    await leadSail.firePixel({ ...pixel, value: 50, currency: 'USD', actionSource: 'phone_call', testEventCode: 'T1' })
    await leadSail.firePixel(pixel)
    await leadSail.getInteraction('int/../1')
    await leadSail.listInteractions('lead 1?')
    await leadSail.getLead('lead_1')
    await leadSail.readExtracted('lead_1')
    await leadSail.patchLead('lead_1', { status: 'contacted' })
    await leadSail.patchSubmission('sub_1', { status: 'qualified' })
    await leadSail.sendToAutoDialer(['a', 'b'])
    await leadSail.createLead({
      campaignId: 'HXZ',
      firstName: 'A',
      lastName: 'B',
      email: 'a@b.co',
      phone: '+15550001111',
      notes: 'n',
    })

    expect(
      server.seen.map(({ method, url, body }) => [
        `${method} ${url.slice('/api/v1'.length)}`,
        body && JSON.parse(body),
      ]),
    ).toEqual([
      [
        'POST /voice/calls/initiate',
        { ...call, direction: 'outbound', campaignId: 'HXZ', additionalInstructions: 'Be brief.', isTest: true },
      ],
      ['POST /voice/calls/initiate', { ...call, direction: 'outbound' }],
      [
        'POST /sms/send',
        { leadId: 'lead_abc123', message: 'Hi', to: '+15550001111', campaignId: 'HXZ', interactionId: 'int_9' },
      ],
      [
        'POST /pixels/fire',
        {
          leadId: 'lead_abc123',
          pixelId: '1',
          platform: 'facebook',
          eventName: 'Lead',
          eventValue: 50,
          currency: 'USD',
          actionSource: 'phone_call',
          testEventCode: 'T1',
        },
      ],
      ['POST /pixels/fire', { leadId: 'lead_abc123', pixelId: '1', platform: 'facebook', eventName: 'Lead' }],
      ['GET /interactions/int%2F..%2F1', ''],
      ['GET /interactions/lead/lead%201%3F', ''],
      ['GET /leads/lead_1', ''],
      ['GET /leads/lead_1', ''],
      ['PATCH /leads/lead_1', { status: 'contacted' }],
      ['PATCH /submissions/sub_1', { status: 'qualified' }],
      ['POST /leads/send-to-auto-dialer', { leadIds: ['a', 'b'] }],
      [
        'POST /leads',
        { campaignId: 'HXZ', firstName: 'A', lastName: 'B', email: 'a@b.co', phone: '+15550001111', notes: 'n' },
      ],
    ])
    expect(new Set(server.seen.map(({ headers }) => headers['x-api-key']))).toEqual(new Set(['ls_0123456789']))
    expect(server.connections).toBe(1)
  })

  it('need a key', () => {
    expect(() => createLeadSail({ baseUrl: 'http://127.0.0.1', apiKeys: [], clock: systemClock })).toThrow(RangeError)
  })
})

describe('interactions', () => {
  it.each([
    ['call', 'in_progress', true],
    ['call', 'incomplete', false],
    ['call', 'completed', false],
    ['call', 'something_new', false],
    ['sms', 'in_progress', true],
    ['sms', 'incomplete', true],
    ['sms', 'completed', false],
    ['email', 'in_progress', true],
    ['email', 'incomplete', false],
  ])('%s %s is live: %s', async (type, status, live) => {
    const data = { interactionId: 'int_1', type, status }
    expect(await answered(200, success(data), read)).toStrictEqual({ ...data, live, messages: [] })
  })

  it('survive whatever else is missing, null, new or of another type', async () => {
    const strange = {
      interactionId: 7,
      type: 'call',
      status: 'qualified',
      leadId: null,
      phone: 15550001111,
      telephony: 'vonage',
      call: { direction: 'sideways', duration: '61.5', spokenTo: 'yes', voiceAI: null, brandNew: {} },
      sms: [],
      summary: { text: 'x' },
      transcript: [null, 'words', { message: ' STOP ', timestamp: 1_796_126_400, role: 'user' }, { message: 5 }],
      createdAt: 1_796_126_400_123,
      updatedAt: '2026-12-01 12:00:00',
    }
    expect(await answered(200, success({ interaction: strange }), read)).toStrictEqual({
      interactionId: '7',
      type: 'call',
      status: 'qualified',
      live: false,
      phone: '15550001111',
      talkMs: 61_500,
      messages: [
        { at: 1_796_126_400_000, role: 'user', text: ' STOP ' },
        { role: 'unknown', text: '' },
      ],
      createdAt: 1_796_126_400_123,
      updatedAt: Date.parse('2026-12-01T12:00:00Z'),
    })
  })

  it('tell their kind by what they hold where no type says it', async () => {
    const interactions = [
      { interactionId: 'a', status: 'in_progress', call: { direction: 'outbound' } },
      { interactionId: 'b', status: 'incomplete', sms: { direction: 'inbound' } },
      { interactionId: 'c' },
    ]
    const listed = await answered(200, success(interactions), list)
    expect(listed.map(({ type, live, direction }) => [type, live, direction])).toEqual([
      ['call', true, 'outbound'],
      ['sms', true, 'inbound'],
      ['unknown', false, undefined],
    ])
  })

  it.each([
    ['one without a status', read, { interactionId: 'int_1', type: 'call' }],
    ['one without an id', read, { status: 'completed' }],
    [
      'a list in which one has no id',
      list,
      { interactions: [{ interactionId: 'a', status: 'completed' }, { status: 'completed' }] },
    ],
    ['no list', list, { interactions: null }],
  ])('%s is read again', async (_, ask, data) => {
    const error = await errorOfCall(answered<unknown>(200, success(data), ask))
    expect(`${error.name} ${error.code}`).toBe('UnavailableError BAD_ANSWER')
  })
})

describe('leads', () => {
  const bare = {
    leadId: 'lead_1',
    phone: '+15550001111',
    timezone: 'America/New_York',
    firstName: 'Ann',
    lastName: ' ',
    email: null,
  }
  const { lastName, email, ...expected } = bare

  it.each([
    ['bare', bare],
    ['under its name', { lead: bare }],
    ['with a contact', { leadId: 'lead_1', timezone: bare.timezone, contact: { firstName: 'Ann', phone: bare.phone } }],
  ])('are read %s', async (_, data) => {
    expect(await answered(200, success(data), lead)).toStrictEqual(expected)
  })

  it('are undefined where LeadSail knows none, and an error where something else does not', async () => {
    expect(await answered(404, notFound, lead)).toBeUndefined()
    expect(await errorOfCall(answered(404, 'Cannot GET', lead))).toMatchObject({
      name: 'RejectedError',
      code: 'HTTP_404',
    })
    expect(await errorOfCall(answered(401, unauthorized, lead))).toMatchObject({ code: 'UNAUTHORIZED', status: 401 })
  })

  it('are created', async () => {
    const person = { campaignId: 'HXZ', firstName: 'A', lastName: 'B', email: 'a@b.co', phone: '+15550001111' }
    const data = { leadId: 'lead_1', submissionId: 'sub_1' }
    expect(await answered(200, success(data), leadSail => leadSail.createLead(person))).toStrictEqual(data)
  })
})

describe('effects', () => {
  it.each([
    ['a call without an interaction', place, success({ leadId: 'lead_abc123' }), 'UnknownOutcomeError BAD_ANSWER'],
    ['a call, half an answer', place, '{"success":true,"da', 'UnknownOutcomeError BAD_ANSWER'],
    [
      'a call, throttled in the body',
      place,
      { success: false, error: { code: 'RATE_LIMIT_EXCEEDED' } },
      'RateLimitedError RATE_LIMIT_EXCEEDED',
    ],
    [
      'a call, broken in the body',
      place,
      { success: false, error: { code: 'INTERNAL_ERROR' } },
      'UnknownOutcomeError INTERNAL_ERROR',
    ],
    ['a call, refused with a new code', place, { success: false, error: { code: 'ON_FIRE' } }, 'RejectedError ON_FIRE'],
    ['a call, refused with words only', place, { success: false, error: 'no' }, 'RejectedError REFUSED'],
    ['a text without an id', send, success({ status: 'sent' }), 'UnknownOutcomeError BAD_ANSWER'],
    ['a text that will not arrive', send, success({ messageId: 'm', status: 'failed' }), 'RejectedError SMS_FAILED'],
    ['a pixel the platform did not take', fire, success({ success: false }), 'RejectedError PIXEL_REFUSED'],
    ['a pixel nobody says was taken', fire, success({}), 'UnknownOutcomeError BAD_ANSWER'],
    ['a pixel without an envelope', fire, { data: { success: true } }, 'UnknownOutcomeError BAD_ANSWER'],
  ])('%s', async (_, act, body, expected) => {
    const error = await errorOfCall(answered<unknown>(200, body, act))
    expect(`${error.name} ${error.code}`).toBe(expected)
  })

  it('done are done', async () => {
    const taken = success({ messageId: 'msg_1', status: 'sent', interactionId: 'int_1' })
    expect(await answered(200, taken, send)).toStrictEqual({ messageId: 'msg_1', interactionId: 'int_1' })
    expect(await answered(200, success({ success: true }), fire)).toBeUndefined()
    await expect(answered(204, '', leadSail => leadSail.patchLead('lead_1', {}))).resolves.toBeUndefined()
  })

  it('lost on the way are unknown, but what may be repeated is repeated', async () => {
    await using server = await serve(response => response.socket?.resetAndDestroy())
    await using leadSail = connect(server)
    const calls = [place, send, fire, () => leadSail.sendToAutoDialer(['a']), () => leadSail.patchLead('a', {}), read]
    const errors = await Promise.all(calls.map(act => errorOfCall(act(leadSail))))
    expect(errors.map(({ name }) => name)).toEqual([
      ...Array(4).fill('UnknownOutcomeError'),
      'UnavailableError',
      'UnavailableError',
    ])
  })

  it('refused show the vendor’s words without personal data or the key', async () => {
    const details = ['phone +1 (555) 000-1111 is on the list', 'ann@example.com', 'key ls_0123456789']
    const body = { success: false, error: { code: 'VALIDATION_ERROR', message: 'Invalid', details } }
    const error = await errorOfCall(answered(422, body, place))
    expect(error.message).toBe(
      'POST /voice/calls/initiate answered 422: VALIDATION_ERROR: Invalid; phone [number] is on the list; [email]; key [secret]',
    )
  })
})

describe('a hand-over to the auto-dialer', () => {
  const handOver = (data: unknown) => answered(200, success(data), leadSail => leadSail.sendToAutoDialer(['a', 'b']))
  const failed = [{ leadId: 'b', error: 'on the list: +15550001111' }]

  it.each([
    ['ids', ['a']],
    ['records', [{ leadId: 'a' }]],
    ['a number', 1],
  ])('that answers with %s', async (_, succeeded) => {
    const details = [{ leadId: 'a', nextCallTime: '2026-12-01T12:00:00Z' }, { leadId: 'b' }]
    expect(await handOver({ succeeded, failed, details })).toStrictEqual({
      succeeded: ['a'],
      failed: [{ leadId: 'b', error: 'on the list: [number]' }],
      details: [{ leadId: 'a', nextCallAt: Date.parse('2026-12-01T12:00:00Z') }, { leadId: 'b' }],
    })
  })

  it('that refused all, or took all, needs only one list', async () => {
    const both = [{ leadId: 'a', error: {} }, ...failed]
    expect(await handOver({ failed: both })).toMatchObject({
      succeeded: [],
      failed: [{ leadId: 'a', error: '' }, { leadId: 'b' }],
    })
    expect(await handOver({ succeeded: ['a', 'b'] })).toStrictEqual({ succeeded: ['a', 'b'], failed: [], details: [] })
  })

  it.each([{}, { succeeded: 2, failed }, { succeeded: [], failed }, { succeeded: 'all' }])(
    'that answers %j leaves it open',
    async data => {
      expect(await errorOfCall(handOver(data))).toMatchObject({ name: 'UnknownOutcomeError', code: 'BAD_ANSWER' })
    },
  )

  it.each([0, 201])('of %i leads is a mistake', async count => {
    await using leadSail = createLeadSail({ baseUrl: 'http://127.0.0.1:1', apiKeys: ['k'], clock: systemClock })
    await expect(leadSail.sendToAutoDialer(Array.from({ length: count }, (_, n) => `l${n}`))).rejects.toThrow(
      RangeError,
    )
  })
})
