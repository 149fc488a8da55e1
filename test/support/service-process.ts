import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { eventually } from './eventually.ts'
import { expectNothingPrivate } from './log-scan.ts'

const root = new URL('../../', import.meta.url)

type Line = Record<string, unknown>

export interface Ended {
  code: number | null
  signal: NodeJS.Signals | null
}

/** A service as a process of its own, to be killed, stopped and asked what it logged. */
export interface ServiceProcess {
  readonly pid: number
  /** Parsed log lines so far. */
  readonly lines: readonly Line[]
  /** What it wrote to stderr so far. */
  readonly errors: string
  readonly ended: Promise<Ended>
  readonly isRunning: boolean
  readonly url: string
  kill(signal: NodeJS.Signals): void
  /** The first line with this message, as soon as there is one; rejects when the process ends without it. */
  line(message: string, timeoutMs?: number): Promise<Line>
}

/**
 * Starts `node src/main.ts`, or another entry, with nothing but the given settings. It is killed when the test ends.
 * @param args for the entry
 */
export function spawnService(
  env: Record<string, string>,
  { entry = 'src/main.ts', args = [] }: { entry?: string; args?: string[] } = {},
): ServiceProcess {
  const child = spawn(process.execPath, [fileURLToPath(new URL(entry, root)), ...args], {
    // Not the checkout: a developer's `.env` is none of the test's settings.
    cwd: env['CAMPAIGNS_DIR'],
    env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: join(tmpdir(), 'aftercall-compile-cache'), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: Line[] = []
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  const output = createInterface({ input: child.stdout }).on('line', text => lines.push(JSON.parse(text)))
  const isRead = once(output, 'close')
  let isRunning = true
  const ended = once(child, 'close').then(async ([code, signal]): Promise<Ended> => {
    await isRead
    isRunning = false
    return { code, signal }
  })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
    expectNothingPrivate(lines, { people: new Set(), env })
  })

  return {
    pid: child.pid ?? -1,
    lines,
    get errors() {
      return errors
    },
    ended,
    get isRunning() {
      return isRunning
    },
    get url() {
      const port = lines.find(({ msg }) => msg === 'http.listening')?.['port']
      if (port === undefined) throw new Error('it does not listen')
      return `http://127.0.0.1:${port}`
    },
    kill: signal => void child.kill(signal),
    line: (message, timeoutMs = 60_000) =>
      eventually(
        () => {
          const line = lines.find(({ msg }) => msg === message)
          if (line === undefined && !isRunning) return new Error(`it ended without ${message}: ${errors}`)
          return line ?? false
        },
        { timeoutMs },
      ).then(found => {
        if (found instanceof Error) throw found
        return found
      }),
  }
}
