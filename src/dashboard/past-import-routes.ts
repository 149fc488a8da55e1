import { Router } from 'express'
import type { ImportView } from '../desk/imports.ts'
import { CSV, sendFile } from '../http/send-file.ts'
import { refuseUnknown } from './campaign-routes.ts'
import { visitorOf } from './gate.ts'
import { pastReport, type ReportRow, ROWS_SHOWN } from './import-report.ts'
import type { PageParts } from './router.ts'

const section = '/dashboard/campaigns'

/** `/dashboard/campaigns/<id>/imports/<importId>`: what an import came to, and its whole report as a file for a day. */
export function createPastImportRoutes(parts: PageParts): Router {
  const { desk, logger, sendPage } = parts
  const router = Router()

  router.get('/campaigns/:id/imports/:importId', async (request, response) => {
    const { id, importId } = request.params
    const [campaign, imports] = await Promise.all([desk.campaigns.show(id), desk.imports.list(id)])
    if (campaign === undefined) return refuseUnknown(parts, response)
    const entry = imports.find(found => found.importId === importId)
    if (entry === undefined) return sendPage(response, 'notice', { title: 'No such import', ...noImport(id) }, 404)
    const rows = await firstRows(await desk.imports.rows(id, importId, visitorOf(response).clearance))
    return sendPage(response, 'past-import', {
      title: `Import into ${campaign.name}`,
      section,
      campaign,
      entry,
      report: pastReport(entry, rows),
      gone: goneWords(entry, rows),
      fileUrl:
        rows.length === 0 ? undefined : `/dashboard/campaigns/${encodeURIComponent(id)}/imports/${importId}/report`,
    })
  })

  router.get('/campaigns/:id/imports/:importId/report', async (request, response) => {
    const { id, importId } = request.params
    const text = await desk.imports.report(id, importId, visitorOf(response).clearance)
    if (text === undefined) return sendPage(response, 'notice', { title: 'No such report', ...noImport(id) }, 404)
    try {
      await sendFile(response, { name: `${importId}-report.csv`, type: CSV, text })
    } catch (err) {
      logger.warn({ campaign: id, importId, err }, 'import.report_cut')
    }
  })

  return router
}

/** A little more than is shown, so that the reasons are counted over all that is kept of a usual list. */
const ROWS_READ = 5 * ROWS_SHOWN

async function firstRows(batches: AsyncIterable<ReportRow[]> | undefined): Promise<ReportRow[]> {
  const rows: ReportRow[] = []
  for await (const batch of batches ?? []) {
    rows.push(...batch)
    if (rows.length >= ROWS_READ) break
  }
  return rows.slice(0, ROWS_READ).sort((a, b) => a.line - b.line)
}

function goneWords({ rejected, reported }: ImportView, rows: readonly ReportRow[]): string | undefined {
  if (rejected === 0 || rows.length > 0) return undefined
  return reported > 0
    ? 'Reports quote what people wrote, so they are kept for a day only: this one is gone.'
    : 'No report of its faulty rows was kept.'
}

const noImport = (campaign: string) => ({
  section,
  text: 'Reports are kept for a day, and the last 50 imports of a campaign are listed.',
  linkUrl: `/dashboard/campaigns/${encodeURIComponent(campaign)}/import`,
  linkText: 'Imports of this campaign',
})
