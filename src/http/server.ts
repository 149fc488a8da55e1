import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { ConfigError } from '../errors.ts'

export interface HttpTimeouts {
  /** An idle connection is closed after this long. */
  keepAliveMs: number
  /** From the first byte of a request to the end of its headers. */
  headersMs: number
  /** From the first byte of a request to its last. */
  requestMs: number
  /** How often Node looks for connections past their time. */
  checkMs: number
}

const TIMEOUTS: HttpTimeouts = {
  // Longer than the idle time of common load balancers (60 s), so that they, not we, close an idle connection.
  keepAliveMs: 75_000,
  // A sender that takes longer over its headers is stuck, or means harm.
  headersMs: 10_000,
  // A megabyte at 35 kB/s.
  requestMs: 30_000,
  checkMs: 5_000,
}

/** Requests whose body is read as slowly as it can be written down. */
const longBodies = new WeakSet<IncomingMessage>()

/** Lets a request's body take as long as it keeps coming; whoever reads it sees to a sender that falls silent. */
export function allowLongBody(request: IncomingMessage): void {
  longBodies.add(request)
}

export interface HttpServer {
  port: number
  /** Takes no new connections, finishes what is being answered, then closes. Past `deadlineMs` it cuts. */
  close(deadlineMs: number): Promise<void>
}

/** @throws ConfigError when the port cannot be had */
export async function listen(
  listener: RequestListener,
  address: { host: string; port: number },
  { keepAliveMs, headersMs, requestMs, checkMs }: HttpTimeouts = TIMEOUTS,
): Promise<HttpServer> {
  const answers = new WeakMap<Socket, ServerResponse>()
  const server = createServer(
    {
      keepAliveTimeout: keepAliveMs,
      headersTimeout: headersMs,
      requestTimeout: requestMs,
      connectionsCheckingInterval: checkMs,
    },
    (request, response) => {
      answers.set(request.socket, response)
      listener(request, response)
    },
  )
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) =>
    refuseBrokenRequest(error, socket, answers.get(socket)),
  )
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen(address.port, address.host, resolve)
  try {
    await promise
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const why =
      code === 'EADDRINUSE'
        ? `${address.port} is taken: stop what listens there or choose another`
        : `${address.host}:${address.port} cannot be listened on (${code})`
    throw new ConfigError([`PORT: ${why}`])
  }
  return { port: (server.address() as AddressInfo).port, close: deadlineMs => closeGently(server, deadlineMs) }
}

/**
 * A request that stopped half-way or is no HTTP: told so as long as somebody listens.
 * @param last the newest answer on this connection: what is broken may come after it, or be the request it answers
 */
function refuseBrokenRequest(error: NodeJS.ErrnoException, socket: Socket, last: ServerResponse | undefined): void {
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && last !== undefined && longBodies.has(last.req)) return
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  if (last?.req.complete === true && !last.writableFinished) {
    // The request before it was whole, and its answer comes first.
    last.once('finish', () => socket.destroySoon())
    return
  }
  if (last?.req.complete === false && last.headersSent) {
    socket.destroySoon()
    return
  }
  const [status, title, detail] = reasonFor(error)
  const body = JSON.stringify({ type: 'about:blank', title, status, detail })
  const head = [
    `HTTP/1.1 ${status} ${title}`,
    'Connection: close',
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}

function reasonFor({ code }: NodeJS.ErrnoException): [status: number, title: string, detail: string] {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return [431, 'Request Header Fields Too Large', 'the headers are too large']
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return [408, 'Request Timeout', 'the request took too long to arrive']
    case 'HPE_INVALID_EOF_STATE':
      return [400, 'Bad Request', 'the request stopped half-way']
    default:
      return [400, 'Bad Request', 'the request is no valid HTTP']
  }
}

async function closeGently(server: Server, deadlineMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  server.close(() => resolve())
  server.closeIdleConnections()
  const timer = setTimeout(() => server.closeAllConnections(), deadlineMs)
  await promise
  clearTimeout(timer)
}
