import { createGate } from './gate.ts'

/** Rows on their way into the ledger, so many at once, until one of them breaks the import. */
export interface RowsAtOnce {
  /** Resolves when the work is under way. */
  start(work: () => Promise<void>): Promise<void>
  readonly isBroken: boolean
  /** Runs the reading to its end or its failure and waits for what is under way. What broke it, if anything did. */
  finish(reading: () => Promise<void>): Promise<{ brokenBy?: unknown }>
}

export function createRowsAtOnce(limit: number): RowsAtOnce {
  const gate = createGate(limit)
  const underWay = new Set<Promise<void>>()
  let failure: { error: unknown } | undefined
  const breakBy = (error: unknown) => {
    failure ??= { error }
  }

  return {
    async start(work) {
      const leave = await gate.enter()
      const run = work()
        .catch(breakBy)
        .finally(() => {
          underWay.delete(run)
          leave()
        })
      underWay.add(run)
    },

    get isBroken() {
      return failure !== undefined
    },

    async finish(reading) {
      await reading().catch(breakBy)
      await Promise.all(underWay)
      return failure === undefined ? {} : { brokenBy: failure.error }
    },
  }
}
