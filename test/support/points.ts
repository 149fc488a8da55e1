import { createLogger } from '../../src/logger.ts'
import type { JobContract } from '../../src/queues/define-job.ts'

/**
 * Names every await at which a handler can be cut off, before the call is made and after its result is there:
 * `<job> <part>.<method> <n> before|after`, counted per job, so that jobs beside each other do not change the names.
 * What no job did belongs to its part: `web`, or `queues` and `ledger` for the scheduler.
 */
export function createPoints(reached: (point: string) => void) {
  const counts = new Map<string, number>()

  function pass(name: string, phase: 'before' | 'after'): void {
    const key = `${name} ${phase}`
    const count = (counts.get(key) ?? 0) + 1
    counts.set(key, count)
    reached(`${name} ${count} ${phase}`)
  }

  async function watch(name: string, call: () => Promise<unknown>): Promise<unknown> {
    pass(name, 'before')
    try {
      return await call()
    } finally {
      pass(name, 'after')
    }
  }

  function instrument<T extends object>(part: string, target: T): T {
    return new Proxy(target, {
      get(object, property) {
        const value = Reflect.get(object, property)
        const path = `${part}.${String(property)}`
        if (typeof value === 'function') return wrap(path, value.bind(object))
        const isStore = typeof value === 'object' && value !== null && !plain.has(path)
        return isStore ? instrument(path, value) : value
      },
    })
  }

  function wrap(path: string, method: (...args: unknown[]) => unknown) {
    if (path === 'ledger.due.claim') {
      return async (...args: unknown[]) => {
        const claim = (await method(...args)) as { entries: string[][] }
        // A look that took nothing is no point: the scheduler looks again and again.
        for (const entry of claim.entries.flat()) pass(`${path} ${shortly(entry)}`, 'after')
        return claim
      }
    }
    if (unwatched.has(path)) return method
    return (...args: unknown[]) => {
      const about = path.endsWith('.add') ? ` ${(args[0] as JobContract).name}` : ''
      return watch(`${currentJob() ?? ''} ${path}${about}`.trim(), async () => method(...args))
    }
  }

  return { instrument }
}

/** They compute, and nobody waits for them. */
const plain = new Set(['identity', 'seal', 'copies'].flatMap(name => [`ledger.${name}`, `web.${name}`]))

/** Asked over and over whatever happens, or at the start only: they change nothing. */
const unwatched = new Set([
  ...['queues.waiting', 'queues.repeat', 'ledger.replays.running', 'web.oldest'],
  ...['web.failures.groups', 'web.replays.list', 'web.replays.read', 'web.journeys.load'],
])

/** `dial-1` of a step's name, `reconcile-sms` where it is about an effect, `event` of an event's. */
function shortly(entry: string): string {
  const [, kind, ref] = entry.split('.')
  return kind === undefined ? 'event' : `${kind}-${ref?.split(':')[0]}`
}

let heard: { job?: string } = {}
const asking = createLogger({
  level: 'info',
  destination: {
    write(line) {
      heard = JSON.parse(line)
    },
  },
})

/** The job on whose behalf this runs: every log line carries it. */
function currentJob(): string | undefined {
  asking.info({}, 'asked')
  return heard.job
}
