import { accountsOf } from '../campaigns/book.ts'
import type { Campaign } from '../campaigns/campaign.ts'
import { foundEvents } from '../campaigns/trigger-events.ts'
import { isProvider, type ProviderName } from '../campaigns/vocabulary.ts'
import type { FindingPort, Interaction, Provider } from '../clients/ports.ts'
import { AppError } from '../errors.ts'
import { type TakeParts, takeFound } from '../intake/take-found.ts'
import type { Logger } from '../logger.ts'
import type { findInteractions } from '../queues/find-interactions.ts'
import type { FoundInteraction } from '../sources/meaning.ts'
import { errorFacts, type Handler, type Settled } from './settled.ts'

type Payload = ReturnType<(typeof findInteractions)['payload']['parse']>

export interface FindParts extends TakeParts {
  logger: Logger
  provider: (name: string) => Provider
}

/** A walk that has this much before it goes on from there the next time. */
const MAX_PAGES = 100

/**
 * Walks over what a provider lists and takes what began without us, so that a lost webhook costs minutes, not the lead.
 * Each walk begins a call's greatest length before the end of the last: whether the vendor dates an interaction by its
 * beginning or by its end is not published. What is known already costs one look into the ledger.
 */
export function createFindInteractions(parts: FindParts): Handler<Payload> {
  const { ledger, clock } = parts
  return async ({ provider: name }, { signal }) => {
    const about = { provider: name }
    const campaigns = isProvider(name) ? wanting(parts.campaigns.all(), name) : []
    const event = isProvider(name) ? foundEvents[name] : undefined
    if (!isProvider(name) || event === undefined || campaigns.length === 0) return { ...about, result: 'gone' }
    const { listFound } = parts.provider(name)
    if (listFound === undefined) return { ...about, result: 'gone' }

    const until = clock.now()
    const since = await beginning(parts, name, campaigns)
    const tally = { seen: 0, taken: 0, reachedAt: until, failure: undefined as unknown }
    let cursor: string | undefined
    for (let pages = 1; since < until; pages += 1) {
      const page: Page = await listFound({ since, until, ...(cursor === undefined ? {} : { cursor }) }, { signal })
      for (const interaction of page.interactions) await takeOne(parts, name, event, interaction, tally)
      cursor = page.nextCursor
      if (cursor === undefined) break
      if (pages >= MAX_PAGES) {
        tally.reachedAt = Math.min(tally.reachedAt, page.interactions.at(-1)?.createdAt ?? until)
        break
      }
    }
    await ledger.found.noteReached(name, tally.reachedAt)
    const { seen, taken, failure } = tally
    const settled: Settled = { ...about, result: 'walked', seen, taken }
    return failure === undefined ? settled : { ...settled, error: errorFacts(failure) }
  }
}

type Page = Awaited<ReturnType<FindingPort['listFound']>>

/** Campaigns of this provider whose calls may end an attempt, or that start with what is found. */
function wanting(all: readonly Campaign[], provider: ProviderName): Campaign[] {
  return all.filter(campaign => campaign.provider === provider && accountsOf(campaign).length > 0)
}

/** Where a walk begins, ms. The first one begins where the earliest campaign wants to begin. */
async function beginning({ ledger }: FindParts, name: ProviderName, campaigns: readonly Campaign[]): Promise<number> {
  const wished = await Promise.all(campaigns.map(({ id, poll }) => poll.sinceAt ?? ledger.control.firstSeenAt(id)))
  const first = Math.min(...wished)
  const reachedAt = await ledger.found.reachedAt(name)
  const overlapMs = Math.max(...campaigns.map(({ poll }) => poll.deadlineMs))
  return reachedAt === undefined ? first : Math.max(first, reachedAt - overlapMs)
}

interface Tally {
  seen: number
  taken: number
  /** Everything that began before is done with. */
  reachedAt: number
  failure: unknown
}

/** One that cannot be taken now is come upon again by the next walk; the others are not held up by it. */
async function takeOne(
  parts: FindParts,
  provider: ProviderName,
  event: string,
  interaction: Interaction,
  tally: Tally,
): Promise<void> {
  const found = foundOf(interaction)
  if (found === undefined) return
  tally.seen += 1
  try {
    const { result } = await takeFound(parts, { provider, event, found }, `found_${provider}_${found.interactionId}`)
    if (result === 'named' || result === 'opened' || result === 'joined') tally.taken += 1
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    tally.failure ??= error
    tally.reachedAt = Math.min(tally.reachedAt, found.at)
  }
}

/** Without one of these nobody can tell whose it is. */
function foundOf(interaction: Interaction): FoundInteraction | undefined {
  const { interactionId, leadId, account, createdAt, type, direction, phone, trial } = interaction
  if (leadId === undefined || account === undefined || createdAt === undefined) return undefined
  const found = { interactionId, leadId, account, at: createdAt, trial: trial === true }
  // The number of a call is whoever rang: the lead's only where it is known that the lead did.
  const isLeads = type !== 'call' || direction === 'inbound'
  return phone === undefined || !isLeads ? found : { ...found, phone }
}
