import { once } from 'node:events'
import { createServer, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { readLongBody } from '../../../src/http/long-body.ts'

/** A server that answers with what `take` makes of a body, and the address to send one to. */
async function serve(take: (incoming: IncomingMessage) => Promise<string>): Promise<number> {
  const server = createServer(async (incoming, response) => response.end(await take(incoming)))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

/** Sends everything before it looks at the answer, as browsers do. */
async function post(port: number, body: Buffer): Promise<string> {
  const sender = request({ port, method: 'POST', headers: { 'content-length': body.length } })
  const answered = once(sender, 'response') as Promise<[IncomingMessage]>
  sender.end(body)
  await once(sender, 'finish')
  const [response] = await answered
  return (await response.toArray()).join('')
}

const megabytes = Buffer.alloc(8_000_000, 'x')

test('between two pieces everybody else has a turn, however much has arrived already', async () => {
  let turns = 0
  let isOver = false
  const count = () => {
    turns += 1
    if (!isOver) setImmediate(count)
  }
  setImmediate(count)
  const seenAt: number[] = []
  const port = await serve(async incoming => {
    let size = 0
    for await (const chunk of readLongBody(incoming).chunks) {
      size += chunk.length
      seenAt.push(turns)
      const busyUntil = performance.now() + 3
      while (performance.now() < busyUntil);
    }
    return String(size)
  })
  expect(await post(port, megabytes)).toBe(String(megabytes.length))
  isOver = true
  expect(seenAt.length).toBeGreaterThan(20)
  expect(new Set(seenAt).size).toBe(seenAt.length)
})

test('what nobody wants any more is taken in to its end before the answer', async () => {
  const port = await serve(async incoming => {
    const { chunks, drain } = readLongBody(incoming)
    for await (const chunk of chunks) if (chunk.length > 0) break
    await drain()
    return incoming.complete ? 'all of it' : 'a part'
  })
  expect(await post(port, megabytes)).toBe('all of it')
})

test('a sender that goes away while it is drained holds nobody up', async () => {
  const drained = Promise.withResolvers<string>()
  const port = await serve(async incoming => {
    const { chunks, drain } = readLongBody(incoming)
    for await (const chunk of chunks) if (chunk.length > 0) break
    const end = drain()
    sender.destroy()
    await end
    drained.resolve('over')
    return ''
  })
  const sender = request({ port, method: 'POST', headers: { 'content-length': 1_000_000 } })
  sender.on('error', () => {})
  sender.write(Buffer.alloc(1_000))
  expect(await drained.promise).toBe('over')
})
