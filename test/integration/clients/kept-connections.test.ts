import { once } from 'node:events'
import { Agent, type ClientRequest } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { createDeparture } from '../../../src/clients/departure.ts'
import { act, client, get } from './calls.ts'
import { serveAnswer, serveConnections } from './servers.ts'

const AT_ONCE = 20
const ROUNDS = 15

test.each([
  ['looked at', get],
  ['acted upon', act],
])('a vendor that is %s by many at once is asked over the same connections again', async (_, ask) => {
  await using server = await serveAnswer(200, { ok: true })
  await using http = client(server.url)
  for (let round = 0; round < ROUNDS; round += 1) {
    await Promise.all(Array.from({ length: AT_ONCE }, () => ask(http)))
  }
  expect(server.seen).toHaveLength(AT_ONCE * ROUNDS)
  expect(server.connections).toBeLessThanOrEqual(AT_ONCE)
})

/** A request whose answer has been read while its own end is still to come, and which is then destroyed as got does. */
async function destroyEarly(url: string, agent: Agent, body: string, announced: number): Promise<ClientRequest> {
  const request = createDeparture().open(new URL(url), {
    ...{ agent, method: 'POST' },
    headers: { 'content-length': announced },
  })
  request.on('error', () => {})
  request.write(body)
  const [answer] = await once(request, 'response')
  answer.resume()
  await once(answer, 'end')
  expect(request.writableEnded).toBe(false)
  request.destroy()
  await once(request, 'close')
  return request
}

test.each([
  ['every byte of it has left', 4, 1],
  ['it was answered before it was whole', 5, 2],
])(
  'a request that is destroyed after its answer, when %s: its connection serves the next or goes',
  async (_, announced, connections) => {
    // It answers as soon as it has seen these four bytes, whatever was announced.
    await using server = await serveConnections(socket =>
      socket.on('data', data => {
        if (data.toString().endsWith('body')) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}')
      }),
    )
    const agent = new Agent({ keepAlive: true })
    onTestFinished(() => agent.destroy())
    await destroyEarly(server.url, agent, 'body', announced)
    await destroyEarly(server.url, agent, 'body', announced)
    expect(server.connections).toBe(connections)
  },
)
