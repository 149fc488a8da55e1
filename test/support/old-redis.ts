import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** A server that speaks as much of Redis' protocol as it takes to say that it is too old. */
export async function startOldRedis(version: string): Promise<{ url: string }> {
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    let text = ''
    socket.on('error', () => {})
    socket.on('data', chunk => {
      text += chunk.toString('latin1')
      for (let read = nextCommand(text); read !== undefined; read = nextCommand(text)) {
        text = read.rest
        socket.write(answerTo(read.words, version))
      }
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
    await once(server, 'close')
  })
  const address = server.address()
  return { url: `redis://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}` }
}

/** The first whole command of what has arrived, as its words. https://redis.io/docs/latest/develop/reference/protocol-spec/ */
function nextCommand(text: string): { words: string[]; rest: string } | undefined {
  const [head, count] = /^\*(\d+)\r\n/.exec(text) ?? []
  if (head === undefined) return undefined
  const words: string[] = []
  let at = head.length
  while (words.length < Number(count)) {
    const [size, length] = /^\$(\d+)\r\n/.exec(text.slice(at)) ?? []
    if (size === undefined) return undefined
    const end = at + size.length + Number(length)
    if (text.length < end + 2) return undefined
    words.push(text.slice(at + size.length, end))
    at = end + 2
  }
  return { words, rest: text.slice(at) }
}

const bulk = (text: string) => `$${text.length}\r\n${text}\r\n`
const list = (...items: string[]) => `*${items.length}\r\n${items.map(bulk).join('')}`

const settings: Record<string, string> = { 'maxmemory-policy': 'noeviction', appendonly: 'yes', appendfsync: 'always' }

function answerTo([command = '', ...args]: string[], version: string): string {
  switch (command.toUpperCase()) {
    case 'INFO':
      return bulk(`redis_version:${version}\r\nrole:master\r\nloading:0\r\naof_enabled:1\r\n`)
    case 'CONFIG':
      return list(args[1] ?? '', settings[args[1] ?? ''] ?? '')
    case 'TIME':
      return list(String(Math.floor(Date.now() / 1000)), '0')
    // Came with version 6.
    case 'HELLO':
      return '-ERR unknown command `HELLO`\r\n'
    default:
      return '+OK\r\n'
  }
}
