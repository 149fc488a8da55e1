import type { PixelAct } from './campaign.ts'
import { platformOf, REPEATS_DROPPED_MS } from './replay-rule.ts'

/**
 * Until when a pixel may be fired again although an earlier try may have arrived: as long as its platform drops repeats.
 * `undefined` where no such end is known, or no try is in doubt. Pure.
 * @param unclearSince when the first try began of which nobody knows whether it arrived, ms
 */
export function repeatableUntil(
  act: Pick<PixelAct, 'platform' | 'via'>,
  unclearSince: number | undefined,
): number | undefined {
  if (unclearSince === undefined || platformOf(act) !== 'tiktok') return undefined
  return unclearSince + REPEATS_DROPPED_MS
}
