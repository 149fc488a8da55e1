import type { Ledger } from '../ledger/index.ts'
import { HeldBack } from './perform-effect.ts'

/** While everything is paused: how often a text or a pixel asks again. */
const PAUSED_RECHECK_MS = 1_000

/** Texts and pixels go out unless everything is paused. */
export async function mayAct(ledger: Ledger): Promise<HeldBack | undefined> {
  return (await ledger.control.isAllPaused()) ? new HeldBack('all_paused', PAUSED_RECHECK_MS) : undefined
}
