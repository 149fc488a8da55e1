import { randomBytes } from 'node:crypto'
import type { CampaignBook } from '../campaigns/book.ts'
import type { Campaign } from '../campaigns/campaign.ts'
import { RejectedError } from '../errors.ts'
import { columnsOf } from '../intake/import/columns.ts'
import { csvRows } from '../intake/import/csv-rows.ts'
import { type ImportResult, importLeads } from '../intake/import/import-leads.ts'
import type { ReportRow } from '../intake/import/import-row.ts'
import { ndjsonRows } from '../intake/import/ndjson-rows.ts'
import type { IntakeParts } from '../intake/open-journey.ts'
import type { CampaignStatus } from '../ledger/control.ts'
import { createImportLog, type ImportEntry } from '../ledger/import-log.ts'
import { createImportReports } from '../ledger/import-reports.ts'
import type { RedisClient } from '../redis/connect.ts'
import type { Keys } from '../redis/keys.ts'
import { csvText } from './csv.ts'
import type { Clearance } from './person-view.ts'

export type ImportFormat = 'csv' | 'ndjson'

export interface ImportAsked {
  format: ImportFormat
  /** Checks everything and writes nothing, the long report included. */
  isDryRun: boolean
  /** Rows without a leadId are people the vendor does not know yet: it is told of each before the first call. */
  createLeads: boolean
  by: string
}

export type Imported =
  | { result: 'unknown_campaign' }
  /** A campaign in this status takes no leads. */
  | { result: 'closed'; status: CampaignStatus }
  /** Nobody can be created for this campaign. */
  | { result: 'cannot_create'; why: string }
  | { result: 'read'; import: ImportDone }

export interface ImportDone extends ImportResult {
  importId: string
  /** The first faults, by line. */
  report: ReportRow[]
  /** There are more, and they are kept for a day. */
  isKept: boolean
}

export interface ImportDesk {
  /** Takes a list of leads into a campaign, at the speed at which it can be written. */
  take(campaignId: string, body: AsyncIterable<Buffer>, asked: ImportAsked): Promise<Imported>
  /** The kept report of an import as CSV, in pieces; whoever may not see people gets no values. */
  report(campaignId: string, importId: string, clearance: Clearance): Promise<AsyncIterable<string> | undefined>
  /** The same as rows, some at a time. */
  rows(campaignId: string, importId: string, clearance: Clearance): Promise<AsyncIterable<ReportRow[]> | undefined>
  /** The latest imports, newest first. */
  list(campaignId: string): Promise<ImportView[]>
  /** Whether a campaign in this status takes leads. */
  takesLeads(status: CampaignStatus): boolean
}

export interface ImportView extends Omit<ImportEntry, 'at'> {
  at: string
}

const INLINE_ROWS = 1_000
/** A list that is wrong throughout is understood from less. */
const MAX_KEPT_ROWS = 50_000
const KEPT_BATCH = 500

const takesLeads: ReadonlySet<CampaignStatus> = new Set(['draft', 'running', 'paused'])

export function createImportDesk(
  parts: IntakeParts & { campaigns: CampaignBook; client: RedisClient; keys: Keys },
): ImportDesk {
  const { ledger, campaigns } = parts
  const reports = createImportReports<ReportRow>({ ...parts, seal: ledger.seal })
  const log = createImportLog(parts)

  const rows: ImportDesk['rows'] = async (campaignId, importId, clearance) => {
    const batches = await reports.read(campaignId, importId)
    return batches && (clearance === 'full' ? batches : withoutValues(batches))
  }

  /**
   * A list that was through while more of it was still coming in has not ended. One that somebody ended has.
   * @throws RejectedError when the campaign takes no leads any more
   */
  async function stayOpen(campaignId: string): Promise<void> {
    let { status } = await ledger.control.read(campaignId)
    if (takesLeads.has(status)) return
    if (status === 'done' && (await ledger.control.change(campaignId, ['done'], 'running'))) {
      await ledger.audit.note({ by: 'import', what: 'campaign.reopened', subject: campaignId })
      return
    }
    // Somebody else may have opened it again just now: another part of this list, or who looks after campaigns.
    if (status === 'done') ({ status } = await ledger.control.read(campaignId))
    if (takesLeads.has(status)) return
    throw new RejectedError(`the campaign was ${status} while its leads came in`, { code: 'CAMPAIGN_CLOSED' })
  }

  /** Why the leads that were just taken will not be called: somebody ended the campaign under the last of them. */
  async function endedMeanwhile(campaignId: string): Promise<unknown> {
    try {
      await stayOpen(campaignId)
    } catch (error) {
      // With Redis away nothing can be told; who looks after campaigns opens this one again for its leads.
      if (error instanceof RejectedError) return error
    }
    return undefined
  }

  return {
    async take(campaignId, body, { format, isDryRun, createLeads, by }) {
      const campaign = campaigns.get(campaignId)
      if (campaign === undefined) return { result: 'unknown_campaign' }
      const why = createLeads ? whyNobodyIsCreated(campaign) : undefined
      if (why !== undefined) return { result: 'cannot_create', why }
      const { status } = await ledger.control.read(campaignId)
      if (!takesLeads.has(status)) return { result: 'closed', status }

      const importId = randomBytes(8).toString('hex')
      const report: ReportRow[] = []
      const unkept: ReportRow[] = []
      let kept = 0
      const keep = async (least: number) => {
        if (isDryRun) return
        while (unkept.length >= least) {
          const batch = unkept.splice(0, KEPT_BATCH)
          await reports.append(campaignId, importId, batch)
          kept += batch.length
        }
      }
      const result = await importLeads(parts, {
        campaign,
        importId,
        isDryRun,
        createLeads,
        batches:
          format === 'csv' ? csvRows(body, line => ({ columns: columnsOf(line, createLeads) })) : ndjsonRows(body),
        onRejected(row) {
          if (report.length <= INLINE_ROWS) report.push(row)
          if (!isDryRun && kept + unkept.length < MAX_KEPT_ROWS) unkept.push(row)
        },
        between: () => keep(KEPT_BATCH),
        async before() {
          if (!isDryRun) await stayOpen(campaignId)
        },
      })
      const { accepted, duplicates, rejected } = result
      const brokenBy = result.brokenBy ?? (isDryRun || accepted === 0 ? undefined : await endedMeanwhile(campaignId))
      if (!isDryRun && brokenBy === undefined) await keep(1)
      if (!isDryRun) {
        const detail = `import_${importId}: ${accepted} accepted, ${duplicates} duplicates, ${rejected} rejected`
        const end = brokenBy === undefined ? '' : ', ended before its last row'
        await ledger.audit.note({ by, what: 'campaign.imported', subject: campaignId, detail: detail + end })
        const early = brokenBy === undefined ? {} : { endedEarly: true as const }
        const entry = { importId, at: parts.clock.now(), by, accepted, duplicates, rejected, reported: kept, ...early }
        await log.note(campaignId, entry)
      }
      const shown = report.slice(0, INLINE_ROWS).sort((a, b) => a.line - b.line)
      return { result: 'read', import: { ...result, brokenBy, importId, report: shown, isKept: kept > INLINE_ROWS } }
    },

    async report(campaignId, importId, clearance) {
      const batches = await rows(campaignId, importId, clearance)
      return batches && reportText(batches)
    },

    rows,
    list: async campaignId =>
      (await log.list(campaignId)).map(entry => ({ ...entry, at: new Date(entry.at).toISOString() })),
    takesLeads: status => takesLeads.has(status),
  }
}

/** Only LeadSail takes leads from us, and its own dialer is handed leads it knows. */
function whyNobodyIsCreated({ id, provider, mode }: Campaign): string | undefined {
  if (provider !== 'leadsail') return `createLeads works with provider leadsail; campaign ${id} is with ${provider}`
  if (mode === 'dial') return undefined
  return `createLeads works with mode dial; campaign ${id} hands its leads over, so the vendor has to know them: send their leadId`
}

async function* withoutValues(batches: AsyncIterable<ReportRow[]>): AsyncGenerator<ReportRow[]> {
  for await (const rows of batches) yield rows.map(row => ({ ...row, value: '' }))
}

async function* reportText(batches: AsyncIterable<ReportRow[]>): AsyncGenerator<string> {
  yield csvText([['line', 'column', 'value', 'reason', 'fix']])
  for await (const rows of batches) {
    yield csvText(
      rows.map(({ line, column, value, reason, fix }) => [
        { plain: line },
        column,
        value,
        { plain: reason },
        { plain: fix },
      ]),
    )
  }
}
