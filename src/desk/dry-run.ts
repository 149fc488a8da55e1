import type { CampaignBook } from '../campaigns/book.ts'
import type { Campaign, FollowUp } from '../campaigns/campaign.ts'
import { type CampaignFault, pathText } from '../campaigns/fault.ts'
import { readRules } from '../campaigns/rules-text.ts'
import { warningsOf } from '../campaigns/warnings.ts'
import { leadPixelKey } from '../ledger/effects.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Journey } from '../ledger/journey.ts'
import { rulesAgainst } from './dry-run-journey.ts'
import { createTally, type RuleTally } from './dry-run-tally.ts'

export interface DryRunAsked {
  /** Rules to try, as YAML or JSON; the campaign's own where it is absent. */
  text?: string
  /** Only journeys that began then or later, ms. */
  sinceAt?: number
  /** Newest journeys that are looked at. */
  limit: number
  /** Nobody waits for the answer any more. */
  signal?: AbortSignal
}

/** What a set of rules would have sent after the calls of past journeys, as they happened. */
export interface DryRun extends RuleTally {
  campaign: string
  /** Journeys that were looked at, and their ended calls. */
  journeys: number
  calls: number
  /** Tests of a campaign that is none, or the other way round: not looked at. */
  leftOut: number
  /** Whether no journey since then was left out for the sake of the limit. */
  isWhole: boolean
  warnings: { path: string; reason: string }[]
}

export type DryRunAnswer =
  | { result: 'done'; dryRun: DryRun }
  | { result: 'unknown_campaign' }
  | { result: 'faulty'; faults: Omit<CampaignFault, 'file'>[] }

export interface DryRunDesk {
  /** One is worked out at a time: it reads many journeys. Nothing is sent or written. */
  run(campaignId: string, asked: DryRunAsked): Promise<DryRunAnswer>
}

/** Journeys in memory at a time. */
const PAGE = 200

export function createDryRunDesk(parts: { ledger: Ledger; campaigns: CampaignBook }): DryRunDesk {
  const { ledger, campaigns } = parts
  let last: Promise<unknown> = Promise.resolve()

  /** Newest first. `isWhole` is true when the last journey that fits has been read. */
  async function* pages(campaign: string, { sinceAt = 0, limit, signal }: DryRunAsked) {
    let cursor: string | undefined
    for (let left = limit; left > 0; left -= PAGE) {
      signal?.throwIfAborted()
      const page = await ledger.search.journeys({ campaigns: [campaign] }, { limit: Math.min(PAGE, left), cursor })
      const journeys = page.items.filter(({ createdAt }) => createdAt >= sinceAt)
      const isWhole = page.nextCursor === undefined || journeys.length < page.items.length
      yield { journeys, isWhole }
      if (isWhole) return
      cursor = page.nextCursor
    }
  }

  /** A pixel once for a lead is another journey's, if that had it first. */
  function createOnce(campaign: Campaign): (journey: Journey, followUp: FollowUp) => Promise<boolean> {
    const had = new Set<string>()
    return async (journey, followUp) => {
      const { act, id } = followUp
      if (act.kind !== 'pixel' || act.once !== 'lead') return true
      const holder = await ledger.once.holder(leadPixelKey({ ...journey, campaign: campaign.id }, id))
      if (holder !== undefined) return holder.journeyId === journey.id
      const lead = ledger.identity.mark(`${id} ${journey.leadId}`)
      return !had.has(lead) && had.add(lead) !== undefined
    }
  }

  async function tryRules(campaign: Campaign, inForce: Campaign, asked: DryRunAsked): Promise<DryRun> {
    const tally = createTally(campaign)
    const isFirst = createOnce(campaign)
    const seen = { journeys: 0, calls: 0, leftOut: 0, isWhole: false }
    for await (const { journeys, isWhole } of pages(inForce.id, asked)) {
      seen.isWhole = isWhole
      for (const journey of journeys) {
        if (journey.test !== inForce.test) {
          seen.leftOut += 1
          continue
        }
        const verdict = rulesAgainst(journey, campaign, inForce)
        seen.journeys += 1
        seen.calls += verdict.calls
        const firsts = await Promise.all(verdict.fires.map(({ followUp }) => isFirst(journey, followUp)))
        tally.add(journey, { ...verdict, fires: verdict.fires.filter((_, index) => firsts[index]) })
      }
    }
    const warnings = warningsOf(campaign).map(({ path, reason }) => ({ path: pathText(path), reason }))
    return { campaign: inForce.id, ...seen, ...tally.result(), warnings }
  }

  return {
    async run(campaignId, asked) {
      const inForce = campaigns.get(campaignId)
      if (inForce === undefined) return { result: 'unknown_campaign' }
      const read = asked.text === undefined ? { campaign: inForce } : readRules(asked.text, inForce)
      if ('faults' in read) return { result: 'faulty', faults: read.faults.map(({ file: _, ...fault }) => fault) }
      const turn = last.then(() => tryRules(read.campaign, inForce, asked))
      last = turn.catch(() => {})
      return { result: 'done', dryRun: await turn }
    },
  }
}
