import { inspect } from 'node:util'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Exchange } from '../../../src/clients/http.ts'
import { systemClock } from '../../../src/clock.ts'
import { describeError } from '../../../src/errors.ts'
import { act, client, errorOfCall, get, kinds, Ok } from './calls.ts'
import { closedPort, serve, serveAnswer } from './servers.ts'

describe('statuses', () => {
  it.each([
    [400, 'RejectedError HTTP_400', 'RejectedError HTTP_400'],
    [401, 'RejectedError UNAUTHORIZED', 'RejectedError UNAUTHORIZED'],
    [403, 'RejectedError FORBIDDEN', 'RejectedError FORBIDDEN'],
    [404, 'RejectedError HTTP_404', 'RejectedError HTTP_404'],
    [408, 'UnavailableError HTTP_408', 'UnknownOutcomeError HTTP_408'],
    [422, 'RejectedError HTTP_422', 'RejectedError HTTP_422'],
    [429, 'RateLimitedError HTTP_429', 'RateLimitedError HTTP_429'],
    [500, 'UnavailableError HTTP_500', 'UnknownOutcomeError HTTP_500'],
    [503, 'UnavailableError HTTP_503', 'UnknownOutcomeError HTTP_503'],
  ])('%i', async (status, ofGet, ofAct) => {
    await using server = await serveAnswer(status, '<html>gateway</html>', { 'retry-after': '1' })
    await using http = client(server.url)
    expect(await kinds(http)).toEqual([ofGet, ofAct])
    expect(server.seen).toHaveLength(2)
  })

  it.each([
    ['7', 7_000],
    ['Tue, 01 Dec 2026 12:00:09 GMT', 9_000],
    ['99999999', 3_600_000],
    ['later', undefined],
  ])('429 with Retry-After %j', async (header, retryAfterMs) => {
    await using server = await serveAnswer(429, {}, { 'retry-after': header })
    const now = () => Date.parse('2026-12-01T12:00:00Z')
    await using http = client(server.url, { clock: { now, shiftMs: () => 0 } })
    expect(await errorOfCall(act(http))).toMatchObject({ name: 'RateLimitedError', status: 429, retryAfterMs })
  })

  it('a redirect is not followed', async () => {
    await using elsewhere = await serveAnswer(200, { ok: true })
    await using server = await serve(response => response.writeHead(307, { location: elsewhere.url }).end())
    await using http = client(server.url)
    expect(await kinds(http)).toEqual(['UnavailableError HTTP_307', 'UnknownOutcomeError HTTP_307'])
    expect(elsewhere.connections).toBe(0)
  })
})

describe('answers that cannot be used', () => {
  const bad = (code: string) => [`UnavailableError ${code}`, `UnknownOutcomeError ${code}`]
  const huge = `{"ok":true,"fill":"${'x'.repeat(6 * 1024 * 1024)}"}`

  it.each([
    ['no JSON', '{"ok":tr', {}],
    ['another shape', { ok: 'ann@example.com' }, {}],
    ['nothing', '', {}],
    ['broken compression', 'no gzip', { 'content-encoding': 'gzip' }],
  ])('%s', async (_, body, headers: Record<string, string>) => {
    await using server = await serveAnswer(200, body, headers)
    await using http = client(server.url)
    expect(await kinds(http)).toEqual(bad('BAD_ANSWER'))
  })

  it('says where an answer does not fit, and not what it held', async () => {
    await using server = await serveAnswer(200, { ok: 'ann@example.com' })
    await using http = client(server.url)
    expect((await errorOfCall(get(http))).message).toBe('GET /thing answered 200: BAD_ANSWER: ok invalid_type')
  })

  it.each([
    [
      'of known length',
      (): [string | Buffer, Record<string, string>] => [huge, { 'content-length': `${huge.length}` }],
    ],
    ['of unknown length', (): [string | Buffer, Record<string, string>] => [huge, {}]],
    [
      'blown up by compression',
      (): [string | Buffer, Record<string, string>] => [gzipSync(huge), { 'content-encoding': 'gzip' }],
    ],
  ])('too large, %s', async (_, make) => {
    const [body, headers] = make()
    await using server = await serve(response => {
      response.writeHead(200, headers)
      response.end(body)
    })
    await using http = client(server.url)
    expect(await kinds(http)).toEqual(bad('ANSWER_TOO_LARGE'))
  })

  it('a large answer within bounds, compressed or not, is read', async () => {
    const body = JSON.stringify({ ok: true, fill: 'x'.repeat(4 * 1024 * 1024) })
    await using plain = await serveAnswer(200, body)
    await using packed = await serve(response => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(body))
    })
    await using one = client(plain.url)
    await using two = client(packed.url)
    expect([await act(one), await act(two)]).toEqual([{ ok: true }, { ok: true }])
  })

  it('an empty answer will do where the schema says so', async () => {
    await using server = await serve(response => response.writeHead(204).end())
    await using http = client(server.url)
    await expect(http.act('PATCH', '/thing', {}, z.unknown())).resolves.toBeUndefined()
  })

  it('a schema or a reader that throws is no fault that may be repeated', async () => {
    await using server = await serveAnswer(200, { ok: true })
    const Bomb = z.unknown().transform(() => {
      throw new TypeError('boom')
    })
    await using http = client(server.url)
    await using throwing = client(server.url, {
      readFailure: () => {
        throw new TypeError('boom')
      },
    })
    expect((await errorOfCall(http.act('POST', '/thing', {}, Bomb))).name).toBe('UnknownOutcomeError')
    expect((await errorOfCall(act(throwing))).name).toBe('UnknownOutcomeError')
  })
})

describe('requests', () => {
  it('carry the headers of the moment, an id of their own and the body as it was meant', async () => {
    await using server = await serveAnswer(200, { ok: true })
    let key = 'first'
    await using http = client(`${server.url}/api/v1/`, { headers: () => ({ 'X-API-Key': key }), random: () => 0.75 })
    await act(http)
    key = 'second'
    await http.act('POST', '/form', new URLSearchParams({ a: 'b c' }), Ok)
    await get(http)
    expect(server.seen.map(({ method, url, body }) => `${method} ${url} ${body}`)).toEqual([
      'POST /api/v1/thing {"a":1}',
      'POST /api/v1/form a=b+c',
      'GET /api/v1/thing ',
    ])
    expect(server.seen.map(({ headers }) => [headers['x-api-key'], headers['content-type']])).toEqual([
      ['first', 'application/json'],
      ['second', 'application/x-www-form-urlencoded'],
      ['second', undefined],
    ])
    expect(server.seen[0]?.headers).toMatchObject({
      accept: 'application/json',
      'user-agent': 'aftercall',
      'x-request-id': 'c0000000'.repeat(4),
    })
  })

  it('are each reported once, and a reporter that throws changes nothing', async () => {
    const exchanges: Exchange[] = []
    await using server = await serve((response, _, { method }) => {
      response.writeHead(method === 'GET' ? 200 : 503).end('{"ok":true}')
    })
    const onExchange = (exchange: Exchange) => {
      exchanges.push(exchange)
      throw new Error('reporter')
    }
    await using http = client(server.url, { onExchange })
    await using lost = client(`http://127.0.0.1:${await closedPort()}`, { onExchange })
    const path = { route: '/leads/{leadId}', params: { leadId: 'lead_1' } }
    await expect(http.get(path, Ok)).resolves.toEqual({ ok: true })
    await errorOfCall(act(http))
    await errorOfCall(act(lost))
    expect(exchanges.map(({ method, route, status, errorCode }) => [method, route, status, errorCode])).toEqual([
      ['GET', '/leads/{leadId}', 200, undefined],
      ['POST', '/thing', 503, 'HTTP_503'],
      ['POST', '/thing', undefined, 'ECONNREFUSED'],
    ])
    expect(server.seen[0]?.headers['x-request-id']).toBe(exchanges[0]?.requestId)
    expect(exchanges.every(({ durationMs }) => durationMs >= 0 && durationMs < 30_000)).toBe(true)
  })
})

it('no error shows a secret, however closely one looks', async () => {
  const secret = 'sk_live_4f9c1e7b'
  const body = 'body_4f9c1e7b'
  const echo = { message: `key ${secret} of ann@example.com, +15551234567` }
  await using refusing = await serveAnswer(400, echo)
  await using resetting = await serve(response => response.socket?.resetAndDestroy())
  await using silent = await serve(() => {})
  await using babbling = await serveAnswer(200, `${secret} is no JSON`)
  const port = await closedPort()
  const urls = [
    refusing.url,
    resetting.url,
    silent.url,
    babbling.url,
    `http://127.0.0.1:${port}`,
    `https://127.0.0.1:${silent.port}`,
  ]
  for (const url of urls) {
    await using http = client(url, {
      clock: systemClock,
      headers: () => ({ Authorization: `Bearer ${secret}` }),
      timeouts: { response: 30, secureConnect: 30 },
      readFailure: (_, status) => (status === 400 ? { message: echo.message, code: secret } : undefined),
    })
    const error = await errorOfCall(http.act('POST', '/thing', { body }, Ok))
    const shown = [
      inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true }),
      JSON.stringify(error),
      JSON.stringify(describeError(error)),
      String(error.stack),
    ].join('\n')
    expect(shown).toContain('POST /thing')
    for (const hidden of [secret, body, 'ann@', '5551234567']) expect(shown).not.toContain(hidden)
  }
})
