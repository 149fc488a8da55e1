import { expect, test } from 'vitest'
import type { ControlInput } from '../control.ts'
import { type Bench, startBench } from '../testing.ts'

type Body = Record<string, unknown>

interface Desk extends Bench {
  /** A request to NaturaLead; the key is one that is let in unless headers say otherwise. */
  ask<T = Body>(method: string, path: string, body?: unknown, headers?: object): Promise<{ status: number; body: T }>
  start(leadId: number | string, channel?: string): Promise<Body>
  conversation(id: unknown): Promise<Body>
}

async function startDesk(control: Partial<ControlInput> = {}): Promise<Desk> {
  const bench = await startBench(control)
  const ask = async <T = Body>(
    method: string,
    path: string,
    body?: unknown,
    headers: object = { 'x-api-key': 'nl_test_1' },
  ) => {
    const response = await fetch(`${bench.simulator.naturaleadUrl}${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    return { status: response.status, body: (await response.json()) as T, headers: response.headers }
  }
  return {
    ...bench,
    ask,
    start: async (leadId, channel = 'whatsapp') =>
      (await ask('POST', '/conversations/start', { leadId, channel })).body,
    conversation: async id => (await ask('GET', `/conversations/${id}`)).body,
  }
}

test('a conversation begins with a message, goes on for its length and ends as its script says', async () => {
  const desk = await startDesk({
    timeScale: 10,
    scripts: { '7': [{ status: 'qualified', lengthMs: 60_000, summary: 'Wants it.' }, { status: 'dropped' }] },
  })
  const { _id, ...begun } = await desk.start(7)
  expect(_id).toMatch(/^[\da-f]{24}$/)
  expect(begun).toMatchObject({
    ...{ leadId: '7', channel: 'whatsapp', status: 'active', messageCount: 1, messages: [{ role: 'agent' }] },
    createdAt: '2026-11-20T17:00:00.000Z',
  })
  desk.advance(5_999)
  expect(await desk.conversation(_id)).toMatchObject({ status: 'active' })
  expect(await desk.conversation(_id)).not.toHaveProperty('summary')
  desk.advance(1)
  expect(await desk.conversation(_id)).toMatchObject({
    ...{ status: 'completed', summary: 'Wants it.', qualificationResult: { qualified: true } },
    updatedAt: '2026-11-20T17:00:06.000Z',
  })
  const second = await desk.start('7', 'email')
  desk.advance(100_000_000)
  expect(await desk.conversation(second['_id'])).toMatchObject({ status: 'dropped', channel: 'email' })
  expect(desk.simulator.truth()).toMatchObject({
    calls: [
      { vendor: 'naturalead', interactionId: _id, leadId: '7', campaignId: 'whatsapp', outcome: 'qualified' },
      { campaignId: 'email', outcome: 'dropped' },
    ],
    counts: { calls: 2, texts: 0 },
  })
})

test.each([
  ['disqualified', { status: 'completed', qualificationResult: { qualified: false } }],
  ['completed', { status: 'completed' }],
  ['handed_off', { status: 'handed_off' }],
  ['archived', { status: 'archived' }],
])('an end as %s is shown as it is', async (status, expected) => {
  const desk = await startDesk({ scripts: { '*': [{ status, lengthMs: 0 }] } })
  const { _id } = await desk.start(1)
  const shown = await desk.conversation(_id)
  expect(shown).toMatchObject(expected)
  expect('qualificationResult' in shown).toBe('qualificationResult' in expected)
})

test('shares of ends are kept, and the same seed gives the same', async () => {
  const ends = async () => {
    const desk = await startDesk({ naturalead: { outcomes: { qualified: 0.5, dropped: 0.5 }, perMinute: null } })
    for (let lead = 1; lead <= 300; lead += 1) await desk.start(lead)
    return desk.simulator.truth().calls.map(({ outcome }) => outcome)
  }
  const [first, second] = [await ends(), await ends()]
  expect(first).toEqual(second)
  const qualified = first.filter(end => end === 'qualified').length
  expect(qualified).toBeGreaterThan(110)
  expect(qualified).toBeLessThan(190)
  expect(new Set(first)).toEqual(new Set(['qualified', 'dropped']))
})

test('the list is bare, filtered by status and words, and lags when told to', async () => {
  const desk = await startDesk({ scripts: { '1': [{ lengthMs: 0, status: 'completed' }], '*': [{ neverEnds: true }] } })
  await desk.start(1)
  await desk.start(2)
  desk.simulator.control({ leads: [{ leadId: '2', phone: '+12025550123', email: 'ann@example.com' }] })
  const ids = async (query: string) => {
    const { body } = await desk.ask<{ leadId: string }[]>('GET', `/conversations${query}`)
    return body.map(({ leadId }) => leadId)
  }
  expect(await ids('')).toEqual(['1', '2'])
  expect(await ids('?status=active')).toEqual(['2'])
  expect(await ids('?search=2025550123')).toEqual(['2'])
  expect(await ids('?search=ANN@')).toEqual(['2'])
  expect(await ids('?search=is%20now%20a%20good%20time')).toEqual(['1', '2'])
  expect((await desk.ask('GET', '/conversations?status=open')).status).toBe(400)
  expect((await desk.ask('GET', `/conversations?search=${'x'.repeat(101)}`)).status).toBe(400)
  desk.simulator.control({ lists: { lagMs: 1_000 } })
  expect(await ids('')).toEqual([])
})

test('a message by hand is a text, and an end that was set stays', async () => {
  const desk = await startDesk({ scripts: { '*': [{ neverEnds: true }] } })
  const { _id } = await desk.start(1)
  const { body: sent } = await desk.ask('POST', `/conversations/${_id}/send`, { message: 'Hello' })
  expect(sent).toMatchObject({ messageCount: 2, messages: [{}, { role: 'agent', content: 'Hello' }] })
  expect((await desk.ask('PATCH', `/conversations/${_id}/status`, { status: 'active' })).status).toBe(400)
  const { body: over } = await desk.ask('PATCH', `/conversations/${_id}/status`, { status: 'handed_off' })
  expect(over).toMatchObject({ status: 'handed_off' })
  desk.advance(1_000_000)
  expect(await desk.conversation(_id)).toMatchObject({ status: 'handed_off' })
  expect(desk.simulator.truth()).toMatchObject({
    texts: [{ vendor: 'naturalead', interactionId: _id, text: 'Hello' }],
    writes: [{ vendor: 'naturalead', kind: 'conversation', id: _id, fields: { status: 'handed_off' } }],
  })
})

test('conversations that began elsewhere are listed, and apart in the truth', async () => {
  const desk = await startDesk({
    foreignConversations: [{ leadId: '7', channel: 'telegram', status: 'qualified', createdAgoMs: 60_000 }],
  })
  const { body } = await desk.ask<Body[]>('GET', '/conversations')
  expect(body).toMatchObject([{ leadId: '7', channel: 'telegram', status: 'completed' }])
  expect(desk.simulator.truth()).toMatchObject({ calls: [], foreignCalls: [{ leadId: '7', campaignId: 'telegram' }] })
  desk.simulator.reset()
  expect(desk.simulator.truth().foreignCalls).toHaveLength(1)
})

test('a lead has a whole number for an id and a number of its own', async () => {
  const desk = await startDesk({ autoCreateLeads: false })
  const { status, body } = await desk.ask('POST', '/leads', { phone: '+14155551234', name: 'Jane Smith' })
  expect({ status, body }).toMatchObject({ status: 201, body: { id: 1, phone: '+14155551234', status: 'new' } })
  expect((await desk.ask('POST', '/leads', { phone: '+14155551234' })).status).toBe(409)
  expect((await desk.ask('PATCH', '/leads/1', { status: 'contacted' })).body).toMatchObject({ status: 'contacted' })
  expect((await desk.ask('GET', '/leads?limit=10')).body).toMatchObject({ leads: [{ id: 1 }], total: 1 })
  expect((await desk.ask('GET', '/leads?skip=1')).body).toEqual({ leads: [], total: 1 })
  expect((await desk.ask('GET', '/leads/search?q=jane&limit=5')).body).toMatchObject([{ id: 1 }])
  expect((await desk.ask('GET', '/leads/search?q=14155551234')).body).toMatchObject([{ id: 1 }])
  expect((await desk.ask('POST', '/conversations/start', { leadId: 2, channel: 'email' })).status).toBe(404)
  expect((await desk.ask('DELETE', '/leads/1')).body).toEqual({ success: true })
  expect((await desk.ask('GET', '/leads')).body).toEqual({ leads: [], total: 0 })
})

test('a sync knows a lead again by its name outside; one that is wrong costs the others nothing', async () => {
  const desk = await startDesk()
  const one = { lead_id: 'crm-1', name: 'Ann', phone: '+14155551234' }
  const two = { lead_id: 'crm-2', phone: '+14155551234' }
  expect((await desk.ask('POST', '/leads/sync', { leads: [one, two, {}] })).body).toMatchObject({
    ...{ created: 1, updated: 0 },
    errors: [{ index: 1 }, { index: 2 }],
  })
  expect((await desk.ask('POST', '/leads/sync', { leads: [one] })).body).toEqual({ created: 0, updated: 1, errors: [] })
  expect((await desk.ask('POST', '/leads/sync', { leads: Array(101).fill(one) })).status).toBe(400)
  expect((await desk.ask('DELETE', '/leads/sync', { lead_ids: ['crm-1', 'x'] })).body).toEqual({ deleted: 1 })
})

test.each<[string, Record<string, string>, number, string]>([
  ['no key', {}, 401, 'API key required'],
  ['a key of another form', { 'x-api-key': 'key' }, 401, 'Invalid or expired API key'],
  ['a key that was not let in', { 'x-api-key': 'nl_live_2' }, 401, 'Invalid or expired API key'],
  ['a bearer', { authorization: 'Bearer nl_live_1' }, 200, ''],
  ['a good key before a bad bearer', { 'x-api-key': 'nl_live_1', authorization: 'Bearer x' }, 200, ''],
  ['a bad key before a good bearer', { 'x-api-key': 'nl_live_2', authorization: 'Bearer nl_live_1' }, 401, 'Invalid'],
])('%s: %j is answered %i', async (_, headers, status, words) => {
  const desk = await startDesk({ apiKeys: { naturalead: 'nl_live_1' } })
  const answer = await desk.ask('GET', '/leads', undefined, headers)
  expect(answer.status).toBe(status)
  expect(String(answer.body['error'] ?? '')).toContain(words)
})

test('refuses what NaturaLead would refuse, in its words', async () => {
  const desk = await startDesk({ naturalead: { scopes: ['leads:start_conversation'] } })
  const answers = await Promise.all([
    desk.ask('POST', '/conversations/start', { leadId: 1, channel: 'sms' }),
    desk.ask('POST', '/conversations/start', '{"leadId":'),
    desk.ask('GET', '/conversations'),
    desk.ask('GET', '/nothing'),
  ])
  expect(answers.map(({ status, body }) => ({ status, body }))).toEqual([
    { status: 400, body: { error: 'Validation failed', details: expect.stringContaining('channel') } },
    { status: 400, body: { error: 'Validation failed', details: 'body is not valid JSON' } },
    { status: 403, body: { error: 'Forbidden', message: 'Missing required permission: conversations:view' } },
    { status: 404, body: { error: 'Route not found' } },
  ])
  expect(desk.simulator.truth().calls).toEqual([])
  desk.simulator.control({ naturalead: { scopes: null } })
  expect((await desk.ask('GET', '/conversations/none')).status).toBe(404)
})

test('every answer tells what is left of the minute, and a request too many is told when to come again', async () => {
  const desk = await startDesk({ naturalead: { perMinute: 2 } })
  const ask = async (key = 'nl_test_1') => {
    const response = await fetch(`${desk.simulator.naturaleadUrl}/leads`, { headers: { 'x-api-key': key } })
    const header = (name: string) => response.headers.get(name)
    return [response.status, header('ratelimit-remaining'), header('ratelimit-reset'), header('retry-after')]
  }
  expect(await ask()).toEqual([200, '1', '60', null])
  desk.advance(20_000)
  expect(await ask()).toEqual([200, '0', '40', null])
  expect(await ask()).toEqual([429, '0', '40', '40'])
  expect(await ask('nl_test_2')).toEqual([200, '1', '60', null])
  desk.advance(40_000)
  expect(await ask()).toEqual([200, '0', '20', null])
})

test('faults strike here as elsewhere', async () => {
  const desk = await startDesk({
    faults: [
      { match: { leadId: '7' }, kind: 'status', status: 503, afterCommit: true, times: 1 },
      { match: { path: '/conversations/start' }, kind: 'status', status: 429, retryAfter: 2, times: 1 },
    ],
  })
  expect(await desk.ask('POST', '/conversations/start', { leadId: 7, channel: 'email' })).toMatchObject({ status: 503 })
  expect(await desk.ask('POST', '/conversations/start', { leadId: 8, channel: 'email' })).toMatchObject({ status: 429 })
  expect(desk.simulator.truth().calls).toMatchObject([{ leadId: '7' }])
})
