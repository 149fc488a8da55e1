import { systemClock } from '../clock.ts'
import { type Env, readEnv } from '../config.ts'
import { ConfigError } from '../errors.ts'
import { EXIT_CONFIG, EXIT_INTERRUPTED } from './failure.ts'
import { run } from './run.ts'
import { createScreen } from './screen.ts'
import { directoryOf } from './shell.ts'

// Whoever reads has seen enough: `aftercall events list | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))

// The first signal lets a command put things in order, the second one does not wait for that.
const interrupt = new AbortController()
let obey = (_signal: NodeJS.Signals): void => {
  if (interrupt.signal.aborted) process.exit(EXIT_INTERRUPTED)
  interrupt.abort()
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => obey(signal))

process.exitCode = await start()
// A list that is still being piped in would keep a program waiting that has given up on it.
process.stdin.destroy()

async function start(): Promise<number> {
  let env: Env
  try {
    env = readEnv()
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    console.error(error.message)
    return EXIT_CONFIG
  }
  return run(process.argv.slice(2), {
    env,
    directory: directoryOf(env, process.cwd()),
    home: process.cwd(),
    input: process.stdin,
    out: createScreen(process.stdout, env['TERM']),
    err: createScreen(process.stderr, env['TERM']),
    clock: systemClock,
    stop: interrupt.signal,
    passSignals(to) {
      obey = to
    },
  })
}
