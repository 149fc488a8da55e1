import type { Campaign } from '../campaigns/campaign.ts'
import type { Logger } from '../logger.ts'

/**
 * Said at the start, so that nobody wonders why leads wait.
 * @param faultOf why a vendor cannot be used, if it cannot
 */
export function warnOfMissing(
  campaigns: readonly Campaign[],
  { faultOf }: { faultOf: (vendor: string) => string | undefined },
  logger: Logger,
): void {
  for (const { id, provider, followUps } of campaigns) {
    for (const name of new Set([provider, ...followUps.map(({ act }) => act.via)])) {
      const fault = faultOf(name)
      if (fault !== undefined) logger.warn({ campaign: id, fault }, 'provider.missing')
    }
  }
}
