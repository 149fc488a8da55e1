import type { CampaignBook } from '../campaigns/book.ts'
import type { Campaign } from '../campaigns/campaign.ts'
import { dialExpiresAt } from '../campaigns/dial-gate.ts'
import { createForecast, type ForecastRules, type PlannedDial } from '../campaigns/forecast.ts'
import { createEffectiveRules } from '../campaigns/state-rules.ts'
import type { Outcome } from '../campaigns/vocabulary.ts'
import type { Clock } from '../clock.ts'
import { createCampaignJourneys, type PlannedJourney } from '../ledger/campaign-journeys.ts'
import type { Ledger } from '../ledger/index.ts'
import type { RedisClient } from '../redis/connect.ts'
import type { Keys } from '../redis/keys.ts'
import { preflightHandOver } from './hand-over-preflight.ts'
import { createTakeTurns } from './take-turns.ts'

/** What dialing a campaign from now on would come to. A campaign that stands is taken to be started at this moment. */
export interface Preflight {
  /** The vendor's own dialer calls: what is counted are hand-overs. */
  mode?: 'handover'
  dialableNow: number
  /** By the hour in which they first may be dialed. */
  laterByHour: { hour: string; count: number }[]
  /** `suppressed`, `expired`, `budget_spent`, or the status of a campaign that dials no more. */
  blocked: Record<string, number>
  /** `null` when no call would be made, or when the vendor's own dialer makes them. */
  expectedFinishAt: string | null
}

export interface PreflightDesk {
  /**
   * As things stand when it is asked, or a moment later: one is worked out at a time, and those who ask for the same
   * campaign while they wait share one answer. `undefined` when there is no such campaign.
   */
  read(campaignId: string): Promise<Preflight | undefined>
}

/** How long a call holds its place where none has ended yet. */
const DEFAULT_HOLD_MS = 45_000

/** Newest journeys from which call lengths and outcomes are taken. */
const SAMPLE = 300

/** When a number is busy with another call, it is asked about again after this long. */
const LIVE_RECHECK_MS = 5_000

export function createPreflightDesk(parts: {
  ledger: Ledger
  campaigns: CampaignBook
  clock: Clock
  client: RedisClient
  keys: Keys
  dialsPerSecond: (provider: string) => number
}): PreflightDesk {
  const { ledger, campaigns, clock } = parts
  const { identity } = ledger
  const journeys = createCampaignJourneys({ ...parts, identity, instance: identity.instance, seal: ledger.seal })

  /** How calls of this campaign have gone. */
  async function experience({
    id: campaign,
    test,
  }: Pick<Campaign, 'id' | 'test'>): Promise<Pick<ForecastRules, 'holdMs' | 'outcomeShares'>> {
    const states = ['done', 'following_up', 'scheduled', 'stopped']
    const { items } = await ledger.search.journeys({ campaigns: [campaign], states }, { limit: SAMPLE })
    // Tests answer as they were told to: they say nothing of how real calls go, nor the other way round.
    const alike = items.filter(journey => journey.test === test)
    const ended = alike.flatMap(({ attempts }) =>
      attempts.flatMap(({ outcome, intendedAt, endedAt }) =>
        outcome === undefined || endedAt === undefined ? [] : [{ outcome, heldMs: endedAt - intendedAt }],
      ),
    )
    const outcomeShares: Partial<Record<Outcome, number>> = {}
    for (const { outcome } of ended) outcomeShares[outcome] = (outcomeShares[outcome] ?? 0) + 1 / ended.length
    const holdMs =
      ended.length === 0 ? DEFAULT_HOLD_MS : ended.reduce((sum, { heldMs }) => sum + heldMs, 0) / ended.length
    return { holdMs, outcomeShares }
  }

  async function read(campaign: Campaign): Promise<Preflight> {
    const now = clock.now()
    if (campaign.mode === 'handover') {
      return preflightHandOver(campaign, await ledger.control.read(campaign.id), journeys, now)
    }
    const [state, live, known] = await Promise.all([
      ledger.control.read(campaign.id),
      ledger.live.holders(campaign.id),
      experience(campaign),
    ])
    const { dial, provider } = campaign
    const rules = { dial, vendorPerSecond: parts.dialsPerSecond(provider) || Number.POSITIVE_INFINITY, ...known }
    const forecast = createForecast({ ...rules, live: live.length }, now)
    const startedAt = state.startedAt ?? now
    const rulesOf = createEffectiveRules(dial)
    for await (const page of journeys.planned(campaign.id)) {
      for (const { journey, person, phone } of page) {
        const planned = plannedDial({ journey, person }, now)
        if (planned === undefined) continue
        const expiresAt = dialExpiresAt(dial, journey, startedAt)
        const isOver = state.status === 'cancelled' || (state.status === 'done' && journey.list === true)
        // Numbers are unsealed only for a campaign that goes by them.
        const narrow = dial.stateRules === 'none' ? {} : { rules: rulesOf(phone() ?? '') }
        forecast.add({ ...planned, ...narrow, expiresAt, ...(isOver ? { blocked: state.status } : {}) })
      }
    }
    const { dialableNow, laterByHour, blocked, finishAt } = forecast.read()
    return {
      dialableNow,
      laterByHour: [...laterByHour]
        .sort(([a], [b]) => a - b)
        .map(([hour, count]) => ({ hour: new Date(hour).toISOString(), count })),
      blocked: Object.fromEntries(blocked),
      expectedFinishAt: finishAt === undefined ? null : new Date(finishAt).toISOString(),
    }
  }

  const take = createTakeTurns(async (campaignId: string) => {
    const campaign = campaigns.get(campaignId)
    return campaign && read(campaign)
  })
  return { read: take }
}

function plannedDial(
  { journey, person }: Omit<PlannedJourney, 'phone'>,
  now: number,
): Omit<PlannedDial, 'expiresAt'> | undefined {
  const { steps, zones, attempts, createdAt } = journey
  const { calls, lastEndedAt, liveUntil, suppressed } = person
  const step = steps.find(({ kind }) => kind === 'dial')
  if (step === undefined) return undefined
  const isBusy = liveUntil !== undefined && liveUntil > now
  return {
    dueAt: isBusy ? Math.max(step.dueAt, now + LIVE_RECHECK_MS) : step.dueAt,
    createdAt,
    zones,
    attempts: attempts.length,
    number: { calls, lastEndedAt },
    ...(suppressed.includes('voice') ? { blocked: 'suppressed' } : {}),
  }
}
