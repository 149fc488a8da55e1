import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { createInterface } from 'node:readline'

/** A process of the run: its output goes into a file, line by line past whoever listens. */
export interface Child {
  readonly pid: number
  /** Resolves with how it ended. */
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
  readonly isRunning: boolean
  /** SIGKILL to exactly this process; resolves when it is gone. */
  kill9(): Promise<void>
}

const running = new Set<ChildProcess>()

/** Whatever way this process ends, nothing it started outlives it. */
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/**
 * Runs a TypeScript file on this Node.
 * @param options.logFile what it says is added to this file
 * @param options.onLine told of every line of its stdout
 */
export function startChild(
  script: string,
  args: readonly string[],
  options: { cwd: string; env: Record<string, string>; logFile: string; onLine: (line: string) => void },
): Child {
  const child = spawn(process.execPath, [script, ...args], {
    cwd: options.cwd,
    env: { PATH: process.env['PATH'] ?? '', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  const log = createWriteStream(options.logFile, { flags: 'a' })
  child.stdout.pipe(log, { end: false })
  child.stderr.pipe(log, { end: false })
  createInterface({ input: child.stdout }).on('line', options.onLine)

  const ended = once(child, 'exit').then(([code, signal]) => {
    running.delete(child)
    return { code, signal } as { code: number | null; signal: NodeJS.Signals | null }
  })
  child.once('close', () => log.end())
  return {
    get pid() {
      return child.pid ?? 0
    },
    ended,
    get isRunning() {
      return child.exitCode === null && child.signalCode === null
    },
    async kill9() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
