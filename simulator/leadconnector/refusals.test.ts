import { expect, test } from 'vitest'
import { USUAL_LOCATION } from './control.ts'
import { startBench } from './testing.ts'

const logs = `/voice-ai/dashboard/call-logs?locationId=${USUAL_LOCATION}`
const sms = { type: 'SMS', contactId: 'c1', message: 'Hi', toNumber: '+12125550123' }

test.each<[string, string, string, number, object]>([
  ['one date alone', 'GET', `${logs}&startDate=1`, 400, {}],
  ['dates the wrong way round', 'GET', `${logs}&startDate=2&endDate=1`, 400, {}],
  ['the same date twice', 'GET', `${logs}&startDate=2&endDate=2`, 400, {}],
  ['a page of more than 50', 'GET', `${logs}&pageSize=51`, 400, {}],
  ['a page before the first', 'GET', `${logs}&page=0`, 400, {}],
  ['an unknown order', 'GET', `${logs}&sortBy=summary`, 400, {}],
  ['an unknown action', 'GET', `${logs}&actionType=DANCE`, 400, {}],
  ['no location', 'GET', '/voice-ai/dashboard/call-logs', 400, {}],
  ['another location', 'GET', '/voice-ai/dashboard/call-logs?locationId=other', 403, {}],
  ['an unknown log', 'GET', logs.replace('?', '/nobody?'), 400, {}],
  ['an unknown message', 'GET', '/conversations/messages/none', 400, {}],
  ['a text of no kind', 'POST', '/conversations/messages', 400, { body: { ...sms, type: 'Pigeon' } }],
  ['a text without words', 'POST', '/conversations/messages', 400, { body: { ...sms, message: '' } }],
  ['a text to no number', 'POST', '/conversations/messages', 400, { body: { ...sms, toNumber: '12' } }],
  ['a time that is none', 'POST', '/contacts/c1/workflow/w1', 422, { body: { eventStartTime: 'soon' } }],
  ['half a body', 'POST', '/contacts/c1/workflow/w1', 400, { body: '{"event' }],
  ['no token', 'GET', logs, 401, { headers: { authorization: '' } }],
  ['no version', 'GET', '/contacts/c1', 400, { headers: { version: '' } }],
  ['a version of another family', 'GET', '/contacts/c1', 400, { headers: { version: '2021-04-15' } }],
  ['an unknown path', 'GET', '/workflows', 404, {}],
])('%s is refused', async (_, method, path, status, more) => {
  const bench = await startBench()
  const answer = await bench.ask(method, path, more)
  expect([answer.status, answer.body['statusCode']]).toEqual([status, status])
  expect(Array.isArray(answer.body['message'])).toBe(status === 422)
})

test('a contact that nobody knows, that wants nothing, or that a script refuses', async () => {
  const bench = await startBench({
    autoCreateLeads: false,
    leads: [{ leadId: 'c1', phone: '+12125550123', timezone: 'America/Chicago', firstName: 'Ada', dnc: ['sms'] }],
    scripts: { c1: [{ refuse: { code: 'x', message: 'The workflow is not published', status: 422 } }] },
  })
  expect((await bench.ask('GET', '/contacts/c2')).body['message']).toBe('Contact with id c2 not found')
  expect((await bench.ask('POST', '/conversations/messages', { body: sms })).body['message']).toMatch(/DND/)
  const refused = await bench.ask('POST', '/contacts/c1/workflow/w1', { body: {} })
  expect([refused.status, refused.body['message']]).toEqual([422, 'The workflow is not published'])
  expect((await bench.ask('GET', '/contacts/c1')).body['contact']).toMatchObject({
    id: 'c1',
    locationId: USUAL_LOCATION,
    firstName: 'Ada',
    phone: '+12125550123',
    timezone: 'America/Chicago',
    dnd: false,
    dndSettings: { SMS: { status: 'active' } },
  })
  expect(bench.simulator.truth().counts).toMatchObject({ calls: 0, texts: 0 })
})

test('keys that are named are the only ones', async () => {
  const bench = await startBench({ apiKeys: { leadconnector: ['pit-2'] } })
  expect((await bench.ask('GET', logs)).status).toBe(401)
  expect((await bench.ask('GET', logs, { headers: { authorization: 'Bearer pit-2' } })).status).toBe(200)
})

test('every answer tells what is left; beyond limits that are set it refuses until the span is over', async () => {
  const bench = await startBench()
  const left = (headers: Headers) =>
    ['limit-daily', 'daily-remaining', 'interval-milliseconds', 'max', 'remaining'].map(name =>
      Number(headers.get(`x-ratelimit-${name}`)),
    )
  expect(left((await bench.ask('GET', logs)).headers)).toEqual([200_000, 199_999, 10_000, 100, 99])
  bench.simulator.control({ leadconnector: { limits: { max: 2, daily: 4 } } })
  expect((await bench.ask('GET', logs)).status).toBe(200)
  const over = await bench.ask('GET', logs)
  expect([over.status, over.headers.get('retry-after'), left(over.headers)]).toEqual([429, null, [4, 1, 10_000, 2, 0]])
  bench.advance(10_000)
  expect((await bench.ask('GET', logs)).status).toBe(200)
  bench.advance(10_000)
  const spent = await bench.ask('GET', logs)
  expect([spent.status, left(spent.headers)]).toEqual([429, [4, 0, 10_000, 2, 1]])
  bench.simulator.control({ leadconnector: { limits: null } })
  expect((await bench.ask('GET', logs)).status).toBe(200)
})

test('a refresh token works once, and an access token until it ends', async () => {
  const oauth = { clientId: 'app', clientSecret: 'hush', refreshToken: 'first', lifeMs: 60_000 }
  const bench = await startBench({ leadconnector: { oauth } })
  const ask = async (fields: Record<string, string>) => {
    const form = { client_id: 'app', client_secret: 'hush', grant_type: 'refresh_token', ...fields }
    const headers = { authorization: '', version: '', 'content-type': 'application/x-www-form-urlencoded' }
    return bench.ask('POST', '/oauth/token', { body: new URLSearchParams(form).toString(), headers })
  }
  const enter = async (token: unknown) =>
    (await bench.ask('GET', logs, { headers: { authorization: `Bearer ${token}` } })).status

  expect((await ask({ refresh_token: 'first', client_secret: 'guess' })).status).toBe(401)
  const { status, body } = await ask({ refresh_token: 'first' })
  expect([status, body['token_type'], body['expires_in']]).toEqual([200, 'Bearer', 60])
  expect(await enter(body['access_token'])).toBe(200)
  expect(await enter('pit-1')).toBe(401)
  const again = await ask({ refresh_token: 'first' })
  expect([again.status, again.body['error']]).toEqual([400, 'invalid_grant'])
  bench.advance(60_000)
  expect(await enter(body['access_token'])).toBe(401)
  const next = await ask({ refresh_token: String(body['refresh_token']) })
  expect(await enter(next.body['access_token'])).toBe(200)
  bench.simulator.control({ leadconnector: { revoke: true } })
  expect(await enter(next.body['access_token'])).toBe(401)
})
