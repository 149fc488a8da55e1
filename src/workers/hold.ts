import type { Ledger } from '../ledger/index.ts'
import type { Effect, Journey } from '../ledger/journey.ts'
import { HeldBack } from './perform-effect.ts'

/** While a text or a pixel is held: how often it asks again. */
const RECHECK_MS = 1_000

/**
 * Dials and hand-overs go out while their campaign runs; a draft holds its list back, not a lead that somebody asks for.
 */
export async function holdOfDials({ control }: Ledger, campaign: string) {
  const [isAllPaused, { status }] = await Promise.all([control.isAllPaused(), control.read(campaign)])
  return ({ list }: Pick<Journey, 'list'>): HeldBack | undefined => {
    const isHeld = isAllPaused || status === 'paused' || status === 'cancelled' || (list && status === 'draft')
    return isHeld ? new HeldBack(isAllPaused ? 'all_paused' : status, 0) : undefined
  }
}

/** The replay that has taken it up was cancelled before its turn came. */
export class ReplayCancelled extends HeldBack {
  constructor() {
    super('replay_cancelled', 0)
  }
}

/** Texts and pixels go out unless everything is paused, their campaign is cancelled or their replay is. */
export async function mayAct(
  { control, replays }: Ledger,
  campaign: string,
  { replay }: Pick<Effect, 'replay'>,
): Promise<HeldBack | undefined> {
  if (replay?.was !== undefined && (await replays.isCancelled(replay.id))) return new ReplayCancelled()
  const [isAllPaused, { status }] = await Promise.all([control.isAllPaused(), control.read(campaign)])
  if (isAllPaused) return new HeldBack('all_paused', RECHECK_MS)
  return status === 'cancelled' ? new HeldBack('cancelled', RECHECK_MS) : undefined
}
