import type { SettledLine } from './settled-line.ts'

/** How fast the system went on after each disturbance, read from the lines of its own logs. */

export interface Recovery {
  what: string
  /** From when it is counted: the kill, or the moment when Redis answered again. */
  since: number
  /** Until the new process said that it had started, ms. */
  startedMs?: number
  /** Until the next job was settled by any process, ms. */
  jobMs?: number
  /** Until the next call, text or pixel was done, ms. */
  effectMs?: number
  /** Until the next lead was taken with a 2xx, ms. */
  acceptedMs?: number
}

export type RecoveryWatch = ReturnType<typeof watchRecovery>

const EFFECT_JOBS = new Set(['place-call', 'send-sms', 'fire-pixel'])

export function watchRecovery() {
  const all: Recovery[] = []
  const jobs = new Set<Recovery>()
  const effects = new Set<Recovery>()
  const accepts = new Set<Recovery>()

  function meet(open: Set<Recovery>, at: number, note: (recovery: Recovery, ms: number) => void): void {
    for (const recovery of open) {
      if (at < recovery.since) continue
      note(recovery, at - recovery.since)
      open.delete(recovery)
    }
  }

  return {
    all: (): readonly Recovery[] => all,

    /** Counting starts now. */
    begin(what: string): Recovery {
      const recovery: Recovery = { what, since: Date.now() }
      all.push(recovery)
      for (const open of [jobs, effects, accepts]) open.add(recovery)
      return recovery
    },

    settled({ at, job, result }: SettledLine): void {
      meet(jobs, at, (recovery, ms) => {
        recovery.jobMs = ms
      })
      if (!EFFECT_JOBS.has(job) || result !== 'done') return
      meet(effects, at, (recovery, ms) => {
        recovery.effectMs = ms
      })
    },

    /** A lead was taken. */
    accepted(): void {
      meet(accepts, Date.now(), (recovery, ms) => {
        recovery.acceptedMs = ms
      })
    },
  }
}
