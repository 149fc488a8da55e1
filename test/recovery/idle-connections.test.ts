import { connect, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { spawnService } from '../support/service-process.ts'
import { LEADSAIL_SECRET } from '../support/stage.ts'
import { createWorld, deliver } from '../support/world.ts'

const isFull = process.env['TEST_SCALE'] === 'full'
const CONNECTIONS = isFull ? 10_000 : 500
const GOOD = 100
/** At once: so many connections can wait to be accepted. */
const BATCH = 250
/** Time for headers, and the interval in which the server looks for those past it. */
const CUT_AFTER_MS = 10_000 + 5_000

const head = 'POST /webhooks/leadsail HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n'
const kinds = [
  { name: 'silent', says: '', isCut: true },
  { name: 'stuck in its headers', says: `${head}x-webhook-sec`, isCut: true },
  {
    name: 'stuck in its body',
    says: `${head}x-webhook-secret: ${LEADSAIL_SECRET}\r\ncontent-length: 900\r\n\r\n{"a`,
    isCut: false,
  },
]

test(`${CONNECTIONS} connections that are silent or dawdle do not keep a good sender from its answer`, async () => {
  await using world = await createWorld({ env: { ROLES: 'web', SHUTDOWN_TIMEOUT: 'PT5S' } })
  const service = spawnService(world.env)
  await service.line('app.started')
  const port = Number(new URL(service.url).port)

  const sockets: { socket: Socket; kind: (typeof kinds)[number] }[] = []
  const open = new Set<Socket>()
  onTestFinished(() => {
    for (const { socket } of sockets) socket.destroy()
  })
  while (sockets.length < CONNECTIONS) {
    for (let count = 0; count < BATCH && sockets.length < CONNECTIONS; count += 1) {
      const kind = kinds[sockets.length % kinds.length] ?? { name: '', says: '', isCut: true }
      const socket = connect({ host: '127.0.0.1', port })
      socket.on('error', () => {})
      socket.once('connect', () => {
        open.add(socket)
        if (kind.says !== '') socket.write(kind.says)
      })
      // What it is told at the end is read, or its end would never be seen.
      socket.resume().once('close', () => open.delete(socket))
      sockets.push({ socket, kind })
    }
    await eventually(() => sockets.every(({ socket }) => !socket.connecting), { timeoutMs: 30_000 })
  }
  const openedAt = performance.now()
  expect(open.size).toBeGreaterThan(CONNECTIONS * 0.9)

  const took: number[] = []
  for (let count = 0; count < GOOD; count += 1) {
    const startedAt = performance.now()
    expect(await deliver(service.url, world.lead(`lead_${count}`))).toBe(202)
    took.push(performance.now() - startedAt)
  }
  took.sort((a, b) => a - b)
  const worst = Math.round(took.at(-1) ?? 0)
  expect(worst).toBeLessThan(1_000)

  const median = Math.round(took[GOOD / 2] ?? 0)
  console.log(
    `${CONNECTIONS} idle and slow connections: a good sender waits ${median} ms (median), ${worst} ms at worst`,
  )

  // At the small scale the wait for the server's own timeouts would cost more than it tells.
  if (isFull) {
    const left = () => sockets.filter(({ socket, kind }) => kind.isCut && open.has(socket)).length
    await eventually(() => expect(left()).toBe(0), { timeoutMs: 60_000, everyMs: 100 })
    const cutMs = performance.now() - openedAt
    console.log(`connections without a request are cut within ${(cutMs / 1000).toFixed(1)} s`)
    expect(cutMs).toBeLessThan(CUT_AFTER_MS + 3_000)
  }
  service.kill('SIGTERM')
  expect(await service.ended).toEqual({ code: 0, signal: null })
}, 180_000)
