import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../test/support/free-port.ts'

const root = new URL('../../', import.meta.url)

/** A process under measurement, started with nothing but the given settings and a free port. */
export interface Program extends AsyncDisposable {
  pid: number
  /** From the start to its first answer, ms. */
  readyMs: number
  url: string
  /** CPU time it has used so far, user and system, ms. */
  cpuMs(): Promise<number>
  /** Memory it holds, bytes. */
  rss(): Promise<number>
}

const ASK_EVERY_MS = 10

const running = new Set<ChildProcess>()
// A run that is cut short must not leave programs behind.
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** Starts a program that ends with this process at the latest. */
export function spawnOwn(command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  const child = spawn(command, args, options)
  running.add(child)
  child.once('exit', () => running.delete(child))
  return child
}

/** @param readyPath answers 2xx or 404 when the program can be used */
export async function startProgram(
  entry: string,
  env: Record<string, string>,
  readyPath = '/readyz',
): Promise<Program> {
  const port = await freePort()
  const startedAt = performance.now()
  const child = spawnOwn(process.execPath, [fileURLToPath(new URL(entry, root))], {
    env: { PATH: process.env['PATH'], PORT: `${port}`, ...profiled(entry), ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const url = `http://127.0.0.1:${port}`
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${entry} ended with ${child.exitCode}`)
    const status = await statusOf(url + readyPath)
    if (status === 404 || (status >= 200 && status < 300)) break
    await wait(ASK_EVERY_MS)
  }
  const pid = child.pid ?? -1
  return {
    pid,
    readyMs: performance.now() - startedAt,
    url,
    cpuMs: () => cpuMsOf(pid),
    async rss() {
      const status = await readFile(`/proc/${pid}/status`, 'utf8')
      return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024
    },
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000)
      if (child.exitCode === null && child.signalCode === null) await ended
      clearTimeout(timer)
    },
  }
}

/** `BENCH_NODE_OPTIONS='--cpu-prof --cpu-prof-dir=/tmp/profile' npm run bench -- P2` profiles the service. */
function profiled(entry: string): Record<string, string> {
  const options = process.env['BENCH_NODE_OPTIONS']
  return options === undefined || entry !== 'src/main.ts' ? {} : { NODE_OPTIONS: options }
}

async function statusOf(url: string): Promise<number> {
  try {
    const answer = await fetch(url)
    await answer.arrayBuffer()
    return answer.status
  } catch {
    return 0
  }
}

/** `sysconf(_SC_CLK_TCK)` on Linux. */
const TICKS_PER_S = 100

/** CPU time of a process, user and system, ms. Linux only, as the reference machine is. */
export async function cpuMsOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return ((Number(fields[11]) + Number(fields[12])) / TICKS_PER_S) * 1_000
}
