import { setTimeout as wait } from 'node:timers/promises'
import type { Campaign } from '../../campaigns/campaign.ts'
import { UnavailableError } from '../../errors.ts'
import { isEnded } from '../../ledger/journey.ts'
import type { LeadRequest } from '../../sources/meaning.ts'
import type { Who } from '../identify.ts'
import { type IntakeParts, isTooSoon, openFor } from '../open-journey.ts'
import { createRowIdentity } from './ask-vendor.ts'
import { checkRow, faultOf, fixes } from './check-row.ts'
import { type ImportRow, type ReportRow, type RowFault, rowFault } from './import-row.ts'
import { createRowsAtOnce } from './rows-at-once.ts'
import { SeenSet } from './seen-set.ts'
import { createTurns } from './turns.ts'

/**
 * Rows that go into the ledger together, those of one shard in one call; and so many of these batches at once, so that
 * the next is read while Redis writes the one before. What is read and not yet written is held in memory.
 */
const BATCH_ROWS = 500
const BATCHES_AT_ONCE = 3

/** How long another import may take to write the journey it has claimed a lead for, in looks. */
const CLAIM_LOOKS = 40
const CLAIM_LOOK_MS = 50

export interface ImportTally {
  accepted: number
  duplicates: number
  rejected: number
}

/** What an import came to. `brokenBy` is what ended it before its last row; the rows counted stay taken. */
export interface ImportResult extends ImportTally {
  brokenBy?: unknown
}

export interface ImportOrder {
  campaign: Campaign
  importId: string
  /** Everything is checked and nothing is written. */
  isDryRun: boolean
  /** Rows without a leadId are people the vendor does not know yet. */
  createLeads: boolean
  /** Rows in the order of the file, some at a time; the next are read only when these are on their way. */
  batches: AsyncIterable<readonly ImportRow[]>
  /** Told of every row that is rejected, about in the order of their lines. */
  onRejected: (row: ReportRow) => void
  /** Run between what is read; throwing ends the import. */
  between: () => Promise<void>
  /** Run before rows are taken, beside others that are on their way; throwing ends the import, and they are not taken. */
  before: () => Promise<void>
}

type Verdict = 'accepted' | 'duplicates' | RowFault

/**
 * Opens a journey for every good row of a list. Memory is bounded: a slow Redis or vendor slows the reading. A lead or
 * number that is in the campaign, or came earlier in the list, is a duplicate, so sending a list again adds what is new.
 * Nobody is created at the vendor here: that is done when they are called.
 */
export async function importLeads(parts: IntakeParts, order: ImportOrder): Promise<ImportResult> {
  const { batches, createLeads, onRejected, between, before } = order
  const tally: ImportTally = { accepted: 0, duplicates: 0, rejected: 0 }
  const rows = createRowsAtOnce(BATCHES_AT_ONCE)
  const take = createTaker(parts, order)

  const count = (line: number, verdict: Verdict) => {
    if (typeof verdict === 'string') {
      tally[verdict] += 1
    } else {
      tally.rejected += 1
      onRejected({ line, ...verdict })
    }
  }

  /** All to their end, also where one breaks the import: what was taken is counted. */
  async function takeAll(batch: readonly ImportRow[]): Promise<void> {
    await before()
    const taken = batch.map(async row => {
      const checked = checkRow(row, createLeads)
      count(row.line, 'fault' in checked ? checked.fault : await take(row.line, checked.lead))
    })
    for (const result of await Promise.allSettled(taken)) if (result.status === 'rejected') throw result.reason
  }

  const broken = await rows.finish(async () => {
    for await (const read of batches) {
      await between()
      for (let at = 0; at < read.length && !rows.isBroken; at += BATCH_ROWS) {
        const batch = read.slice(at, at + BATCH_ROWS)
        await rows.start(() => takeAll(batch))
      }
      if (rows.isBroken) return
    }
  })
  return { ...tally, ...broken }
}

function createTaker(parts: IntakeParts, { campaign, importId, isDryRun }: ImportOrder) {
  const identifyRow = createRowIdentity(parts, campaign)
  const turns = createTurns()
  const seen = new SeenSet()

  async function open(line: number, lead: LeadRequest, who: Who): Promise<Verdict> {
    const request = { campaign, lead, eventId: `import_${importId}`, run: line, list: true as const }
    for (let looks = 0; looks < CLAIM_LOOKS; looks += 1) {
      try {
        const { result } = await openFor(parts, request, who)
        return result === 'opened' ? 'accepted' : 'duplicates'
      } catch (error) {
        if (!(error instanceof UnavailableError) || error.code !== 'LEAD_CLAIMED') throw error
        await wait(CLAIM_LOOK_MS)
      }
    }
    return rowFault('leadId', lead.leadId, 'in_progress', fixes.inProgress)
  }

  async function wouldOpen(lead: LeadRequest, who: Who): Promise<Verdict> {
    const { identity, leads, journeys } = parts.ledger
    const person = identity.person(who.phone ?? '')
    const isKnown = lead.leadId !== ''
    const isNewLead = !isKnown || seen.add(identity.lead(lead.leadId))
    const isNewNumber = seen.add(person.id)
    if (!isNewLead || !isNewNumber) return 'duplicates'
    const holders = await Promise.all([
      isKnown ? leads.holderOf(lead.leadId, campaign.id) : undefined,
      journeys.newestOf(person.shard, campaign.id, person.id),
    ])
    for (const id of holders) {
      const earlier = id === undefined ? undefined : await journeys.load(id)
      if (earlier === undefined) continue
      if (!isEnded(earlier) || isTooSoon(campaign, earlier, parts.clock.now())) return 'duplicates'
    }
    return 'accepted'
  }

  return async (line: number, lead: LeadRequest): Promise<Verdict> => {
    const who = await identifyRow(lead)
    if (who === undefined) return rowFault('phone', '', 'vendor_unavailable', fixes.vendor)
    const fault = faultOf(lead, who)
    if (fault !== undefined) return fault
    // Two rows of one lead or number must not meet half-way: the first is taken, the other finds it.
    const names = [...(lead.leadId === '' ? [] : [`lead ${lead.leadId}`]), `number ${who.phone}`]
    return turns.run(names, () => (isDryRun ? wouldOpen(lead, who) : open(line, lead, who)))
  }
}
