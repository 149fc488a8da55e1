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
import { answered, call, connect, pixel, place, read, success, text } from './leadsail-vendor.ts'
import { serve } from './servers.ts'

const list = (leadSail: LeadSail) => leadSail.listInteractions('lead_abc123')

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
