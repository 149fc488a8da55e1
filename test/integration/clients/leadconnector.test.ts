import { describe, expect, it } from 'vitest'
import type { LeadConnector } from '../../../src/clients/leadconnector.ts'
import { isKeyRefused } from '../../../src/errors.ts'
import { errorOfCall } from './calls.ts'
import { printedContact, printedText } from './leadconnector-samples.ts'
import { type Answers, answered, answering, connect, contact, LOCATION } from './leadconnector-vendor.ts'

const wish = { leadId: 'c1', phone: '+15550001111', workflowId: 'w1' }
const place = (client: LeadConnector) => client.placeCall(wish)
const send = (client: LeadConnector) => client.sendText({ leadId: 'c1', phone: '+15550001111', text: 'Hi' })
const read = (client: LeadConnector) => client.getInteraction('call_1')
const list = (client: LeadConnector) => client.listInteractions('507f1f77bcf86cd799439012')
const find = (client: LeadConnector) => client.listFound({ since: 1_000, until: 2_000 })
const lead = (client: LeadConnector) => client.getLead('c1')

describe('the printed answers', () => {
  const printed = {
    interactionId: '507f1f77bcf86cd799439011',
    leadId: '507f1f77bcf86cd799439012',
    type: 'call',
    status: 'appointment_booked',
    live: false,
    phone: '+1234567890',
    talkMs: 180_000,
    spokenTo: true,
    summary: 'Customer called to inquire about product pricing and was transferred to sales team.',
    extracted: {
      phoneNumber: '+1234567890',
      customerName: 'John Doe',
      email: 'john.doe@example.com',
      companyName: 'Acme Corp',
      customField1: 'Custom value',
      customField2: 'Another value',
    },
    messageId: '507f1f77bcf86cd799439014',
    account: '507f1f77bcf86cd799439013',
    trial: false,
    messages: [
      { role: 'agent', text: 'Hello, how can I help you today?' },
      { role: 'user', text: 'I would like to know about your pricing...' },
    ],
    createdAt: Date.parse('2024-01-15T10:30:00.000Z'),
  }
  const { phone: _ours, ...called } = printed

  it('are read', async () => {
    expect(await answered({}, list)).toStrictEqual([printed])
    expect(await answered({}, find)).toStrictEqual({ interactions: [printed] })
    expect(await answered({}, read)).toStrictEqual({ ...called, direction: 'outbound' })
    expect(await answered({}, place)).toStrictEqual({})
    expect(await answered({}, send)).toStrictEqual({
      messageId: 't22c6DQcTDf3MjRhwf77',
      interactionId: 'ABC12h2F6uBrIkfXYazb',
    })
    expect(await answered({ 'GET /contacts/': [200, printedContact] }, lead)).toStrictEqual({
      leadId: 'c1',
      phone: '+18832327657',
      timezone: 'Asia/Calcutta',
      firstName: 'rubika',
      lastName: 'Deo',
      email: 'rubika@deos.com',
      doNotContact: ['voice', 'sms'],
    })
  })

  it('of failure are told apart by their status, whether the words are one or many', async () => {
    const bad = { statusCode: 400, message: 'Bad Request' }
    const closed = { statusCode: 401, message: 'Invalid token: access token is invalid', error: 'Unauthorized' }
    const wrong = {
      statusCode: 422,
      message: ['Unprocessable Entity', 'eventStartTime'],
      error: 'Unprocessable Entity',
    }
    const of = (status: number, body: unknown) => errorOfCall(answered({ 'POST /contacts/': [status, body] }, place))
    expect(await of(400, bad)).toMatchObject({ name: 'RejectedError', code: 'HTTP_400' })
    const refused = await of(401, closed)
    expect([refused.code, isKeyRefused(refused)]).toEqual(['UNAUTHORIZED', true])
    expect((await of(422, wrong)).message).toContain('HTTP_422: Unprocessable Entity; eventStartTime')
    expect(await of(403, {})).toMatchObject({ name: 'RejectedError', code: 'FORBIDDEN' })
    expect(await of(500, 'oops')).toMatchObject({ name: 'UnknownOutcomeError', code: 'HTTP_500' })
  })
})

it('requests are sent as the reference says', async () => {
  await using server = await answering()
  await using client = connect(server)
  await client.placeCall({ ...wish, leadId: 'c/1', workflowId: 'w 1', instructions: 'x', campaignId: 'HXZ' })
  await send(client)
  await client.getInteraction('call/1')
  await client.listInteractions('c1', { phone: '+15550001111' })
  await client.listFound({ since: 1_000, until: 2_000 })
  await client.listFound({ since: 3_000, until: 3_000, cursor: '7' })
  await client.getLead('c1')
  const logs = 'GET /voice-ai/dashboard/call-logs'
  const [voice, contacts] = ['2021-04-15', '2021-07-28']
  expect(
    server.seen.map(({ method, url, headers, body }) => [
      `${method} ${url}`,
      headers['version'],
      body && JSON.parse(body),
    ]),
  ).toEqual([
    ['GET /contacts/c%2F1', contacts, ''],
    ['POST /contacts/c%2F1/workflow/w%201', contacts, {}],
    ['POST /conversations/messages', voice, { type: 'SMS', contactId: 'c1', message: 'Hi', toNumber: '+15550001111' }],
    [`${logs}/call%2F1?locationId=${LOCATION}`, voice, ''],
    ['GET /conversations/messages/507f1f77bcf86cd799439014', voice, ''],
    [`${logs}?locationId=${LOCATION}&contactId=c1&sortBy=createdAt&sort=descend&page=1&pageSize=50`, voice, ''],
    [
      `${logs}?locationId=${LOCATION}&startDate=1000&endDate=2000&sortBy=createdAt&sort=ascend&page=1&pageSize=50`,
      voice,
      '',
    ],
    [
      `${logs}?locationId=${LOCATION}&startDate=3000&endDate=3001&sortBy=createdAt&sort=ascend&page=7&pageSize=50`,
      voice,
      '',
    ],
    ['GET /contacts/c1', contacts, ''],
  ])
  expect(new Set(server.seen.map(({ headers }) => headers['authorization']))).toEqual(
    new Set(['Bearer pit-0123456789']),
  )
})

describe('a call', () => {
  it('is placed by a workflow alone', async () => {
    await using server = await answering()
    await using client = connect(server)
    const { workflowId: _none, ...without } = wish
    const error = await errorOfCall(client.placeCall(without))
    expect([error.name, error.code]).toEqual(['RejectedError', 'NOT_SUPPORTED'])
    expect(error.message).toContain('account.workflowId')
    expect(server.seen).toEqual([])
  })

  it.each<[string, Answers, string]>([
    ['unknown there', { 'GET /contacts/': [400, { message: 'Contact with id c1 not found' }] }, 'NOT_FOUND'],
    ['with another number', { 'GET /contacts/': [200, { contact: { phone: '+15550002222' } }] }, 'OTHER_NUMBER'],
    ['without a number', { 'GET /contacts/': [200, { contact: {} }] }, 'OTHER_NUMBER'],
    ['that takes none', { 'GET /contacts/': [200, { contact: { ...contact.contact, dnd: true } }] }, 'TAKES_NO_CALLS'],
    ['behind a wrong address', { 'GET /contacts/': [404, { message: 'Cannot GET /contacts/c1' }] }, 'HTTP_404'],
  ])('to a contact %s is not placed', async (_, answers, code) => {
    await using server = await answering(answers)
    await using client = connect(server)
    expect(await errorOfCall(place(client))).toMatchObject({ name: 'RejectedError', code })
    expect(server.seen.map(({ method }) => method)).toEqual(['GET'])
  })

  it.each(['15550001111', '(555) 000-1111', '0555 000 1111'])('is placed to %s, which is the same', async phone => {
    expect(await answered({ 'GET /contacts/': [200, { contact: { phone } }] }, place)).toEqual({})
  })

  it.each<[string, Answers, string]>([
    ['refused in the answer', { 'POST /contacts/': [200, { succeded: false }] }, 'RejectedError NOT_ENROLLED'],
    ['lost', { 'POST /contacts/': [0, ''] }, 'UnknownOutcomeError ECONNRESET'],
    ['half answered', { 'POST /contacts/': [200, '{"succ'] }, 'UnknownOutcomeError BAD_ANSWER'],
    ['throttled', { 'POST /contacts/': [429, ''] }, 'RateLimitedError HTTP_429'],
    ['whose contact cannot be read', { 'GET /contacts/': [502, ''] }, 'UnavailableError HTTP_502'],
    ['whose contact is cut off', { 'GET /contacts/': [0, ''] }, 'UnavailableError ECONNRESET'],
  ])('%s', async (_, answers, expected) => {
    const error = await errorOfCall(answered(answers, place))
    expect(`${error.name} ${error.code}`).toBe(expected)
  })

  it('is taken by an answer without words', async () => {
    expect(await answered({ 'POST /contacts/': [201, ''] }, place)).toEqual({})
  })
})

describe('contacts', () => {
  const setting = (Call?: string, SMS?: string) => ({
    ...(Call && { Call: { status: Call } }),
    ...(SMS && { SMS: { status: SMS } }),
  })

  it.each<[object, string[] | undefined]>([
    [{}, undefined],
    [{ dnd: false }, undefined],
    [{ dnd: true }, ['voice', 'sms']],
    [{ dnd: true, dndSettings: setting('inactive', 'inactive') }, ['voice', 'sms']],
    [{ dnd: false, dndSettings: setting('active') }, ['voice']],
    [{ dndSettings: setting('inactive', 'permanent') }, ['sms']],
    [{ dndSettings: setting('Permanent', 'ACTIVE') }, ['voice', 'sms']],
    [{ dndSettings: setting('something new') }, ['voice']],
    [{ dndSettings: { Email: { status: 'active' }, Call: null } }, undefined],
    [{ dndSettings: 'none', dnd: 'true' }, ['voice', 'sms']],
  ])('%j must not be reached by %j', async (fields, doNotContact) => {
    const seen = await answered({ 'GET /contacts/': [200, { contact: fields }] }, lead)
    expect(seen).toStrictEqual({ leadId: 'c1', ...(doNotContact && { doNotContact }) })
  })

  it('are undefined where LeadConnector knows none, and an error where something else does not', async () => {
    const of = (status: number, body: unknown) => answered({ 'GET /contacts/': [status, body] }, lead)
    expect(await of(400, { statusCode: 400, message: 'Contact with id c1 not found' })).toBeUndefined()
    expect(await of(422, { message: ['The contact could not be found'] })).toBeUndefined()
    expect(await errorOfCall(of(404, { message: 'Cannot GET /contacts/c1', error: 'Not Found' }))).toMatchObject({
      code: 'HTTP_404',
    })
    expect(await errorOfCall(of(200, {}))).toMatchObject({ name: 'UnavailableError', code: 'BAD_ANSWER' })
  })
})

it.each<[string, Answers['']]>([
  ['RejectedError SMS_FAILED', [200, { ...printedText, status: 'failed' }]],
  ['RejectedError HTTP_400', [400, { message: 'Cannot send message as DND is active for SMS.' }]],
  ['UnknownOutcomeError BAD_ANSWER', [200, { status: 'pending' }]],
  ['UnknownOutcomeError HTTP_502', [502, '']],
  ['UnknownOutcomeError ECONNRESET', [0, '']],
])('a text ends in %s', async (expected, answer) => {
  const error = await errorOfCall(answered({ 'POST /conversations/messages': answer }, send))
  expect(`${error.name} ${error.code}`).toBe(expected)
})

it.each<[Record<string, string>, number | undefined]>([
  [{ 'X-RateLimit-Interval-Milliseconds': '10000', 'X-RateLimit-Remaining': '0' }, 10_000],
  [{ 'X-RateLimit-Interval-Milliseconds': '10000', 'X-RateLimit-Daily-Remaining': '0' }, 3_600_000],
  [{ 'X-RateLimit-Interval-Milliseconds': '10000', 'Retry-After': '2' }, 2_000],
  [{}, undefined],
])('a 429 with %j pauses for %s ms', async (headers, retryAfterMs) => {
  const error = await errorOfCall(answered({ 'POST /conversations/messages': [429, '', headers] }, send))
  expect(error).toMatchObject({ name: 'RateLimitedError', retryAfterMs })
})
