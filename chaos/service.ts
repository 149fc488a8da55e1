import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Child, startChild } from './child.ts'
import type { Recovery, RecoveryWatch } from './recovery.ts'
import { readSettledLine, type SettledLine } from './settled-line.ts'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))

/** EX_CONFIG: a service that was set up wrong would only fail again. */
const EXIT_CONFIG = 78

/** A service that has not started by then will not. */
const START_MS = 60_000

/** How long the supervisor waits before it starts a process again that ended by itself. */
const RESTART_MS = 250

/** The processes of the service under a supervisor that replaces whoever ends. */
export interface Service extends AsyncDisposable {
  /** Where the web process listens, now and after every restart. */
  url: string
  workers: number
  /** Resolves when every process has started for the first time; rejects when one cannot. */
  ready: Promise<void>
  /**
   * Kill -9, and a new process at once. `false` when there is nothing to kill, because the process ended by itself and
   * is not back yet.
   */
  killWorker(slot: number): Promise<boolean>
  killWeb(): Promise<boolean>
  /** Processes that ended without having been killed. */
  unplannedExits(): readonly string[]
}

/** Starts one web process and so many processes with workers and scheduler, each on its own log. */
export function startService(given: {
  dir: string
  port: number
  env: Record<string, string>
  workers: number
  watch: RecoveryWatch
  /** Told of every try of a job in any process. */
  onSettled: (settled: SettledLine) => void
}): Service {
  const { dir, port, env, workers, watch, onSettled } = given
  const unplanned: string[] = []
  const failed = Promise.withResolvers<never>()
  let stopping = false

  function slot(name: string, roles: string) {
    const started = Promise.withResolvers<void>()
    let child: Child
    let recovery: Recovery | undefined
    let isKilled = false

    function start(): void {
      isKilled = false
      child = startChild(MAIN, [], {
        cwd: dir,
        env: { ...env, ROLES: roles, PORT: String(port) },
        logFile: join(dir, `${name}.log`),
        onLine(line) {
          if (line.includes('"app.started"')) noteStart()
          const settled = readSettledLine(line)
          if (settled !== undefined) onSettled(settled)
        },
      })
      child.ended.then(({ code, signal }) => {
        if (stopping || isKilled) return
        unplanned.push(`${name} ended with ${signal ?? code}`)
        if (code === EXIT_CONFIG) failed.reject(new Error(`${name} is set up wrong: see ${name}.log`))
        else setTimeout(() => !stopping && start(), RESTART_MS)
      })
    }

    function noteStart(): void {
      started.resolve()
      if (recovery !== undefined) recovery.startedMs = Date.now() - recovery.since
      recovery = undefined
    }

    start()
    return {
      started: started.promise,
      async kill(): Promise<boolean> {
        if (isKilled || !child.isRunning) return false
        isKilled = true
        recovery = watch.begin(`${name.replace(/-\d+$/, '')} kill -9`)
        await child.kill9()
        if (!stopping) start()
        return true
      },
      end: () => child.kill9(),
    }
  }

  const web = slot('web', 'web')
  const hands = Array.from({ length: workers }, (_, index) => slot(`worker-${index + 1}`, 'worker,scheduler'))
  const all = [web, ...hands]
  const ready = Promise.race([Promise.all(all.map(({ started }) => started)), failed.promise]).then(() => {})
  const late = setTimeout(() => failed.reject(new Error(`the service did not start in ${START_MS} ms`)), START_MS)
  // Whoever does not wait for it any more must not be ended by it.
  ready.catch(() => {}).then(() => clearTimeout(late))
  return {
    url: `http://127.0.0.1:${port}`,
    workers,
    ready,
    killWorker: async index => (await hands[index % workers]?.kill()) === true,
    killWeb: () => web.kill(),
    unplannedExits: () => unplanned,
    async [Symbol.asyncDispose]() {
      stopping = true
      await Promise.all(all.map(({ end }) => end()))
    },
  }
}
