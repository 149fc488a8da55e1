import type { Campaign, PixelAct } from './campaign.ts'

/** Why an effect that has failed is not taken up by a replay. */
export const replayRefusals = [
  'not_by_filter',
  'under_way',
  'open_question',
  'cancelled',
  'campaign_cancelled',
  'rule_gone',
  'suppressed',
  'too_late',
  'counts_twice',
] as const
export type ReplayRefusal = (typeof replayRefusals)[number]

const DAY_MS = 24 * 3_600_000

/**
 * How old a conversion may be when it is sent. Meta refuses what is older than 7 days (Conversions API, "Using the API").
 * TikTok publishes no limit in a readable place; those who have to live with it count on 28 days
 * (https://docs.amperity.com/datagrid/events_tiktok_ads.html).
 */
const PLATFORM_MS = { facebook: 7 * DAY_MS, tiktok: 28 * DAY_MS }

/** TikTok drops a repeat for 48 h after the first; a little less, because clocks differ and requests take time. */
export const REPEATS_DROPPED_MS = 47 * 3_600_000

/** Nobody expects a text that was to come more than a week ago. */
const TEXT_MS = 7 * DAY_MS

export function platformOf({ platform, via }: Pick<PixelAct, 'platform' | 'via'>): 'facebook' | 'tiktok' {
  return platform ?? (via === 'tiktok' ? 'tiktok' : 'facebook')
}

/**
 * Until when a pixel is tried: as long as its rule says, and after a replay as long again, but never beyond what its
 * platform takes.
 */
export function pixelExpiresAt(pixel: { plannedAt: number; replayedAt?: number | undefined }, act: PixelAct): number {
  const { plannedAt, replayedAt } = pixel
  if (replayedAt === undefined) return plannedAt + act.retryForMs
  return Math.min(replayedAt + act.retryForMs, latestOf(plannedAt, act))
}

/** A rule that tries for longer than the platform says knows better. */
function latestOf(plannedAt: number, act: PixelAct): number {
  return plannedAt + Math.max(PLATFORM_MS[platformOf(act)], act.retryForMs)
}

/** What the judgement needs to know of an effect and of all around it. */
export interface ReplayCase {
  effect: {
    kind: string
    rule: string
    state: string
    plannedAt: number
    /** When its rule first wanted it done. */
    firstDueAt?: number | undefined
    /** Until when its last request may still take effect. */
    until?: number | undefined
    /** When the first try began of which nobody knows whether it arrived. */
    unclearSince?: number | undefined
  }
  /** Its journey was cancelled: nothing more is done for it. */
  isCancelled: boolean
  /** Absent when no such campaign is loaded. */
  campaign: Campaign | undefined
  isCampaignCancelled: boolean
  /** The number must not be texted. */
  isSuppressed: boolean
}

/** Why a replay leaves this effect alone; nothing when it takes it up. Pure. */
export function judgeReplay(facts: ReplayCase, now: number): ReplayRefusal | undefined {
  const { effect, campaign } = facts
  // A call has a window, a budget and a plan of its own, and whatever leads to one has too.
  if (effect.kind !== 'pixel' && effect.kind !== 'sms') return 'not_by_filter'
  if (facts.isCancelled) return 'cancelled'
  if (facts.isCampaignCancelled) return 'campaign_cancelled'
  const act = campaign?.followUps.find(({ id }) => id === effect.rule)?.act
  if (act?.kind !== effect.kind) return 'rule_gone'
  if (effect.state === 'intended') return 'under_way'

  if (act.kind === 'sms') {
    // Its own policy repeats it only when the vendor's list shows that it is not there, which no replay looks at.
    if (effect.state === 'unknown' || effect.state === 'parked') return 'open_question'
    if (facts.isSuppressed) return 'suppressed'
    // Its rule may send it months after the call: it ages from then on.
    return now - (effect.firstDueAt ?? effect.plannedAt) > TEXT_MS ? 'too_late' : undefined
  }
  if (effect.state === 'unknown' || effect.state === 'parked') {
    if (act.onUnknown !== 'retry') return 'open_question'
    if (now < (effect.until ?? 0)) return 'under_way'
  }
  const unclearMs = now - (effect.unclearSince ?? now)
  if (platformOf(act) === 'tiktok' && unclearMs > REPEATS_DROPPED_MS) return 'counts_twice'
  return now >= latestOf(effect.plannedAt, act) ? 'too_late' : undefined
}
