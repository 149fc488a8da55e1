import type { Ledger } from '../ledger/index.ts'
import type { Logger } from '../logger.ts'

/** A ledger that may not know of everything that was done does nothing by itself: a person looks first. */
export function holdRestored(
  { control, audit }: Pick<Ledger, 'control' | 'audit'>,
  logger: Logger,
): (why: string, lastBeatAt: number) => Promise<void> {
  return async (why, lastBeatAt) => {
    await control.noteRestored(lastBeatAt)
    await control.pauseAll(why)
    await audit.note({ by: 'start', what: 'all.paused', subject: 'everything', detail: why })
    logger.error({ why, alert: true }, 'ledger.restored')
  }
}
