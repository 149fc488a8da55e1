import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startStage } from '../../support/stage.ts'
import { badOnes, fault, healthy, look } from './examination.ts'

/** An address at which something answers, until the test ends. */
async function serve(listener: RequestListener): Promise<{ url: string; port: number }> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  onTestFinished(async () => void (server.listening && (await close())))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return { url: `http://127.0.0.1:${port}`, port }
}

describe('the way in', () => {
  test('a port that another program has is found; our own service may have it', async () => {
    const { env } = await healthy()
    const other = await serve((_, response) => response.end('hello'))
    const found = await fault({ env: { ...env, PORT: String(other.port) } })
    expect(found).toMatchObject({ check: 'port', what: expect.stringContaining(`${other.port} is taken`) })

    const stage = await startStage()
    const own = await look({ env: { ...env, PORT: new URL(stage.url).port, AFTERCALL_URL: stage.url } })
    expect(own).toContainEqual(
      expect.objectContaining({ check: 'port', what: expect.stringContaining('the service listens') }),
    )
    // It has just started: whether it is ready yet is its own affair.
    expect(own.filter(({ check }) => check === 'service')).toHaveLength(1)
  })

  test('a PUBLIC_URL that does not lead here is found', async () => {
    const { env, away } = await healthy()
    const at = (url: string) => ({ env: { ...env, PUBLIC_URL: url } })
    expect(await fault(at(away.url))).toMatchObject({
      check: 'public_url',
      what: expect.stringContaining('ECONNREFUSED'),
    })
    const other = await serve((_, response) => response.writeHead(404).end('not found'))
    expect(await fault(at(other.url))).toMatchObject({ what: expect.stringContaining('answers 404') })

    const proxy = await serve((_, response) => response.writeHead(502).end())
    const stage = await startStage()
    for (const [url, state] of [
      [proxy.url, 'noted'],
      [stage.url, 'good'],
    ] as const) {
      const found = (await look(at(url))).find(({ check }) => check === 'public_url')
      expect(found?.state, url).toBe(state)
    }
  })

  test('what a service that runs says of itself is passed on', async () => {
    const { env } = await healthy()
    const not = await serve((_, response) =>
      response
        .writeHead(503)
        .end(JSON.stringify({ status: 'not ready', why: ['canary: no job has been done for 60 s'] })),
    )
    const found = await fault({ env: { ...env, AFTERCALL_URL: not.url } })
    expect(found).toMatchObject({ check: 'service', what: expect.stringContaining('no job has been done for 60 s') })
    const ready = await serve((_, response) =>
      response.end(JSON.stringify({ status: 'ready', why: [], durability: ['appendfsync is everysec'] })),
    )
    const told = await look({ env: { ...env, AFTERCALL_URL: ready.url } })
    expect(badOnes(told)).toEqual([])
    expect(told).toContainEqual(
      expect.objectContaining({ check: 'service', what: expect.stringContaining('everysec') }),
    )
  })
})
