import type { Logger } from '../logger.ts'

/** What alerts are judged by and no record holds, as this process has seen it since it last said so. */
export interface SignalCount {
  committed(before: Counted | undefined, after: Counted): void
  exchanged(account: string, exchange: { status?: number; errorCode?: string }): void
  /** Says what was seen until it is disposed. What cannot be said is forgotten: while Redis is away nobody asks. */
  share(note: (seen: Seen) => Promise<void>): Disposable
}

/** What is looked at of a journey. */
export interface Counted {
  test: boolean
  effects: readonly { key: string; kind: string; state: string; failure?: unknown }[]
}

export interface Seen {
  results: ReadonlyMap<string, { done: number; failed: number }>
  keys: ReadonlyMap<string, { refusedAt?: number; acceptedAt?: number }>
}

/** Soon enough for a refused key, and one round trip however much happens. */
const SAY_EVERY_MS = 1_000

/** That a key is accepted, which it nearly always is, need not be said with every answer. */
const ACCEPTED_AGAIN_MS = 15_000

export function createSignalCount({ now, logger }: { now: () => number; logger: Logger }): SignalCount {
  let results = new Map<string, { done: number; failed: number }>()
  let keys = new Map<string, { refusedAt?: number; acceptedAt?: number }>()
  /** By account: when this process last said that its key is accepted. */
  const accepted = new Map<string, number>()

  function count(kind: string, what: 'done' | 'failed'): void {
    const sum = results.get(kind) ?? { done: 0, failed: 0 }
    sum[what] += 1
    results.set(kind, sum)
  }

  async function say(note: (seen: Seen) => Promise<void>): Promise<void> {
    if (results.size === 0 && keys.size === 0) return
    const seen = { results, keys }
    results = new Map()
    keys = new Map()
    await note(seen)
  }

  return {
    committed(before, { test, effects }) {
      if (test) return
      const old = new Map(before?.effects.map(effect => [effect.key, effect]))
      for (const { key, kind, state, failure } of effects) {
        const was = old.get(key)
        if (failure !== undefined && was?.failure === undefined) count(kind, 'failed')
        else if (state === 'done' && was?.state !== 'done') count(kind, 'done')
      }
    },

    exchanged(account, { status, errorCode }) {
      const at = now()
      if (status === 401 || errorCode === 'UNAUTHORIZED') {
        accepted.delete(account)
        keys.set(account, { ...keys.get(account), refusedAt: at })
      } else if (status !== undefined && status < 400 && errorCode === undefined) {
        if (at - (accepted.get(account) ?? Number.NEGATIVE_INFINITY) < ACCEPTED_AGAIN_MS) return
        accepted.set(account, at)
        keys.set(account, { ...keys.get(account), acceptedAt: at })
      }
    },

    share(note) {
      const timer = setInterval(() => {
        say(note).catch(err => logger.debug({ err }, 'signals.not_shared'))
      }, SAY_EVERY_MS)
      timer.unref()
      return { [Symbol.dispose]: () => clearInterval(timer) }
    },
  }
}
