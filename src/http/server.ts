import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { ConfigError } from '../errors.ts'

/** Longer than the idle time of common load balancers (60 s), so that they, not we, close an idle connection. */
const KEEP_ALIVE_MS = 75_000
/** A sender that takes longer over its headers is stuck, or means harm. */
const HEADERS_TIMEOUT_MS = 10_000
/** A megabyte at 35 kB/s. */
const REQUEST_TIMEOUT_MS = 30_000
/** How often Node looks for connections past their time. */
const CHECK_MS = 5_000

export interface HttpServer {
  port: number
  /** Takes no new connections, finishes what is being answered, then closes. Past `deadlineMs` it cuts. */
  close(deadlineMs: number): Promise<void>
}

/** @throws ConfigError when the port cannot be had */
export async function listen(listener: RequestListener, address: { host: string; port: number }): Promise<HttpServer> {
  const server = createServer(
    {
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: CHECK_MS,
    },
    listener,
  )
  server.on('clientError', refuseBrokenRequest)
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

/** A request that stopped half-way or is no HTTP: told so as long as somebody listens. */
function refuseBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const status =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? '431 Request Header Fields Too Large'
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? '408 Request Timeout'
        : '400 Bad Request'
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

async function closeGently(server: Server, deadlineMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  server.close(() => resolve())
  server.closeIdleConnections()
  const timer = setTimeout(() => server.closeAllConnections(), deadlineMs)
  await promise
  clearTimeout(timer)
}
