import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** An address in front of a server: while it is shut, connections to it are refused as though nobody were there. */
export interface Door {
  url: string
  shut(): Promise<void>
  open(): Promise<void>
}

/** Opens one in front of a port of this machine, until the test ends. */
export async function openDoor(port: () => number): Promise<Door> {
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    const behind = connect(port(), '127.0.0.1')
    for (const [own, other] of [
      [socket, behind],
      [behind, socket],
    ] as const) {
      sockets.add(own)
      own.pipe(other)
      own.on('error', () => other.destroy())
      own.on('close', () => {
        sockets.delete(own)
        other.destroy()
      })
    }
  })
  let own = 0
  const listen = async () => {
    server.listen(own, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    own = typeof address === 'object' && address !== null ? address.port : own
  }
  const shut = async () => {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    for (const socket of sockets) socket.destroy()
    await closed
  }
  await listen()
  onTestFinished(shut)
  return { url: `http://127.0.0.1:${own}`, shut, open: listen }
}
