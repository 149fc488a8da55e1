import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { run } from '../../../src/cli/run.ts'
import { createScreen } from '../../../src/cli/screen.ts'
import { systemClock } from '../../../src/clock.ts'

const main = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url))

type Env = Record<string, string>

export interface Ended {
  code: number | null
  out: string
  err: string
}

export interface Running {
  readonly pid: number
  /** What it has written so far. */
  readonly out: string
  readonly err: string
  readonly ended: Promise<Ended>
  kill(signal: NodeJS.Signals): void
}

/** A directory of the test's own. */
export async function ownDirectory(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'aftercall-cli-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  return dir
}

/** The program as a process of its own, without a terminal, with nothing but the given settings. */
export function start(
  args: readonly string[],
  { env = {}, cwd = tmpdir(), input }: { env?: Env; cwd?: string; input?: string | Buffer | Readable } = {},
): Running {
  const child = spawn(process.execPath, [main, ...args], {
    cwd,
    env: {
      PATH: process.env['PATH'],
      TZ: 'UTC',
      NODE_COMPILE_CACHE: join(tmpdir(), 'aftercall-compile-cache'),
      ...env,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text
  })
  // A program that ends before it has read everything breaks the pipe.
  child.stdin.on('error', () => {})
  if (input === undefined) child.stdin.end()
  else (input instanceof Readable ? input : Readable.from([input])).pipe(child.stdin)
  const ended = once(child, 'close').then(([code]): Ended => ({ code, out, err }))
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return {
    pid: child.pid ?? -1,
    get out() {
      return out
    },
    get err() {
      return err
    },
    ended,
    kill: signal => void child.kill(signal),
  }
}

/** How commands are given to one service. */
export type CommandLine = (line: string | readonly string[], options?: Parameters<typeof start>[1]) => Promise<Ended>

/** @param line words between spaces; a list where a word has spaces in it */
export function commandLine(env: Env, cwd?: string): CommandLine {
  return (line, options = {}) => {
    const words = typeof line === 'string' ? line.split(' ') : line
    const where = cwd === undefined ? {} : { cwd }
    return start(words, { ...where, ...options, env: { ...env, ...options.env } }).ended
  }
}

/** The same in this process, where many commands would cost many starts. Paths are those of `directory`. */
export function commandLineHere(env: Env, directory: string): CommandLine {
  return async (line, options = {}) => {
    const [out, err, input] = [new PassThrough(), new PassThrough(), new PassThrough()]
    input.end(options.input ?? '')
    const code = await run(typeof line === 'string' ? line.split(' ') : line, {
      env: { ...env, ...options.env },
      directory,
      home: directory,
      input,
      out: createScreen(out, 'xterm'),
      err: createScreen(err, 'xterm'),
      clock: systemClock,
      stop: new AbortController().signal,
      passSignals() {},
    })
    return { code, out: String(out.read() ?? ''), err: String(err.read() ?? '') }
  }
}

/** The same program in this process on what it takes for a terminal: 80 columns, somebody types. */
export async function onTerminal(
  line: string,
  {
    env,
    keys = '',
    directory = tmpdir(),
    columns = 80,
  }: { env: Env; keys?: string; directory?: string; columns?: number },
): Promise<Ended> {
  const terminal = () => Object.assign(new PassThrough(), { isTTY: true, columns, rows: 40 })
  const [out, err, input] = [terminal(), terminal(), terminal()]
  input.end(keys)
  const code = await run(line.split(' '), {
    env,
    directory,
    home: directory,
    input,
    out: createScreen(out, 'xterm'),
    err: createScreen(err, 'xterm'),
    clock: systemClock,
    stop: new AbortController().signal,
    passSignals() {},
  })
  return { code, out: String(out.read() ?? ''), err: String(err.read() ?? '') }
}

/** What differs from run to run, by what it is: times, ids, places. */
export function settled(text: string, cwd = ''): string {
  return text
    .replaceAll(cwd === '' ? '\0' : cwd, '<dir>')
    .replace(/http:\/\/127\.0\.0\.1:\d+/g, '<url>')
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, '<time>')
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d/g, '<minute>')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, '<instant>')
    .replace(/\bjrn_\w+/g, '<journey>')
    .replace(/\bint_\w+/g, '<interaction>')
    .replace(/\bmsg_\w+/g, '<text>')
    .replace(/\b(api|standard|leadsail|import)_[0-9a-f]{16,}/g, '<$1 event>')
}

/** What a terminal would obey, as letters. */
export function visible(text: string): string {
  return text.replaceAll('\x1b', '␛').replaceAll('\r', '␍')
}
