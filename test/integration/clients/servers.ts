import { once } from 'node:events'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import net, { type AddressInfo } from 'node:net'
import { Worker } from 'node:worker_threads'

/** One request as a vendor's server saw it. */
interface Seen {
  method: string
  url: string
  headers: http.IncomingHttpHeaders
  body: string
}

/** A vendor's server on a port of its own; `seen` and `connections` are the truth about what reached it. */
export interface VendorServer extends AsyncDisposable {
  url: string
  port: number
  seen: Seen[]
  connections: number
  /** Sockets that are open now. */
  open: Set<net.Socket>
}

type Answer = (response: ServerResponse, request: IncomingMessage, seen: Seen) => void

/** Reads each request whole, then answers it. */
export async function serve(answer: Answer): Promise<VendorServer> {
  const seen: Seen[] = []
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const one = {
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
    }
    seen.push(one)
    answer(response, request, one)
  })
  return listening(server, seen)
}

/** Answers every request with this status and body (an object as JSON). */
export function serveAnswer(
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<VendorServer> {
  return serve(response => {
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body))
  })
}

/** Does to every connection what it is told, before a byte is read. */
export function serveConnections(take: (socket: net.Socket) => void): Promise<VendorServer> {
  return listening(net.createServer(take), [])
}

async function listening(server: net.Server, seen: Seen[]): Promise<VendorServer> {
  const open = new Set<net.Socket>()
  const vendor = { url: '', port: 0, seen, connections: 0, open, [Symbol.asyncDispose]: close }
  server.on('connection', (socket: net.Socket) => {
    vendor.connections += 1
    open.add(socket)
    socket.on('error', () => {}).on('close', () => open.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  vendor.port = (server.address() as AddressInfo).port
  vendor.url = `http://127.0.0.1:${vendor.port}`
  return vendor

  async function close() {
    server.close()
    for (const socket of open) socket.destroy()
    if (server.listening) await once(server, 'close')
  }
}

/** A port at which nobody listens. */
export async function closedPort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/**
 * A port that lets no further connection be made: its owner accepts nothing and its short queue is full, so the system
 * drops what else knocks.
 */
export async function deafPort(): Promise<{ port: number } & AsyncDisposable> {
  const owner = new Worker(
    `const { parentPort } = require('node:worker_threads')
     const server = require('node:net').createServer()
     server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
       parentPort.postMessage(server.address().port)
       Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
     })`,
    { eval: true },
  )
  const [port] = (await once(owner, 'message')) as [number]
  const callers = Array.from({ length: 8 }, () => net.connect(port, '127.0.0.1').on('error', () => {}))
  return {
    port,
    async [Symbol.asyncDispose]() {
      for (const caller of callers) caller.destroy()
      await owner.terminate()
    },
  }
}
