import type { Ledger } from '../ledger/index.ts'
import { HeldBack } from './perform-effect.ts'

/** While a text or a pixel is held: how often it asks again. */
const RECHECK_MS = 1_000

/** Texts and pixels go out unless everything is paused or their campaign is cancelled. */
export async function mayAct({ control }: Ledger, campaign: string): Promise<HeldBack | undefined> {
  const [isAllPaused, { status }] = await Promise.all([control.isAllPaused(), control.read(campaign)])
  if (isAllPaused) return new HeldBack('all_paused', RECHECK_MS)
  return status === 'cancelled' ? new HeldBack('cancelled', RECHECK_MS) : undefined
}
