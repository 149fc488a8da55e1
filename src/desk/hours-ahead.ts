import type { Clock } from '../clock.ts'
import type { CampaignStatus } from '../ledger/control.ts'
import type { Logger } from '../logger.ts'
import type { Preflight, PreflightDesk } from './preflight.ts'

/** A campaign's preflight as the pages show it: worked out now and then, never with every look. */
export interface HoursAhead {
  /** The last one, and when it was begun. */
  known?: Preflight & { at: string }
  /** Another one is being worked out. */
  isUnderWay: boolean
  /** It is kept up to date by itself while somebody looks. */
  isAutomatic: boolean
}

/** What a look has to say of the campaign. */
export interface LookedAt {
  id: string
  status: CampaignStatus
  /** Its planned dials. */
  scheduled: number
}

export interface HoursAheadDesk {
  /** What is known. Begins a new one where that is cheap and the last one is not of just now. */
  glance(campaign: LookedAt): HoursAhead
  /** Resolves when one is known that is fresh enough; never rejects. */
  ask(campaign: Pick<LookedAt, 'id' | 'status'>): Promise<void>
  /** What was known does not hold any more: leads came in. */
  forget(campaignId: string): void
}

/** Whoever asks again within this time is given the same. */
const FRESH_MS = 60_000

/** Longer than this it is not shown: calls have been made since. */
const KEEP_MS = 10 * 60_000

/** Up to so many planned dials it takes some tenths of a second, and is done by itself. */
const SMALL = 5_000
const SMALL_EVERY_MS = 15_000

interface Kept {
  status: CampaignStatus
  at: number
  /** `undefined` when it could not be worked out. */
  preflight: Preflight | undefined
}

export function createHoursAheadDesk(parts: {
  preflight: PreflightDesk
  clock: Clock
  logger: Logger
}): HoursAheadDesk {
  const { preflight, clock, logger } = parts
  const kept = new Map<string, Kept>()
  const underWay = new Map<string, Promise<void>>()

  function keptFor({ id, status }: Pick<LookedAt, 'id' | 'status'>, maxAgeMs: number): Kept | undefined {
    const last = kept.get(id)
    return last !== undefined && last.status === status && clock.now() - last.at <= maxAgeMs ? last : undefined
  }

  async function work({ id, status }: Pick<LookedAt, 'id' | 'status'>): Promise<void> {
    const at = clock.now()
    try {
      kept.set(id, { status, at, preflight: await preflight.read(id) })
    } catch (err) {
      kept.set(id, { status, at, preflight: undefined })
      logger.warn({ campaign: id, err }, 'preflight.failed')
    } finally {
      underWay.delete(id)
    }
  }

  function begin(campaign: Pick<LookedAt, 'id' | 'status'>): Promise<void> {
    const begun = underWay.get(campaign.id) ?? work(campaign)
    underWay.set(campaign.id, begun)
    return begun
  }

  return {
    glance(campaign) {
      const isAutomatic = campaign.scheduled <= SMALL
      if (isAutomatic && keptFor(campaign, SMALL_EVERY_MS) === undefined) void begin(campaign)
      const last = keptFor(campaign, KEEP_MS)
      return {
        ...(last?.preflight === undefined ? {} : { known: { ...last.preflight, at: new Date(last.at).toISOString() } }),
        isUnderWay: underWay.has(campaign.id),
        isAutomatic,
      }
    },

    async ask(campaign) {
      if (keptFor(campaign, FRESH_MS)?.preflight === undefined) await begin(campaign)
    },

    forget(campaignId) {
      kept.delete(campaignId)
    },
  }
}
