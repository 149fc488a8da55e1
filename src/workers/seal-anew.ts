import type { Ledger } from '../ledger/index.ts'
import type { Logger } from '../logger.ts'
import type { Settled } from './settled.ts'

/** Records looked at in one turn: some seconds of work beside everything else. */
const RECORDS = 20_000

/**
 * Seals what another key has sealed anew with the first one, so that the other can be dropped. The log says how many
 * records are left to be looked at: with 0 nothing needs any other key.
 */
export function createSealAnew({ ledger, logger }: { ledger: Ledger; logger: Logger }) {
  return async (): Promise<Settled> => {
    const done = await ledger.sealAnew.turn(RECORDS)
    if (done === undefined) return { result: 'nothing_to_do' }
    logger.info(done, 'data.sealed_anew')
    return { result: done.left === 0 ? 'done' : 'again' }
  }
}
