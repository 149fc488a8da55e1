import { connect, type Socket } from 'node:net'

/** A connection on which a test says every byte itself. */
export interface RawSocket extends AsyncDisposable {
  socket: Socket
  /** All that came back so far. */
  received(): string
  /** Resolves with all that came back once the other side has closed. */
  closed: Promise<string>
}

/** @param url of the service */
export async function openRawSocket(url: string): Promise<RawSocket> {
  const { hostname, port } = new URL(url)
  // Half open: the answer can be read after our own end was sent.
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
  let text = ''
  socket.setEncoding('latin1').on('data', chunk => {
    text += chunk
  })
  socket.on('error', () => {})
  const { promise: closed, resolve } = Promise.withResolvers<string>()
  socket.once('end', () => resolve(text))
  socket.once('close', () => resolve(text))
  const opened = Promise.withResolvers<void>()
  socket.once('connect', opened.resolve)
  socket.once('error', opened.reject)
  await opened.promise
  return {
    socket,
    received: () => text,
    closed,
    async [Symbol.asyncDispose]() {
      socket.destroy()
    },
  }
}

/** The head of a POST as it goes over the wire, the empty line included. */
export function postHead(path: string, headers: Record<string, string | number>): string {
  const lines = Object.entries({ Host: 'aftercall.test', ...headers }).map(([name, value]) => `${name}: ${value}`)
  return `POST ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`
}
