import { createHash } from 'node:crypto'
import { accountsOf } from '../campaigns/book.ts'
import type { Campaign } from '../campaigns/campaign.ts'
import { foundEvents } from '../campaigns/trigger-events.ts'
import { isProvider, type ProviderName } from '../campaigns/vocabulary.ts'
import type { FindingPort, Interaction, Provider } from '../clients/ports.ts'
import { AppError } from '../errors.ts'
import { beginningOf, foundMark, type TakeParts } from '../intake/take-found.ts'
import type { Logger } from '../logger.ts'
import type { findInteractions } from '../queues/find-interactions.ts'
import type { FoundInteraction } from '../sources/meaning.ts'
import { walkedBody } from '../sources/walk.ts'
import { errorFacts, type Handler, type Settled } from './settled.ts'

type Payload = ReturnType<(typeof findInteractions)['payload']['parse']>

export interface FindParts extends TakeParts {
  logger: Logger
  provider: (name: string) => Provider
}

/** A walk that has this much before it goes on from there the next time. */
const MAX_PAGES = 100

/**
 * How far a walk goes back behind what was reached. Longer than any call of a voice agent: whether an interaction is
 * dated by its beginning or by its end is not published.
 */
const OVERLAP_MS = 2 * 3_600_000

/** How long a walk is one process's between two pages; another takes over from one that has died. */
const LEASE_MS = 60_000

/** A campaign, from when on it wants what is found, and what it is known by to the marks. */
interface Wanting {
  campaign: Campaign
  beginningAt: number
  scope: string
}

/**
 * Walks over what a provider lists and makes an event of whatever began without us and is not known yet, so that a lost
 * webhook costs minutes, not the lead. What becomes of it is decided where every event is.
 */
export function createFindInteractions(parts: FindParts): Handler<Payload> {
  const { ledger, clock } = parts
  return async ({ provider: name }, { signal, jobId }) => {
    const about = { provider: name }
    const wanting = isProvider(name) ? await wantingOf(parts, name) : []
    if (!isProvider(name) || foundEvents[name] === undefined || wanting.length === 0)
      return { ...about, result: 'gone' }
    if (!(await ledger.found.lease(name, jobId, LEASE_MS))) return { ...about, result: 'under_way' }
    try {
      const { listFound } = parts.provider(name)
      if (listFound === undefined) return { ...about, result: 'gone' }
      const settled = await walk(parts, { name, wanting, listFound, owner: jobId }, signal)
      await ledger.found.clearFault(name)
      return { ...about, ...settled }
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      await ledger.found.noteFault(name, { since: clock.now(), why: error.message })
      return { ...about, result: 'deferred', error: errorFacts(error) }
    } finally {
      await ledger.found.release(name, jobId)
    }
  }
}

interface Walk {
  name: ProviderName
  wanting: readonly Wanting[]
  listFound: FindingPort['listFound']
  owner: string
}

type Page = Awaited<ReturnType<FindingPort['listFound']>>

async function walk(
  parts: FindParts,
  { name, wanting, listFound, owner }: Walk,
  signal: AbortSignal,
): Promise<Settled> {
  const { ledger, clock } = parts
  const until = clock.now()
  const since = Math.min(...(await Promise.all(wanting.map(entry => fromOf(parts, name, entry)))))
  const scopes = wanting.map(({ scope }) => scope)
  const tally = { seen: 0, taken: 0 }
  let newest = since
  let cursor: string | undefined
  for (let pages = 1; since < until; pages += 1) {
    const page: Page = await listFound({ since, until, ...(cursor === undefined ? {} : { cursor }) }, { signal })
    for (const interaction of page.interactions) {
      newest = Math.max(newest, interaction.createdAt ?? 0)
      await takeUp(parts, name, wanting, interaction, tally)
    }
    cursor = page.nextCursor
    if (cursor === undefined) break
    if (pages >= MAX_PAGES) {
      // The next walk begins right there, not an overlap before.
      await ledger.found.noteReached(name, scopes, newest + OVERLAP_MS)
      return { result: 'walked_in_part', ...tally }
    }
    if (!(await ledger.found.lease(name, owner, LEASE_MS))) return { result: 'under_way', ...tally }
  }
  await ledger.found.noteReached(name, scopes, until)
  return { result: 'walked', ...tally }
}

/** Campaigns of this provider whose calls may end an attempt, or that start with what is found. */
async function wantingOf({ ledger, campaigns }: FindParts, provider: ProviderName): Promise<Wanting[]> {
  const own = campaigns.all().filter(campaign => campaign.provider === provider && accountsOf(campaign).length > 0)
  return Promise.all(
    own.map(async campaign => {
      const beginningAt = await beginningOf(ledger, campaign)
      // Another agent or an earlier beginning is another walk, which has not begun.
      const scope = [campaign.id, beginningAt, ...accountsOf(campaign).toSorted()].join(' ')
      return { campaign, beginningAt, scope }
    }),
  )
}

async function fromOf({ ledger }: FindParts, name: ProviderName, { beginningAt, scope }: Wanting): Promise<number> {
  const reachedAt = await ledger.found.reachedAt(name, scope)
  return reachedAt === undefined ? beginningAt : Math.max(beginningAt, reachedAt - OVERLAP_MS)
}

/** Makes an event of an interaction that some campaign wants and nobody has seen. */
async function takeUp(
  { ledger }: FindParts,
  provider: ProviderName,
  wanting: readonly Wanting[],
  interaction: Interaction,
  tally: { seen: number; taken: number },
): Promise<void> {
  const found = foundOf(interaction)
  const isWanted = (at: number, account: string) =>
    wanting.some(({ campaign, beginningAt }) => at >= beginningAt && accountsOf(campaign).includes(account))
  if (found === undefined || !isWanted(found.at, found.account)) return
  tally.seen += 1
  if ((await ledger.leads.markedBy(foundMark({ provider, found }))) !== undefined) return
  if ((await ledger.search.journeyOfInteraction(found.interactionId)) !== undefined) return
  const eventId = eventIdOf(provider, found.interactionId)
  // What could not be decided yet stands in the inbox, and what was rejected is for a person to replay.
  if ((await ledger.events.load(eventId)) !== undefined) return
  const raw = walkedBody({ provider, event: foundEvents[provider] ?? '', found })
  await ledger.events.accept({ eventId, source: 'walk', contentType: 'application/json', raw }, 0)
  tally.taken += 1
}

function eventIdOf(provider: ProviderName, interactionId: string): string {
  const hash = createHash('sha256').update(`${provider}/${interactionId}`).digest('hex')
  return `walk_${hash.slice(0, 32)}`
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
