import type { CampaignBook } from '../campaigns/book.ts'
import type { Clock } from '../clock.ts'
import type { Ledger } from '../ledger/index.ts'

export const dialRanges = ['hour', 'day'] as const
export type DialRange = (typeof dialRanges)[number]

/** Calls begun, over the last hour or the last 24. */
export interface DialSeries {
  /** How much of time one of `calls` stands for, ms. */
  stepMs: number
  /** When the first step begins, ms. The last one is that of now. */
  fromAt: number
  calls: number[]
}

export interface DialRateDesk {
  /** `undefined` when there is no such campaign. */
  read(campaignId: string, range: DialRange): Promise<DialSeries | undefined>
}

const MINUTE_MS = 60_000

interface Grain {
  stepMs: number
  steps: number
  /** How long the same answer will do, ms. */
  keepMs: number
}

/** A day is 1,440 minutes of every shard: too much for each second in which somebody looks. */
const grains: Record<DialRange, Grain> = {
  hour: { stepMs: MINUTE_MS, steps: 60, keepMs: 0 },
  day: { stepMs: 15 * MINUTE_MS, steps: 96, keepMs: 15_000 },
}

export function createDialRateDesk(parts: { ledger: Ledger; campaigns: CampaignBook; clock: Clock }): DialRateDesk {
  const { ledger, campaigns, clock } = parts
  const kept = new Map<string, { at: number; series: DialSeries }>()

  async function read(campaign: string, { stepMs, steps }: Grain, now: number): Promise<DialSeries> {
    const fromAt = (Math.floor(now / stepMs) - steps + 1) * stepMs
    const minutes = await ledger.dialRate.read(campaign, fromAt, now)
    const calls = Array.from({ length: steps }, () => 0)
    for (const [minute, count] of minutes.entries()) {
      const step = Math.floor((minute * MINUTE_MS) / stepMs)
      calls[step] = (calls[step] ?? 0) + count
    }
    return { stepMs, fromAt, calls }
  }

  return {
    async read(campaignId, range) {
      if (campaigns.get(campaignId) === undefined) return undefined
      const now = clock.now()
      const name = `${range} ${campaignId}`
      const last = kept.get(name)
      const grain = grains[range]
      if (last !== undefined && now - last.at < grain.keepMs) return last.series
      const series = await read(campaignId, grain, now)
      kept.set(name, { at: now, series })
      return series
    },
  }
}
