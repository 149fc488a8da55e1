import { describe, expect, it } from 'vitest'
import type { ConversionPort } from '../../../src/clients/receiver-ports.ts'
import { createTikTok } from '../../../src/clients/tiktok.ts'
import { systemClock } from '../../../src/clock.ts'
import { isKeyRefused } from '../../../src/errors.ts'
import { at, conversion, conversions, errorOfEvent, person, sha256, told } from './conversion-events.ts'
import { closedPort, serve, serveAnswer, type VendorServer } from './servers.ts'

const connect = (server: Pick<VendorServer, 'url'>, accessTokens = ['tttoken0123456789', 'ttretiring'], more = {}) =>
  createTikTok({ baseUrl: `${server.url}/open_api/v1.3`, accessTokens, clock: systemClock, ...more })

async function answered<T>(status: number, body: unknown, call: (tiktok: ConversionPort) => Promise<T>): Promise<T> {
  await using server = await serveAnswer(status, body)
  await using tiktok = connect(server)
  return await call(tiktok)
}

const answer = (code: unknown, message = 'words') => ({ code, message, request_id: '2023AbC', data: {} })
const web = 'COQDA8RC77U2TMR44LI0'

describe('a request', () => {
  it('holds events as TikTok’s template sends them, contact data hashed and nothing else', async () => {
    await using server = await serveAnswer(200, answer(0, 'OK'))
    await using tiktok = connect(server)
    const results = await tiktok.fireEvents({
      pixelId: web,
      testEventCode: 'TEST123',
      events: [
        conversion('pixel:1', { event: 'SubmitForm', value: 50, currency: 'USD', person }),
        conversion('pixel:2', { at: at + 999 }),
      ],
    })
    expect(told(results)).toEqual(['done', 'done'])
    const [seen] = server.seen
    expect(`${seen?.method} ${seen?.url}`).toBe('POST /open_api/v1.3/event/track/')
    expect(seen?.headers).toMatchObject({ 'access-token': 'tttoken0123456789', 'content-type': 'application/json' })
    expect(seen?.headers['authorization']).toBeUndefined()
    expect(JSON.parse(seen?.body ?? '')).toStrictEqual({
      event_source: 'web',
      event_source_id: web,
      test_event_code: 'TEST123',
      data: [
        {
          event: 'SubmitForm',
          event_time: Math.floor(at / 1_000),
          event_id: 'pixel:1',
          user: {
            email: '62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f',
            phone: sha256('+16505551212'),
            external_id: sha256('lead_ABC'),
            ttclid: 'E.C.P.x',
            ttp: '2F7h37YkS1j57AYSKTI7IHhJPYH',
            ip: '203.0.113.7',
            user_agent: 'Mozilla/5.0 (X11)',
          },
          page: { url: 'https://quotes.example.com/start' },
          properties: { value: 50, currency: 'USD' },
        },
        {
          event: 'Lead',
          event_time: Math.floor((at + 999) / 1_000),
          event_id: 'pixel:2',
          user: { email: sha256('ann@example.com') },
          properties: {},
        },
      ],
    })
  })

  it('goes to an offline event set where the id is one, without a page', async () => {
    await using server = await serveAnswer(200, answer(0))
    await using tiktok = connect(server)
    await tiktok.fireEvents({ pixelId: '7654321098765432109', events: [conversion('e1', { person })] })
    const body = JSON.parse(server.seen[0]?.body ?? '')
    expect(body).toMatchObject({ event_source: 'offline', event_source_id: '7654321098765432109' })
    expect(body.data[0]).not.toHaveProperty('page')
    expect(body).not.toHaveProperty('test_event_code')
  })

  it('needs a token, and 1 to 50 events', async () => {
    expect(() => connect({ url: 'http://127.0.0.1' }, [])).toThrow(RangeError)
    await using tiktok = connect({ url: 'http://127.0.0.1:1' })
    expect(tiktok.maxEvents).toBe(50)
    await expect(tiktok.fireEvents({ pixelId: web, events: conversions(51) })).rejects.toThrow(RangeError)
  })
})

describe('an answer', () => {
  it.each<[string, number, unknown, string]>([
    ['0', 200, answer(0, 'OK'), 'done'],
    ['0 as text', 200, answer('0'), 'done'],
    ['0 with a status of failure', 500, answer(0), 'UnknownOutcomeError HTTP_500'],
    ['none', 200, { message: 'OK' }, 'UnknownOutcomeError BAD_ANSWER'],
    ['null', 200, answer(null), 'UnknownOutcomeError BAD_ANSWER'],
    ['an empty list', 200, answer([]), 'UnknownOutcomeError BAD_ANSWER'],
    ['that is no JSON', 200, '<html>', 'UnknownOutcomeError BAD_ANSWER'],
    ['that is cut short', 200, '{"code":', 'UnknownOutcomeError BAD_ANSWER'],
    ['40100', 200, answer(40100), 'RateLimitedError TIKTOK_40100'],
    ['40100 with its status', 429, answer(40100), 'RateLimitedError TIKTOK_40100'],
    ['40105', 200, answer(40105), 'RejectedError UNAUTHORIZED'],
    ['40102', 200, answer(40102), 'RejectedError UNAUTHORIZED'],
    ['40001', 200, answer(40001), 'RejectedError TIKTOK_40001'],
    ['40002', 200, answer('40002'), 'RejectedError TIKTOK_40002'],
    ['50000', 200, answer(50000), 'UnknownOutcomeError TIKTOK_50000'],
    ['20001', 200, answer(20001), 'UnknownOutcomeError TIKTOK_20001'],
    ['400 alone', 400, '', 'RejectedError HTTP_400'],
    ['401 alone', 401, '', 'RejectedError UNAUTHORIZED'],
    ['429 alone', 429, '', 'RateLimitedError HTTP_429'],
    ['502 of a gateway', 502, '<html>', 'UnknownOutcomeError HTTP_502'],
  ])('of code %s', async (_, status, body, expected) => {
    const batch = { pixelId: web, events: [conversion('e1')] }
    expect(told(await answered(status, body, tiktok => tiktok.fireEvents(batch)))).toEqual([expected])
  })

  it('says when the key is refused and not the event', async () => {
    expect(isKeyRefused(await answered(200, answer(40105), errorOfEvent))).toBe(true)
    expect(isKeyRefused(await answered(200, answer(40001), errorOfEvent))).toBe(false)
  })

  it('is told with its numbers, without the token or anybody’s data', async () => {
    const words = 'data.0.user: ann@example.com, token tttoken0123456789'
    expect((await answered(200, answer(40002, words), errorOfEvent)).message).toBe(
      'POST /event/track/ answered 200: TIKTOK_40002: data.0.user: [email], token [secret] (code 40002) request_id 2023AbC',
    )
  })
})

describe('a connection', () => {
  it('that never stood is tried again, one that was lost may have brought the event', async () => {
    await using nowhere = connect({ url: `http://127.0.0.1:${await closedPort()}` })
    expect(await errorOfEvent(nowhere)).toMatchObject({ name: 'UnavailableError', code: 'ECONNREFUSED' })
    await using server = await serve(response => response.socket?.resetAndDestroy())
    await using tiktok = connect(server)
    expect(await errorOfEvent(tiktok)).toMatchObject({ name: 'UnknownOutcomeError', code: 'ECONNRESET' })
  })
})
