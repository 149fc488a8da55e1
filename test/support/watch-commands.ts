import { once } from 'node:events'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'

/** A command as Redis saw it; those inside scripts are not among them. */
export type SeenCommand = readonly [name: string, ...args: string[]]

/**
 * Every command that a Redis is sent from now on, until the test ends. Not by ioredis, whose `MONITOR` loses count of its
 * own answers where commands come at once.
 */
export async function watchCommands(port: number, onCommand: (command: SeenCommand) => void): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  socket.write('MONITOR\r\n')
  const lines = createInterface({ input: socket })
  await once(lines, 'line')
  lines.on('line', line => {
    const [, source = '', text = ''] = /^\+\S+ \[\d+ (\S+)\] (.*)$/.exec(line) ?? []
    if (source === 'lua') return
    const [name, ...args] = [...text.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, word = '']) => word)
    if (name !== undefined) onCommand([name.toLowerCase(), ...args])
  })
}
