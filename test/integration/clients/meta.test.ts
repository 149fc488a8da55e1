import { describe, expect, it } from 'vitest'
import { createMeta } from '../../../src/clients/meta.ts'
import type { ConversionPort } from '../../../src/clients/receiver-ports.ts'
import { systemClock } from '../../../src/clock.ts'
import { isKeyRefused } from '../../../src/errors.ts'
import { at, conversion, conversions, errorOfEvent, person, sha256, told } from './conversion-events.ts'
import { closedPort, serve, serveAnswer, type VendorServer } from './servers.ts'

const connect = (server: Pick<VendorServer, 'url'>, accessTokens = ['EAAtoken0123456789', 'EAAretiring'], more = {}) =>
  createMeta({ baseUrl: `${server.url}/v25.0`, accessTokens, clock: systemClock, ...more })

/** What the client makes of this answer. */
async function answered<T>(status: number, body: unknown, call: (meta: ConversionPort) => Promise<T>): Promise<T> {
  await using server = await serveAnswer(status, body)
  await using meta = connect(server)
  return await call(meta)
}

/** The shape printed in https://developers.facebook.com/docs/graph-api/guides/error-handling. */
const graphError = (error: Record<string, unknown>) => ({
  error: { message: 'Message describing the error', type: 'OAuthException', fbtrace_id: 'EJplcsCHuLu', ...error },
})
const received = (count: number) => ({ events_received: count, messages: [], fbtrace_id: 'EJplcsCHuLu' })

describe('a request', () => {
  it('holds events as the reference says, contact data hashed and nothing else', async () => {
    await using server = await serveAnswer(200, received(2))
    await using meta = connect(server)
    const results = await meta.fireEvents({
      pixelId: '123456789',
      testEventCode: 'TEST123',
      events: [
        conversion('pixel:1', { actionSource: 'website', value: 50, currency: 'USD', person }),
        conversion('pixel:2', { event: 'Purchase', at: at + 999 }),
      ],
    })
    expect(told(results)).toEqual(['done', 'done'])
    const [seen] = server.seen
    expect(`${seen?.method} ${seen?.url}`).toBe('POST /v25.0/123456789/events?access_token=EAAtoken0123456789')
    expect(JSON.parse(seen?.body ?? '')).toStrictEqual({
      test_event_code: 'TEST123',
      data: [
        {
          event_name: 'Lead',
          event_time: Math.floor(at / 1_000),
          event_id: 'pixel:1',
          action_source: 'website',
          event_source_url: 'https://quotes.example.com/start',
          user_data: {
            em: ['62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f'],
            ph: ['e323ec626319ca94ee8bff2e4c87cf613be6ea19919ed1364124e16807ab3176'],
            fn: ['08e1996b5dd49e62a4b4c010d44e4345592a863bb9f8e3976219bac29417149c'],
            ln: [sha256('obrien')],
            external_id: [sha256('lead_abc')],
            client_ip_address: '203.0.113.7',
            client_user_agent: 'Mozilla/5.0 (X11)',
            fbc: 'fb.1.1554763741205.AbC',
            fbp: 'fb.1.1558571054389.1098115397',
          },
          custom_data: { value: 50, currency: 'USD' },
        },
        {
          event_name: 'Purchase',
          event_time: Math.floor((at + 999) / 1_000),
          event_id: 'pixel:2',
          action_source: 'phone_call',
          user_data: { em: [sha256('ann@example.com')] },
        },
      ],
    })
  })

  it('makes the click cookie of the click id where there is none, the same on every try', async () => {
    await using server = await serveAnswer(200, received(1))
    await using meta = connect(server)
    const { fbc, ...attribution } = person.attribution
    const batch = { pixelId: '1', events: [conversion('e1', { person: { attribution } })] }
    await meta.fireEvents(batch)
    await meta.fireEvents(batch)
    const cookies = server.seen.map(({ body }) => JSON.parse(body).data[0].user_data.fbc)
    expect(cookies).toEqual([`fb.1.${at}.AbC`, `fb.1.${at}.AbC`])
    expect(server.connections).toBe(1)
  })

  it.each(['website', 'phone_call', 'chat', 'system_generated'] as const)('names the source %s', async actionSource => {
    await using server = await serveAnswer(200, received(1))
    await using meta = connect(server)
    expect(told(await meta.fireEvents({ pixelId: '1', events: [conversion('e1', { actionSource, person })] }))).toEqual(
      ['done'],
    )
    const [event] = JSON.parse(server.seen[0]?.body ?? '').data
    expect([event.action_source, 'event_source_url' in event]).toEqual([actionSource, actionSource === 'website'])
  })

  it('is not made for events that Meta surely refuses, and with which it would refuse the others', async () => {
    await using server = await serveAnswer(200, received(1))
    await using meta = connect(server)
    const day = 86_400_000
    const events = [
      conversion('old', { at: Date.now() - 7 * day - 1_000 }),
      conversion('fresh', { at: Date.now() - 7 * day + 60_000 }),
      conversion('nobody', { person: { email: ' ', phone: 'none', attribution: { ttclid: 'x', params: { a: 'b' } } } }),
      conversion('no page', { actionSource: 'website' }),
    ]
    expect(told(await meta.fireEvents({ pixelId: '1', events }))).toEqual([
      'RejectedError EVENT_TOO_OLD',
      'done',
      'RejectedError NO_USER_DATA',
      'RejectedError NO_PAGE',
    ])
    expect(server.seen).toHaveLength(1)
    expect(JSON.parse(server.seen[0]?.body ?? '').data).toMatchObject([{ event_id: 'fresh' }])
  })

  it('needs a token, a pixel, and 1 to 1,000 events', async () => {
    expect(() => connect({ url: 'http://127.0.0.1' }, [])).toThrow(RangeError)
    await using meta = connect({ url: 'http://127.0.0.1:1' })
    expect(meta.maxEvents).toBe(1_000)
    const events = [conversion('e1'), conversion('e2')]
    expect(told(await meta.fireEvents({ pixelId: '', events }))).toEqual(Array(2).fill('RejectedError BAD_ID'))
    await expect(meta.fireEvents({ pixelId: '1', events: [] })).rejects.toThrow(RangeError)
  })
})

describe('an answer', () => {
  it.each<[string, number, unknown, string]>([
    ['of success', 200, received(1), 'done'],
    ['of fewer events', 200, received(0), 'UnknownOutcomeError BAD_ANSWER'],
    ['without a count', 200, { success: true }, 'UnknownOutcomeError BAD_ANSWER'],
    ['that is no JSON', 200, '<html>', 'UnknownOutcomeError BAD_ANSWER'],
    ['that is cut short', 200, '{"events_rec', 'UnknownOutcomeError BAD_ANSWER'],

    ['1 unknown', 500, graphError({ code: 1 }), 'UnknownOutcomeError META_1'],
    ['1 unknown, as 400', 400, graphError({ code: 1 }), 'UnknownOutcomeError META_1'],
    ['2 service down', 503, graphError({ code: 2, is_transient: true }), 'UnknownOutcomeError META_2'],
    ['4 app limit', 400, graphError({ code: 4, is_transient: true }), 'RateLimitedError META_4'],
    ['4 app limit, as 403', 403, graphError({ code: 4 }), 'RateLimitedError META_4'],
    ['17 user limit', 400, graphError({ code: 17, error_subcode: 2446079 }), 'RateLimitedError META_17'],
    ['17 in a 200', 200, graphError({ code: '17' }), 'RateLimitedError META_17'],
    ['613 custom limit', 400, graphError({ code: 613 }), 'RateLimitedError META_613'],
    ['80004 business limit', 400, graphError({ code: 80004 }), 'RateLimitedError META_80004'],
    ['any transient', 400, graphError({ code: 368, is_transient: true }), 'UnknownOutcomeError META_368'],
    ['100 invalid parameter', 400, graphError({ code: 100 }), 'RejectedError META_100'],
    ['100 too old', 400, graphError({ code: 100, error_subcode: 2804003 }), 'RejectedError META_100'],
    ['100 no such pixel', 400, graphError({ code: 100, error_subcode: 33 }), 'RejectedError NO_SUCH_PIXEL'],
    ['102 session', 400, graphError({ code: 102 }), 'RejectedError UNAUTHORIZED'],
    ['190 token', 400, graphError({ code: 190, error_subcode: 460 }), 'RejectedError UNAUTHORIZED'],
    ['190 token, as 401', 401, graphError({ code: 190 }), 'RejectedError UNAUTHORIZED'],
    ['10 permission', 400, graphError({ code: 10 }), 'RejectedError FORBIDDEN'],
    ['200 permission', 403, graphError({ code: 200 }), 'RejectedError FORBIDDEN'],
    ['299 permission', 400, graphError({ code: 299 }), 'RejectedError FORBIDDEN'],
    ['an unknown code', 400, graphError({ code: 368 }), 'RejectedError META_368'],
    ['an unknown code with 500', 500, graphError({ code: 368 }), 'UnknownOutcomeError META_368'],
    ['an error without code', 400, graphError({}), 'RejectedError HTTP_400'],
    ['an error of another form', 400, { error: 'no' }, 'RejectedError HTTP_400'],

    ['400 alone', 400, '', 'RejectedError HTTP_400'],
    ['408', 408, '', 'UnknownOutcomeError HTTP_408'],
    ['429 alone', 429, '', 'RateLimitedError HTTP_429'],
    ['500 alone', 500, '', 'UnknownOutcomeError HTTP_500'],
    ['503 of a gateway', 503, '<html>', 'UnknownOutcomeError HTTP_503'],
    ['302', 302, '', 'UnknownOutcomeError HTTP_302'],
  ])('%s', async (_, status, body, expected) => {
    const batch = { pixelId: '1', events: [conversion('e1')] }
    expect(told(await answered(status, body, meta => meta.fireEvents(batch)))).toEqual([expected])
  })

  it.each([102, 190, 10, 200, 294])('of code %i says that the key is refused, not the event', async code => {
    expect(isKeyRefused(await answered(400, graphError({ code }), errorOfEvent))).toBe(true)
  })

  it('of other refusals does not', async () => {
    expect(isKeyRefused(await answered(400, graphError({ code: 100 }), errorOfEvent))).toBe(false)
    expect(isKeyRefused(await answered(400, graphError({ code: 100, error_subcode: 33 }), errorOfEvent))).toBe(false)
  })

  it('is told with its numbers, without the token or anybody’s data', async () => {
    const error = graphError({
      code: 100,
      error_subcode: 2804003,
      error_user_title: 'Event Timestamp Too Old',
      error_user_msg: 'For ann@example.com, +1 650 555 1212, token EAAtoken0123456789',
    })
    expect((await answered(400, error, errorOfEvent)).message).toBe(
      'POST /{pixelId}/events answered 400: META_100: Event Timestamp Too Old: For [email], [number], token [secret] (code 100, subcode 2,804,003) fbtrace_id EJplcsCHuLu',
    )
  })
})

describe('a batch that is refused', () => {
  const bad = { status: 400, body: graphError({ code: 100 }) }

  /** Four events, and an answer for each request. */
  async function answeredInTurn(...answers: { status: number; body: unknown }[]) {
    await using server = await serve(response => {
      const { status, body } = answers.shift() ?? { status: 500, body: '' }
      response.writeHead(status).end(JSON.stringify(body))
    })
    await using meta = connect(server)
    const results = told(await meta.fireEvents({ pixelId: '1', events: conversions(4) }))
    const sent = server.seen.map(({ body }) =>
      JSON.parse(body).data.map((event: { event_id: string }) => event.event_id),
    )
    return { results, sent }
  }

  it('is sent in halves until the bad event stands alone', async () => {
    const good = { status: 200, body: received(2) }
    expect(await answeredInTurn(bad, bad, { status: 200, body: received(1) }, bad, good)).toEqual({
      results: ['done', 'RejectedError META_100', 'done', 'done'],
      sent: [['e0', 'e1', 'e2', 'e3'], ['e0', 'e1'], ['e0'], ['e1'], ['e2', 'e3']],
    })
  })

  it('and then throttled has surely lost none', async () => {
    const limited = { status: 400, body: graphError({ code: 4, is_transient: true }) }
    const { results, sent } = await answeredInTurn(bad, { status: 200, body: received(2) }, limited)
    expect(results).toEqual(['done', 'done', 'RateLimitedError META_4', 'RateLimitedError META_4'])
    expect(sent).toHaveLength(3)
  })

  it('and then lost is unknown only where an answer is missing', async () => {
    const { results, sent } = await answeredInTurn(bad, { status: 502, body: '' })
    const unknown = 'UnknownOutcomeError HTTP_502'
    const notSent = 'UnavailableError NOT_ISOLATED'
    expect(results).toEqual([unknown, unknown, notSent, notSent])
    expect(sent).toHaveLength(2)
  })

  it('for the token or the pixel is not sent again', async () => {
    const token = { status: 400, body: graphError({ code: 190 }) }
    const pixel = { status: 400, body: graphError({ code: 100, error_subcode: 33 }) }
    for (const answer of [token, pixel, { status: 404, body: '' }]) {
      const { results, sent } = await answeredInTurn(answer)
      expect(new Set(results).size).toBe(1)
      expect(sent).toHaveLength(1)
    }
  })
})

describe('a connection', () => {
  it('that never stood is tried again, one that was lost may have brought the event', async () => {
    await using nowhere = connect({ url: `http://127.0.0.1:${await closedPort()}` })
    expect(await errorOfEvent(nowhere)).toMatchObject({ name: 'UnavailableError', code: 'ECONNREFUSED' })
    await using server = await serve(response => response.socket?.resetAndDestroy())
    await using meta = connect(server)
    expect(await errorOfEvent(meta)).toMatchObject({ name: 'UnknownOutcomeError', code: 'ECONNRESET' })
  })

  it('that stays silent may have brought it too', async () => {
    await using server = await serve(() => {})
    await using meta = connect(server, ['EAAtoken0123456789'], { timeouts: { response: 100 } })
    expect(await errorOfEvent(meta)).toMatchObject({ name: 'UnknownOutcomeError', code: 'TIMEOUT_RESPONSE' })
  })

  it('tells its observer a route without pixel and token', async () => {
    const seen: unknown[] = []
    await using server = await serveAnswer(200, received(1))
    await using meta = connect(server, ['EAAtoken0123456789'], {
      onExchange: (exchange: unknown) => seen.push(exchange),
    })
    await meta.fireEvents({ pixelId: '123456789', events: [conversion('e1')] })
    expect(seen).toMatchObject([{ method: 'POST', route: '/{pixelId}/events', status: 200 }])
    expect(JSON.stringify(seen)).not.toMatch(/EAAtoken|123456789/)
  })
})
