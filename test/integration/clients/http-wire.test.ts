import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { describe, expect, it, vi } from 'vitest'
import { timeoutsWith } from '../../../src/clients/timeouts.ts'
import { act, client, errorOfCall, get, kinds } from './calls.ts'
import { closedPort, deafPort, serve, serveAnswer, serveConnections } from './servers.ts'

const unavailable = (code: string) => [`UnavailableError ${code}`, `UnavailableError ${code}`]
const unknown = (code: string) => [`UnavailableError ${code}`, `UnknownOutcomeError ${code}`]

describe('a request that surely never left', () => {
  it('refused connection', async () => {
    await using http = client(`http://127.0.0.1:${await closedPort()}`)
    expect(await kinds(http)).toEqual(unavailable('ECONNREFUSED'))
  })

  it('unknown host name', async () => {
    const error = Object.assign(new Error('getaddrinfo ENOTFOUND vendor.invalid'), { code: 'ENOTFOUND' })
    await using sync = client('http://vendor.invalid', { dnsLookup: (_, __, done) => done(error, []) })
    await using async = client('http://vendor.invalid', { dnsLookup: (_, __, done) => setImmediate(done, error, []) })
    expect(await kinds(sync)).toEqual(unavailable('ENOTFOUND'))
    expect(await kinds(async)).toEqual(unavailable('ENOTFOUND'))
  })

  it('a resolver that never answers', async () => {
    await using http = client('http://vendor.invalid', { dnsLookup: () => {}, timeouts: { lookup: 20 } })
    expect(await kinds(http)).toEqual(unavailable('TIMEOUT_LOOKUP'))
  })

  it('a connection that is not taken', async () => {
    await using deaf = await deafPort()
    await using http = client(`http://127.0.0.1:${deaf.port}`, { timeouts: { connect: 50 } })
    expect(await kinds(http)).toEqual(unavailable('TIMEOUT_CONNECT'))
  })

  it('a TLS handshake that fails', async () => {
    await using server = await serveAnswer(200, { ok: true })
    await using http = client(`https://127.0.0.1:${server.port}`)
    for (const kind of await kinds(http)) expect(kind).toMatch(/^UnavailableError (ERR_SSL_|EPROTO)/)
    expect(server.seen).toEqual([])
  })

  it('a TLS handshake that is reset or never ends', async () => {
    await using resetting = await serveConnections(socket => socket.once('data', () => socket.resetAndDestroy()))
    await using silent = await serveConnections(() => {})
    await using reset = client(`https://127.0.0.1:${resetting.port}`)
    await using hung = client(`https://127.0.0.1:${silent.port}`, { timeouts: { secureConnect: 50 } })
    expect(await kinds(reset)).toEqual(unavailable('ECONNRESET'))
    expect(await kinds(hung)).toEqual(unavailable('TIMEOUT_SECURE_CONNECT'))
  })
})

describe('a request that may have arrived', () => {
  it('reset before a byte of it was read', async () => {
    // A reset that overtakes the connection itself would prove that nothing left; this one waits until it stands.
    const connected = new Set<number | undefined>()
    const watch = (message: unknown) => {
      const { socket } = message as { socket: Socket }
      socket.once('connect', () => connected.add(socket.localPort))
    }
    subscribe('net.client.socket', watch)
    await using server = await serveConnections(async socket => {
      socket.pause()
      await vi.waitFor(() => expect(connected.has(socket.remotePort)).toBe(true))
      socket.resetAndDestroy()
    })
    await using http = client(server.url)
    expect(await kinds(http)).toEqual(unknown('ECONNRESET'))
    unsubscribe('net.client.socket', watch)
  })

  it('reset after it was read', async () => {
    await using server = await serve(response => response.socket?.resetAndDestroy())
    await using http = client(server.url)
    expect(await kinds(http)).toEqual(unknown('ECONNRESET'))
    expect(server.seen.map(({ body }) => body)).toEqual(['', '{"a":1}'])
  })

  it('reset on a connection that had been kept alive', async () => {
    await using server = await serve((response, request, { body }) => {
      if (body === '') response.end('{"ok":true}')
      else request.socket.resetAndDestroy()
    })
    await using http = client(server.url)
    await get(http)
    expect((await errorOfCall(act(http))).name).toBe('UnknownOutcomeError')
    expect(server.connections).toBe(1)
  })

  it('never answered', async () => {
    await using server = await serve(() => {})
    await using http = client(server.url, { timeouts: { response: 50 } })
    expect(await kinds(http)).toEqual(unknown('TIMEOUT_RESPONSE'))
    await vi.waitFor(() => expect(server.seen).toHaveLength(2))
  })

  it('answered so slowly that the whole runs out', async () => {
    await using server = await serve(response => {
      const drip = setInterval(() => response.write(' '), 5)
      response.once('close', () => clearInterval(drip))
    })
    await using http = client(server.url, { timeouts: { request: 400 } })
    expect(await kinds(http)).toEqual(unknown('TIMEOUT_REQUEST'))
  })

  it('an answer that is cut off: the status counts where there was one', async () => {
    let status = 200
    await using server = await serve(response => {
      response.writeHead(status, { 'content-length': '100', 'retry-after': '2' })
      response.write('{"ok":', () => response.socket?.resetAndDestroy())
    })
    await using http = client(server.url)
    expect(await kinds(http)).toEqual(unknown('ANSWER_CUT_OFF'))
    status = 400
    expect(await kinds(http)).toEqual(['RejectedError HTTP_400', 'RejectedError HTTP_400'])
    status = 429
    expect(await errorOfCall(act(http))).toMatchObject({ name: 'RateLimitedError', retryAfterMs: 2_000 })
  })
})

describe('an abort', () => {
  it('before anything happened', async () => {
    await using server = await serveAnswer(200, { ok: true })
    await using http = client(server.url)
    const error = await errorOfCall(act(http, { signal: AbortSignal.abort() }))
    expect(`${error.name} ${error.code}`).toBe('UnavailableError ABORTED')
    expect(server.connections).toBe(0)
  })

  it('before it left', async () => {
    const abort = new AbortController()
    await using http = client('http://vendor.invalid', { dnsLookup: () => abort.abort() })
    const error = await errorOfCall(act(http, { signal: abort.signal }))
    expect(`${error.name} ${error.code}`).toBe('UnavailableError ABORTED')
  })

  it('after it left', async () => {
    let abort = new AbortController()
    await using server = await serve(() => abort.abort())
    await using http = client(server.url)
    const ofAct = await errorOfCall(act(http, { signal: abort.signal }))
    abort = new AbortController()
    const ofGet = await errorOfCall(get(http, { signal: abort.signal }))
    expect([ofAct.name, ofGet.name]).toEqual(['UnknownOutcomeError', 'UnavailableError'])
    expect([ofAct.code, ofGet.code]).toEqual(['ABORTED', 'ABORTED'])
  })
})

describe('connections', () => {
  it('are kept and used again', async () => {
    await using server = await serveAnswer(200, { ok: true })
    await using http = client(server.url)
    for (let n = 0; n < 5; n++) await (n % 2 === 0 ? get(http) : act(http))
    expect([server.seen.length, server.connections]).toEqual([5, 1])
  })

  it('are kept after a refusal too', async () => {
    await using server = await serveAnswer(400, { error: 'no' })
    await using http = client(server.url)
    for (let n = 0; n < 3; n++) await errorOfCall(act(http))
    expect(server.connections).toBe(1)
  })

  it.each(['close', 'signal'])('are all dropped by %s, and nothing is sent any more', async how => {
    await using server = await serve((response, _, { method }) => {
      if (method === 'GET') response.end('{"ok":true}')
    })
    const stop = new AbortController()
    await using http = client(server.url, { signal: stop.signal })
    await get(http)
    const running = errorOfCall(act(http))
    await vi.waitFor(() => expect(server.seen).toHaveLength(2))
    if (how === 'close') await http.close()
    else stop.abort()
    expect(await running).toMatchObject({ name: 'UnknownOutcomeError', code: 'CLOSED' })
    expect(await errorOfCall(act(http))).toMatchObject({ name: 'UnavailableError', code: 'CLOSED' })
    await vi.waitFor(() => expect(server.open.size).toBe(0))
    expect(server.seen).toHaveLength(2)
  })

  it('are not opened after close, for a request that was just made either', async () => {
    await using server = await serveAnswer(200, { ok: true })
    await using http = client(server.url)
    const running = errorOfCall(act(http))
    await http.close()
    expect(await running).toMatchObject({ name: 'UnavailableError', code: 'CLOSED' })
    expect(server.connections).toBe(0)
  })

  it('that stand idle are dropped before a server would drop them', async () => {
    await using server = await serveAnswer(200, { ok: true })
    await using http = client(server.url)
    await get(http)
    const [socket] = server.open
    const endedAt = Date.now()
    if (socket) await once(socket, 'close')
    expect(Date.now() - endedAt).toBeLessThan(5_000)
  })
})

it('the whole of a request is never allowed more than 30 s', () => {
  expect([
    timeoutsWith().request,
    timeoutsWith({ request: 1e9 }).request,
    timeoutsWith({ request: 5 }).request,
  ]).toEqual([30_000, 30_000, 5])
})
