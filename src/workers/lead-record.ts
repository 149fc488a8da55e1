import type { Provider, VendorLead } from '../clients/ports.ts'
import type { Clock } from '../clock.ts'
import { isKeyRefused, isRedisError, RejectedError } from '../errors.ts'
import type { Effect, Journey } from '../ledger/journey.ts'

/**
 * How long a conversion waits for a vendor that does not show its record of the lead. The click that stands there makes
 * a conversion worth more, but one that comes late is worth less.
 */
const WAIT_FOR_MS = 3_600_000

/**
 * What the vendor knows of a journey's lead, asked at this moment. `undefined` when it knows nothing, or cannot be asked
 * and the journey itself knows enough to go on without.
 * @throws whatever keeps the vendor from being asked, while it is worth waiting
 */
export async function readLead(
  { provider, clock }: { provider: (name: string) => Provider; clock: Clock },
  { journey, signal }: { journey: Journey; signal: AbortSignal },
  effect: Pick<Effect, 'plannedAt' | 'dueAt'>,
): Promise<VendorLead | undefined> {
  if (journey.leadId === '') return undefined
  const { phone, email } = journey.private
  try {
    const vendor = provider(journey.provider)
    const permit = await vendor.permit('pixel', { signal })
    const known = phone === undefined ? {} : { phone }
    return await vendor.getLead(journey.leadId, { permit, signal, ...known })
  } catch (error) {
    if (isRedisError(error) || signal.aborted) throw error
    if (error instanceof RejectedError && !isKeyRefused(error)) return undefined
    const waitedMs = clock.now() - (effect.dueAt ?? effect.plannedAt)
    if (waitedMs < WAIT_FOR_MS || (phone === undefined && email === undefined)) throw error
    return undefined
  }
}
