import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { LeadConnector } from '../../../src/clients/leadconnector.ts'
import { exchangeOf } from '../../../src/errors.ts'
import { errorOfCall } from './calls.ts'
import { printedLog } from './leadconnector-samples.ts'
import { type Answers, answered, answering, connect } from './leadconnector-vendor.ts'
import { serve } from './servers.ts'

const read = (client: LeadConnector) => client.getInteraction('call_1')
const list = (client: LeadConnector) => client.listInteractions('507f1f77bcf86cd799439012')

describe('one interaction', () => {
  const log = { ...printedLog, executedCallActions: [], createdAt: new Date().toISOString(), duration: 20 }
  const asked = { 'GET /voice-ai/dashboard/call-logs/': [200, log] } satisfies Answers
  const late = {
    'GET /voice-ai/dashboard/call-logs/': [200, { ...log, createdAt: '2026-01-01T00:00:00Z' }],
  } satisfies Answers
  const message = (body: unknown, status = 200): Answers => ({ 'GET /conversations/messages/': [status, body] })

  it.each<[string, Answers, object]>([
    [
      'bare',
      message({ meta: { callStatus: 'voicemail' }, direction: 'outbound' }),
      { status: 'voicemail', spokenTo: false },
    ],
    ['under its name', message({ message: { meta: { callStatus: 'busy' } } }), { status: 'busy' }],
    ['without a status', message({ meta: null, direction: 'inbound' }), { status: 'completed', direction: 'inbound' }],
    ['with a new status', message({ meta: { callStatus: 'blocked' } }), { status: 'blocked' }],
    ['not for this token', message({ message: 'no scope' }, 401), { status: 'completed', phone: '+1234567890' }],
  ])('takes how it went from its message %s', async (_, answer, seen) => {
    expect(await answered({ ...asked, ...answer }, read)).toMatchObject(seen)
  })

  it.each<[string, Answers, string]>([
    ['away', message('', 503), 'UnavailableError HTTP_503'],
    ['throttled', message('', 429), 'RateLimitedError HTTP_429'],
    ['none', message('[]'), 'UnavailableError BAD_ANSWER'],
    ['not there', message({ message: 'Message not found' }, 400), 'RejectedError HTTP_400'],
    ['pending', message({ meta: { callStatus: 'pending' } }), 'UnavailableError MESSAGE_PENDING'],
  ])('waits for a message that is %s, but not for ever', async (_, answer, expected) => {
    const error = await errorOfCall(answered({ ...asked, ...answer }, read))
    expect(`${error.name} ${error.code}`).toBe(expected)
    expect(await answered({ ...late, ...answer }, read)).toMatchObject({ status: 'completed', live: false })
  })

  it('without a message costs one request', async () => {
    const { messageId: _none, ...without } = log
    await using server = await answering({ 'GET /voice-ai/dashboard/call-logs/': [200, without] })
    await using client = connect(server)
    expect(await read(client)).toMatchObject({ status: 'completed', phone: '+1234567890' })
    expect(server.seen).toHaveLength(1)
  })

  it('survives whatever else is missing, null, new or of another type', async () => {
    const strange = {
      id: 7,
      agentId: null,
      trialCall: 'true',
      duration: '61.5',
      executedCallActions: [null, { actionType: 'call_transfer' }, 'SMS', { actionParameters: 5 }],
      transcript: null,
      summary: { text: 'x' },
      extractedData: 'none',
      createdAt: 'yesterday',
      translation: { enabled: 'maybe' },
    }
    expect(await answered({ 'GET /voice-ai/dashboard/call-logs/': [200, strange] }, read)).toStrictEqual({
      interactionId: '7',
      type: 'call',
      status: 'transferred',
      live: false,
      talkMs: 61_500,
      trial: true,
      messages: [],
    })
  })

  it('shows the keys of other systems to nobody, nor does an error', async () => {
    const secret = 'key-of-another-system'
    const apiDetails = { authenticationValue: secret, headers: [{ key: 'X-Api-Key', value: secret }] }
    const withSecret = {
      ...log,
      executedCallActions: [{ actionType: 'CUSTOM_ACTION', actionParameters: { apiDetails } }],
    }
    const { id: _id, ...nameless } = withSecret
    const half = JSON.stringify(withSecret).slice(0, -200)
    const page = (log: unknown) =>
      `{"total":1,"callLogs":[${typeof log === 'string' ? log : `${JSON.stringify(log)}]}`}`
    const shown = await answered({ 'GET /voice-ai/dashboard/call-logs/': [200, withSecret] }, read)
    expect(JSON.stringify(shown)).not.toContain(secret)
    for (const answer of [nameless, half]) {
      const one = { 'GET /voice-ai/dashboard/call-logs/': [200, answer] } satisfies Answers
      const many = { 'GET /voice-ai/dashboard/call-logs': [200, page(answer)] } satisfies Answers
      const errors = [await errorOfCall(answered(one, read)), await errorOfCall(answered(many, list))]
      for (const error of errors) {
        expect(error.code).toBe('BAD_ANSWER')
        expect(exchangeOf(error)?.answer).toContain('"trialCall":false,…')
        expect(inspect([error, exchangeOf(error)], { depth: null, showHidden: true })).not.toContain(secret)
      }
    }
  })
})

describe('lists', () => {
  const logs = (count: number, contactId = 'c1') =>
    Array.from({ length: count }, (_, index) => ({ ...printedLog, id: `call_${index}`, contactId }))

  /** Pages of these logs, into which a new one falls before each further page. */
  async function paging(all: object[], { shifting = false, total = true } = {}) {
    const logs = [...all]
    return serve((response, _, { url }) => {
      const query = new URL(url, 'http://vendor').searchParams
      const page = Number(query.get('page'))
      if (shifting && page > 1) logs.unshift({ ...printedLog, id: `late_${page}`, contactId: 'c1' })
      const callLogs = logs.slice((page - 1) * 50, page * 50)
      response.end(JSON.stringify({ ...(total && { total: logs.length }), page, pageSize: 50, callLogs }))
    })
  }

  it.each([
    [0, 1],
    [49, 1],
    [50, 1],
    [51, 2],
    [120, 3],
  ])('of %i calls take %i requests and no message', async (count, requests) => {
    await using server = await paging(logs(count))
    await using client = connect(server)
    const listed = await client.listInteractions('c1')
    expect(listed.map(({ interactionId }) => interactionId)).toEqual(logs(count).map(({ id }) => id))
    expect(server.seen).toHaveLength(requests)
  })

  it('without a total end with a page that is not full', async () => {
    await using server = await paging(logs(70), { total: false })
    await using client = connect(server)
    expect(await client.listInteractions('c1')).toHaveLength(70)
    expect(server.seen).toHaveLength(2)
  })

  it('hold each call once, though new ones move the others on', async () => {
    await using server = await paging(logs(120), { shifting: true })
    await using client = connect(server)
    const ids = (await client.listInteractions('c1')).map(({ interactionId }) => interactionId)
    expect(ids).toEqual(logs(120).map(({ id }) => id))
  })

  it('go so far and no further', async () => {
    await using server = await paging(logs(700))
    await using client = connect(server)
    expect(await client.listInteractions('c1')).toHaveLength(500)
    expect(server.seen).toHaveLength(10)
  })

  it('hold nobody else’s calls', async () => {
    await using server = await paging([...logs(2, 'c2'), { ...printedLog, id: 'own', contactId: 'c1' }])
    await using client = connect(server)
    expect((await client.listInteractions('c1')).map(({ interactionId }) => interactionId)).toEqual(['own'])
  })

  it('by time are read page by page to the last', async () => {
    await using server = await paging(logs(120))
    await using client = connect(server)
    const found: string[] = []
    let cursor: string | undefined
    do {
      const page = await client.listFound({ since: 0, until: 1, ...(cursor === undefined ? {} : { cursor }) })
      found.push(...page.interactions.map(({ interactionId }) => interactionId))
      cursor = page.nextCursor
    } while (cursor !== undefined)
    expect(found).toEqual(logs(120).map(({ id }) => id))
    expect(server.seen).toHaveLength(3)
    await expect(client.listFound({ since: 0, until: 1, cursor: '-1' })).rejects.toThrow(RangeError)
  })

  it('in which one has no id are read again', async () => {
    const callLogs = [printedLog, { ...printedLog, id: '' }]
    const error = await errorOfCall(answered({ 'GET /voice-ai/dashboard/call-logs': [200, { callLogs }] }, list))
    expect(`${error.name} ${error.code}`).toBe('UnavailableError BAD_ANSWER')
  })

  it.each([
    [400, 'HTTP_400'],
    [404, 'HTTP_404'],
  ])('that are refused with %i are no empty lists', async (status, code) => {
    const body = { statusCode: status, message: 'Location not found', error: 'Not Found' }
    const error = await errorOfCall(answered({ 'GET /voice-ai/dashboard/call-logs': [status, body] }, list))
    expect([error.name, error.code]).toEqual(['RejectedError', code])
  })
})
