import type { CampaignBook } from '../campaigns/book.ts'
import type { Campaign } from '../campaigns/campaign.ts'
import { type CampaignFault, pathText } from '../campaigns/fault.ts'
import { warningsOf } from '../campaigns/warnings.ts'
import type { CampaignStatus } from '../ledger/control.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Page } from '../ledger/page.ts'
import type { Logger } from '../logger.ts'

export interface CampaignView {
  id: string
  name: string
  provider: string
  status: CampaignStatus
  /** When this status began; absent while nothing has happened to it. */
  since?: string
  startedAt?: string
  /** Why it is paused, where not by a person's wish. */
  why?: string
  /** Everything is paused, this campaign with it. */
  allPaused?: true
  /** Where nobody wished it. */
  allPausedWhy?: string
  test: boolean
  progress: { total: number } & Record<string, number>
  /** Of these, tests from when the campaign was in test mode. */
  tests?: number
  outcomes: Record<string, number>
  /** Stopped journeys by the reason of their stop. */
  stops: Record<string, number>
  /** The calls for which it paused itself. */
  breaker?: { trippedAt: string; calls: { effect: string; code: string; at: string }[] }
  /** What is wrong with its file as it is now; the last good version is in force. */
  fileFaults?: CampaignFault[]
  /** What is allowed in its file and hardly meant so. */
  warnings?: { path: string; reason: string }[]
}

export interface CampaignList {
  campaigns: CampaignView[]
  allPaused: boolean
  /** Where nobody wished it. */
  allPausedWhy?: string
  /** Of files that have never been right. */
  fileFaults?: CampaignFault[]
  nextCursor?: string
}

/** What a person can do to a campaign. */
export const campaignMoves = ['start', 'pause', 'resume', 'cancel'] as const
export type CampaignMove = (typeof campaignMoves)[number]

export type Moved =
  | { result: 'moved'; campaign: CampaignView }
  | { result: 'missing' }
  /** Not from the status it has. */
  | { result: 'impossible'; status: CampaignStatus; possible: CampaignMove[] }

export interface CampaignDesk {
  list(page: Page): Promise<CampaignList>
  show(id: string): Promise<CampaignView | undefined>
  move(id: string, move: CampaignMove, by: string): Promise<Moved>
  /** No new dial, text or pixel anywhere, until `resumeAll`. */
  pauseAll(by: string): Promise<void>
  resumeAll(by: string): Promise<void>
}

interface MoveRule {
  from: readonly CampaignStatus[]
  to: CampaignStatus
  /** For the audit and the log. */
  past: string
}

const moves: Record<CampaignMove, MoveRule> = {
  start: { from: ['draft'], to: 'running', past: 'campaign.started' },
  pause: { from: ['running'], to: 'paused', past: 'campaign.paused' },
  resume: { from: ['paused'], to: 'running', past: 'campaign.resumed' },
  cancel: { from: ['running', 'paused'], to: 'cancelled', past: 'campaign.cancelled' },
}

/** What a person can do to a campaign of this status. */
export function possibleMoves(status: CampaignStatus): CampaignMove[] {
  return campaignMoves.filter(move => moves[move].from.includes(status))
}

const iso = (ms: number) => new Date(ms).toISOString()

export function createCampaignDesk(parts: {
  ledger: Ledger
  campaigns: CampaignBook
  /** What is wrong with campaign files now, by campaign. */
  fileFaults: () => ReadonlyMap<string, readonly CampaignFault[]>
  /** Told that dials may have become possible. */
  onResume: () => void
  logger: Logger
}): CampaignDesk {
  const { ledger, campaigns, fileFaults, onResume, logger } = parts
  const { control, breaker, audit, search } = ledger

  async function pauseOfAll(): Promise<Pick<CampaignView, 'allPaused' | 'allPausedWhy'>> {
    if (!(await control.isAllPaused())) return {}
    const why = await control.whyAllPaused()
    return { allPaused: true, ...(why === undefined ? {} : { allPausedWhy: why }) }
  }

  async function view(campaign: Campaign, ofAll: Awaited<ReturnType<typeof pauseOfAll>>): Promise<CampaignView> {
    const { id, name, provider, test } = campaign
    const [{ total, states, outcomes, stops, tests }, state] = await Promise.all([
      search.progress(id),
      control.read(id),
    ])
    const { status, since, startedAt, why, trippedBy } = state
    const faults = fileFaults().get(id)
    const warnings = warningsOf(campaign).map(({ path, reason }) => ({ path: pathText(path), reason }))
    return {
      id,
      name,
      provider,
      status,
      ...(since > 0 ? { since: iso(since) } : {}),
      ...(startedAt === undefined ? {} : { startedAt: iso(startedAt) }),
      ...(why === undefined ? {} : { why }),
      ...ofAll,
      test,
      progress: { total, ...states },
      ...(test || tests === undefined ? {} : { tests: tests.total }),
      outcomes: { ...outcomes },
      stops: { ...stops },
      ...(trippedBy === undefined
        ? {}
        : { breaker: { trippedAt: iso(since), calls: trippedBy.map(call => ({ ...call, at: iso(call.at) })) } }),
      ...(faults === undefined ? {} : { fileFaults: [...faults] }),
      ...(warnings.length === 0 ? {} : { warnings }),
    }
  }

  async function show(id: string): Promise<CampaignView | undefined> {
    const campaign = campaigns.get(id)
    return campaign && view(campaign, await pauseOfAll())
  }

  async function impossible(id: string): Promise<Moved> {
    const { status } = await control.read(id)
    return { result: 'impossible', status, possible: possibleMoves(status) }
  }

  return {
    show,

    async list({ limit, cursor = '' }) {
      const ofAll = await pauseOfAll()
      const known = campaigns.all().toSorted((a, b) => (a.id < b.id ? -1 : 1))
      const rest = known.filter(({ id }) => id > cursor)
      const shown = rest.slice(0, limit)
      const last = shown.at(-1)
      const strange = [...fileFaults()].flatMap(([id, faults]) => (campaigns.get(id) === undefined ? faults : []))
      return {
        campaigns: await Promise.all(shown.map(campaign => view(campaign, ofAll))),
        allPaused: false,
        ...ofAll,
        ...(strange.length === 0 ? {} : { fileFaults: strange }),
        ...(rest.length > limit && last !== undefined ? { nextCursor: last.id } : {}),
      }
    },

    async move(id, move, by) {
      const campaign = campaigns.get(id)
      if (campaign === undefined) return { result: 'missing' }
      const { from, to, past } = moves[move]
      // Before it runs again: what failed until now would pause it at its next failure.
      if (move === 'resume' && (await control.read(id)).status === 'paused') await breaker.reset(id)
      if (!(await control.change(id, from, to))) return impossible(id)
      await audit.note({ by, what: past, subject: id })
      logger.info({ campaign: id, by }, past)
      if (to === 'running') onResume()
      return { result: 'moved', campaign: await view(campaign, await pauseOfAll()) }
    },

    async pauseAll(by) {
      await control.pauseAll()
      await audit.note({ by, what: 'all.paused', subject: 'everything' })
      logger.info({ by }, 'all.paused')
    },

    async resumeAll(by) {
      await control.resumeAll()
      await audit.note({ by, what: 'all.resumed', subject: 'everything' })
      logger.info({ by }, 'all.resumed')
      onResume()
    },
  }
}
