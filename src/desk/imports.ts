import { randomBytes } from 'node:crypto'
import type { CampaignBook } from '../campaigns/book.ts'
import { RejectedError } from '../errors.ts'
import { csvRows } from '../intake/import/csv-rows.ts'
import { type ImportResult, importLeads } from '../intake/import/import-leads.ts'
import type { ReportRow } from '../intake/import/import-row.ts'
import { ndjsonRows } from '../intake/import/ndjson-rows.ts'
import type { IntakeParts } from '../intake/open-journey.ts'
import type { CampaignStatus } from '../ledger/control.ts'
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
  by: string
}

export type Imported =
  | { result: 'unknown_campaign' }
  /** A campaign in this status takes no leads. */
  | { result: 'closed'; status: CampaignStatus }
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

  /**
   * A list that was through while more of it was still coming in has not ended. One that somebody ended has.
   * @throws RejectedError when the campaign takes no leads any more
   */
  async function stayOpen(campaignId: string): Promise<void> {
    const { status } = await ledger.control.read(campaignId)
    if (takesLeads.has(status)) return
    if (status === 'done' && (await ledger.control.change(campaignId, ['done'], 'running'))) return
    throw new RejectedError(`the campaign was ${status} while its leads came in`, { code: 'CAMPAIGN_CLOSED' })
  }

  return {
    async take(campaignId, body, { format, isDryRun, by }) {
      const campaign = campaigns.get(campaignId)
      if (campaign === undefined) return { result: 'unknown_campaign' }
      const { status } = await ledger.control.read(campaignId)
      if (!takesLeads.has(status)) return { result: 'closed', status }

      const importId = randomBytes(8).toString('hex')
      const report: ReportRow[] = []
      const unkept: ReportRow[] = []
      let kept = 0
      const keep = async (least: number) => {
        if (isDryRun || report.length <= INLINE_ROWS) return
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
        batches: format === 'csv' ? csvRows(body) : ndjsonRows(body),
        onRejected(row) {
          if (report.length <= INLINE_ROWS) report.push(row)
          if (!isDryRun && kept + unkept.length < MAX_KEPT_ROWS) unkept.push(row)
        },
        async between() {
          if (!isDryRun) await stayOpen(campaignId)
          await keep(KEPT_BATCH)
        },
      })
      const { accepted, duplicates, rejected, brokenBy } = result
      if (!isDryRun && brokenBy === undefined) {
        if (accepted > 0) await stayOpen(campaignId).catch(() => {})
        await keep(1)
      }
      if (!isDryRun) {
        const detail = `import_${importId}: ${accepted} accepted, ${duplicates} duplicates, ${rejected} rejected`
        const end = brokenBy === undefined ? '' : ', ended before its last row'
        await ledger.audit.note({ by, what: 'campaign.imported', subject: campaignId, detail: detail + end })
      }
      const shown = report.slice(0, INLINE_ROWS).sort((a, b) => a.line - b.line)
      return { result: 'read', import: { ...result, importId, report: shown, isKept: kept > 0 } }
    },

    async report(campaignId, importId, clearance) {
      const batches = await reports.read(campaignId, importId)
      return batches && reportText(batches, clearance)
    },
  }
}

async function* reportText(batches: AsyncIterable<ReportRow[]>, clearance: Clearance): AsyncGenerator<string> {
  yield csvText([['line', 'column', 'value', 'reason', 'fix']])
  for await (const rows of batches) {
    yield csvText(
      rows.map(({ line, column, value, reason, fix }) => [
        { plain: line },
        column,
        clearance === 'full' ? value : '',
        { plain: reason },
        { plain: fix },
      ]),
    )
  }
}
