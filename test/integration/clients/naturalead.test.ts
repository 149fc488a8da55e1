import { describe, expect, it } from 'vitest'
import { createNaturaLead, type NaturaLead } from '../../../src/clients/naturalead.ts'
import { systemClock } from '../../../src/clock.ts'
import { isKeyRefused, RateLimitedError } from '../../../src/errors.ts'
import { errorOfCall } from './calls.ts'
import { conversation, lead, listedConversations } from './naturalead-samples.ts'
import { serve, serveAnswer, type VendorServer } from './servers.ts'

const connect = (server: Pick<VendorServer, 'url'>, apiKeys = ['nl_live_0123456789', 'nl_live_retiring']) =>
  createNaturaLead({ baseUrl: `${server.url}/api`, apiKeys, clock: systemClock })

/** What the client makes of this answer. */
async function answered<T>(
  status: number,
  body: unknown,
  call: (naturaLead: NaturaLead) => Promise<T>,
  headers: Record<string, string> = {},
): Promise<T> {
  await using server = await serveAnswer(status, body, headers)
  await using naturaLead = connect(server)
  return await call(naturaLead)
}

const at = Date.parse('2023-11-07T05:31:56Z')
const start = (naturaLead: NaturaLead) =>
  naturaLead.placeCall({ leadId: '7', phone: '+14155551234', channel: 'whatsapp' })
const read = (naturaLead: NaturaLead) => naturaLead.getInteraction('665f1a2b3c4d5e6f7a8b9c0d')
const list = (naturaLead: NaturaLead) => naturaLead.listInteractions('<string>')
const send = (naturaLead: NaturaLead) => naturaLead.sendMessage('c1', 'Hi')

describe('the printed answers', () => {
  const printed = {
    interactionId: '665f1a2b3c4d5e6f7a8b9c0d',
    leadId: '<string>',
    campaignId: '<string>',
    type: 'whatsapp',
    account: 'whatsapp',
    status: 'active',
    live: true,
    phone: '<string>',
    spokenTo: false,
    summary: '<string>',
    extracted: { stage: '<string>', qualificationReason: '<string>' },
    messages: [{ at, role: 'agent', text: '<string>' }],
    createdAt: at,
    updatedAt: at,
  }

  it('are read', async () => {
    expect(await answered(200, conversation, read)).toStrictEqual(printed)
    expect(await answered(200, listedConversations, list)).toStrictEqual([printed])
    expect(await answered(201, conversation, start)).toStrictEqual({ interactionId: '665f1a2b3c4d5e6f7a8b9c0d' })
    expect(await answered(200, conversation, send)).toBeUndefined()
  })

  it.each([
    ['active', { qualified: true, reason: 'r' }, 'active', true],
    ['completed', { qualified: true, reason: 'r' }, 'qualified', false],
    ['completed', { qualified: false, reason: 'r' }, 'disqualified', false],
    ['completed', { reason: 'r' }, 'completed', false],
    ['completed', null, 'completed', false],
    ['completed', undefined, 'completed', false],
    ['handed_off', { qualified: true, reason: 'r' }, 'handed_off', false],
    ['dropped', undefined, 'dropped', false],
    ['Completed', { qualified: 'true' }, 'qualified', false],
    ['archived', undefined, 'archived', false],
  ])('of status %s with %j are %s, live: %s', async (status, qualificationResult, expected, live) => {
    const seen = await answered(200, { ...conversation, status, qualificationResult }, read)
    expect([seen.status, seen.live]).toEqual([expected, live])
  })

  it.each([
    ['agent', false],
    ['Agent', false],
    ['assistant', false],
    ['system', false],
    ['user', true],
    ['lead', true],
    ['whoever', true],
  ])('of a message of the role %s say that the lead wrote: %s', async (role, wrote) => {
    const seen = await answered(200, { ...conversation, messages: [{ role, content: ' STOP ' }] }, read)
    expect(seen.spokenTo).toBe(wrote)
    expect(seen.messages).toEqual([{ role, text: ' STOP ', ...(wrote && { source: 'inbound' }) }])
  })

  it('are read whatever is missing, new or of another type; without id, lead or status they are not', async () => {
    const bare = { _id: 'c1', leadId: 7, status: 'active' }
    expect(await answered(200, { ...bare, messages: [null, 1, {}], channel: 5, more: [] }, read)).toMatchObject({
      ...{ interactionId: 'c1', leadId: '7', type: '5', live: true, spokenTo: true, extracted: {} },
      messages: [{ role: 'unknown', text: '' }],
    })
    expect(await answered(200, { ...bare, messages: 'none', qualificationResult: 'yes' }, read)).toMatchObject({
      messages: [],
      type: 'conversation',
    })
    for (const name of ['_id', 'leadId', 'status']) {
      const error = await errorOfCall(answered(200, { ...bare, [name]: null }, read))
      expect(error).toMatchObject({ name: 'UnavailableError', code: 'BAD_ANSWER' })
    }
    // A list keeps what has no status, and is not read around what has no id.
    const all = (naturaLead: NaturaLead) => naturaLead.listInteractions('7')
    expect(await answered(200, [{ ...bare, status: null }], all)).toMatchObject([{ status: '', live: false }])
    expect(await errorOfCall(answered(200, [bare, { status: 'active' }], all))).toMatchObject({ code: 'BAD_ANSWER' })
  })
})

describe('requests', () => {
  it('are sent as the reference says, with the first key', async () => {
    await using server = await serve((response, _, { url, method }) => {
      const answers = method === 'GET' && url.includes('conversations?') ? [] : { ...conversation, id: 8, errors: [1] }
      response.end(JSON.stringify(method === 'GET' && url.endsWith('conversations') ? [] : answers))
    })
    await using naturaLead = connect(server)
    await start(naturaLead)
    for (const leadId of ['0', '012', 'lead_1', '12345678901234567890']) {
      await naturaLead.placeCall({ leadId, phone: '+1', channel: 'email' })
    }
    await naturaLead.getInteraction('a/../b')
    await naturaLead.listInteractions('7')
    await naturaLead.listInteractions('7', { phone: '+14155551234' })
    await naturaLead.listFound({ since: 0, until: 1 })
    await send(naturaLead)
    await naturaLead.updateStatus('c1', 'handed_off')
    const { phone } = lead
    const created = { firstName: 'Ann', lastName: 'Lee', email: 'a@b.co', phone }
    expect(await naturaLead.createLead(created)).toEqual({ leadId: '8' })
    expect(await naturaLead.syncLeads([{ externalId: 'crm-1', phone, name: 'Ann' }])).toEqual({ failed: 1 })

    expect(
      server.seen.map(({ method, url, body }) => [`${method} ${url.slice('/api'.length)}`, body && JSON.parse(body)]),
    ).toEqual([
      ['POST /conversations/start', { leadId: 7, channel: 'whatsapp' }],
      ['POST /conversations/start', { leadId: 0, channel: 'email' }],
      ['POST /conversations/start', { leadId: '012', channel: 'email' }],
      ['POST /conversations/start', { leadId: 'lead_1', channel: 'email' }],
      ['POST /conversations/start', { leadId: '12345678901234567890', channel: 'email' }],
      ['GET /conversations/a%2F..%2Fb', ''],
      ['GET /conversations', ''],
      ['GET /conversations?search=14155551234', ''],
      ['GET /conversations', ''],
      ['GET /conversations', ''],
      ['POST /conversations/c1/send', { message: 'Hi' }],
      ['PATCH /conversations/c1/status', { status: 'handed_off' }],
      ['POST /leads', { phone, name: 'Ann Lee', email: 'a@b.co' }],
      ['POST /leads/sync', { leads: [{ lead_id: 'crm-1', phone, name: 'Ann' }] }],
    ])
    expect(new Set(server.seen.map(({ headers }) => headers['x-api-key']))).toEqual(new Set(['nl_live_0123456789']))
    expect(server.seen.every(({ headers }) => headers.authorization === undefined)).toBe(true)
  })

  it('need a key, a channel, and 1 to 100 leads of a sync', async () => {
    expect(() => connect({ url: 'http://127.0.0.1' }, [])).toThrow(RangeError)
    await using naturaLead = connect({ url: 'http://127.0.0.1:1' })
    const error = await errorOfCall(naturaLead.placeCall({ leadId: '7', phone: '+1' }))
    expect(error).toMatchObject({ name: 'RejectedError', code: 'NO_CHANNEL' })
    const many = Array.from({ length: 101 }, (_, index) => ({ externalId: `${index}`, phone: '+1' }))
    for (const leads of [[], many]) await expect(naturaLead.syncLeads(leads)).rejects.toThrow(RangeError)
  })
})

describe('lists', () => {
  const listed = [
    { ...conversation, _id: 'old', leadId: 7, createdAt: '2026-11-01T00:00:00Z' },
    { ...conversation, _id: 'other', leadId: '70', createdAt: '2026-11-02T00:00:00Z' },
    { ...conversation, _id: 'new', leadId: '7', createdAt: '2026-11-03T00:00:00Z' },
  ]
  const since = Date.parse('2026-11-01T00:00:00Z')
  const until = Date.parse('2026-11-02T00:00:00Z')

  it("hold the lead's own, newest first, whether its id is a number or text", async () => {
    const found = await answered(200, listed, naturaLead => naturaLead.listInteractions('7'))
    expect(found.map(({ interactionId }) => interactionId)).toEqual(['new', 'old'])
  })

  it("are asked for whole when the search by number shows nothing of the lead's", async () => {
    await using server = await serve((response, _, { url }) => {
      response.end(JSON.stringify(url.includes('search') ? [listed[1]] : listed))
    })
    await using naturaLead = connect(server)
    expect(await naturaLead.listInteractions('7', { phone: '+14155551234' })).toHaveLength(2)
    expect(await naturaLead.listInteractions('70', { phone: '+14155551234' })).toHaveLength(1)
    expect(server.seen.map(({ url }) => url)).toEqual([
      '/api/conversations?search=14155551234',
      '/api/conversations',
      '/api/conversations?search=14155551234',
    ])
  })

  it('of what was found hold those of the span, both ends included, oldest first', async () => {
    const undated = { ...conversation, _id: 'undated', createdAt: null }
    const find = (naturaLead: NaturaLead) => naturaLead.listFound({ since, until })
    const { interactions, ...rest } = await answered(200, [...listed, undated].reverse(), find)
    expect(interactions.map(({ interactionId }) => interactionId)).toEqual(['old', 'other'])
    expect(rest).toEqual({})
  })
})

describe('a lead', () => {
  const { id: _, ...rest } = lead
  const get = (naturaLead: NaturaLead) => naturaLead.getLead('7')
  const found = {
    ...{ leadId: '7', firstName: 'Jane', lastName: 'Anne Smith', phone: '+14155551234' },
    email: 'jane@example.com',
  }

  it.each([
    ['a bare list', [lead]],
    ['leads and total', { leads: [{ ...rest, id: 6 }, lead], total: 2 }],
    ['data and total', { data: [lead], total: 1, skip: 0, limit: 100 }],
  ])('is found in %s', async (_name, body) => {
    expect(await answered(200, body, get)).toEqual(found)
  })

  it('is searched by its number where that is known, and then page by page', async () => {
    const page = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => ({ ...rest, id: from + index }))
    await using server = await serve((response, _, { url }) => {
      const skip = Number(new URL(url, 'http://x').searchParams.get('skip'))
      const leads = page(skip + 1, 100)
      response.end(JSON.stringify(url.includes('search') ? [] : { leads, total: 1_000 }))
    })
    await using naturaLead = connect(server)
    expect(await naturaLead.getLead('150', { phone: '+14155551234' })).toMatchObject({ leadId: '150' })
    expect(server.seen.map(({ url }) => url)).toEqual([
      '/api/leads/search?q=14155551234&limit=100',
      '/api/leads?skip=0&limit=100',
      '/api/leads?skip=100&limit=100',
    ])
    // One that stands further back counts as unknown.
    expect(await naturaLead.getLead('900')).toBeUndefined()
    expect(server.seen).toHaveLength(3 + 5)
  })

  it.each([
    ['no leads', []],
    ['others alone', { leads: [{ ...rest, id: 8 }], total: 1 }],
    ['a page that is not full', [{ ...rest, id: 8 }]],
  ])('is unknown where there are %s', async (_name, body) => {
    await using server = await serveAnswer(200, body)
    await using naturaLead = connect(server)
    expect(await naturaLead.getLead('7')).toBeUndefined()
    expect(server.seen).toHaveLength(1)
  })

  it('is looked up by number for whoever wants to know whether it was created', async () => {
    const find = (naturaLead: NaturaLead) => naturaLead.findLeads({ campaignId: '', phone: '+14155551234' })
    const createdAt = Date.parse(lead.createdAt)
    expect(await answered(200, [lead], find)).toEqual({
      leads: [{ leadId: '7', phone: '+14155551234', createdAt }],
      isWhole: true,
    })
    const many = Array.from({ length: 100 }, (_, id) => ({ id }))
    expect(await answered(200, many, find)).toMatchObject({ isWhole: false })
  })
})

describe('a failure', () => {
  it.each<[string, number, unknown, string, string, string]>([
    ['a bad request', 400, { error: 'Validation failed', details: 'channel' }, 'RejectedError', 'HTTP_400', 'channel'],
    ['a missing key', 401, { error: 'API key required' }, 'RejectedError', 'UNAUTHORIZED', 'API key required'],
    ['a missing scope', 403, { error: 'Forbidden', message: 'No x' }, 'RejectedError', 'FORBIDDEN', 'No x'],
    ['nobody', 404, { error: 'Lead not found' }, 'RejectedError', 'NOT_FOUND', 'Lead not found'],
    ['nothing', 404, '<html>', 'RejectedError', 'NOT_FOUND', 'NOT_FOUND'],
    ['a conflict', 409, { error: 'Phone exists' }, 'RejectedError', 'HTTP_409', 'Phone exists'],
    ['details in a list', 422, { error: 'No', details: ['a', 'b'] }, 'RejectedError', 'HTTP_422', 'No; a; b'],
    ['too many', 429, { error: 'Too many requests' }, 'RateLimitedError', 'HTTP_429', 'Too many'],
    ['its own fault', 500, { error: 'Oops' }, 'UnknownOutcomeError', 'HTTP_500', 'Oops'],
    ['a gateway', 502, '', 'UnknownOutcomeError', 'HTTP_502', 'HTTP_502'],
    ['an answer without an id', 201, {}, 'UnknownOutcomeError', 'BAD_ANSWER', '_id'],
    ['an answer cut short', 201, '{"_id": "1', 'UnknownOutcomeError', 'BAD_ANSWER', 'not JSON'],
  ])('of a start: %s', async (_, status, body, name, code, words) => {
    const error = await errorOfCall(answered(status, body, start))
    expect(error).toMatchObject({ name, code })
    expect(error.message).toContain(words)
  })

  it('of the key says nothing against the lead', async () => {
    for (const status of [401, 403]) {
      expect(isKeyRefused(await errorOfCall(answered(status, { error: 'no' }, start)))).toBe(true)
    }
    expect(isKeyRefused(await errorOfCall(answered(404, { error: 'no' }, start)))).toBe(false)
  })

  it.each<[Record<string, string>, number | undefined]>([
    [{ 'retry-after': '7', 'ratelimit-reset': '34' }, 7_000],
    [{ 'ratelimit-limit': '500', 'ratelimit-remaining': '0', 'ratelimit-reset': '34' }, 34_000],
    [{ 'ratelimit-reset': 'soon' }, undefined],
    [{}, undefined],
  ])('by throttling (%j) is to be waited out for %s ms', async (headers, expected) => {
    const error = await errorOfCall(answered(429, { error: 'Too many requests' }, start, headers))
    expect(error).toBeInstanceOf(RateLimitedError)
    expect(error).toMatchObject({ retryAfterMs: expected })
  })

  it('of a look or of setting a status may be repeated, of a message it may have arrived', async () => {
    const setStatus = (naturaLead: NaturaLead) => naturaLead.updateStatus('c1', 'dropped')
    const errors = await Promise.all([
      errorOfCall(answered(500, {}, read)),
      errorOfCall(answered(500, {}, list)),
      errorOfCall(answered(500, {}, setStatus)),
      errorOfCall(answered(500, {}, send)),
    ])
    expect(errors.map(({ name }) => name)).toEqual([
      'UnavailableError',
      'UnavailableError',
      'UnavailableError',
      'UnknownOutcomeError',
    ])
  })
})
