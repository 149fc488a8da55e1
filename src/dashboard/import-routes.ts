import { type Request, type Response, Router } from 'express'
import type { CampaignView } from '../desk/campaigns.ts'
import type { ImportDone, ImportFormat } from '../desk/imports.ts'
import { PayloadError, RejectedError } from '../errors.ts'
import { causeOf } from '../http/import-cause.ts'
import { readLongBody } from '../http/long-body.ts'
import { refuseUnknown } from './campaign-routes.ts'
import { providerName, statusWords } from './campaign-words.ts'
import { requireActor, visitorOf } from './gate.ts'
import { uploadReport } from './import-report.ts'
import type { PageParts } from './router.ts'

const section = '/dashboard/campaigns'

const formats: Readonly<Record<string, ImportFormat>> = { 'text/csv': 'csv', 'application/x-ndjson': 'ndjson' }

/**
 * `/dashboard/campaigns/<id>/import`: a list of leads, first tried and then taken. The page's script sends the file as
 * it is (`?dryRun=true` for the try, `createLeads=true` for people the vendor does not know) with the page's token in `X-Form-Token`, and is answered with a piece of the page.
 */
export function createImportRoutes(parts: PageParts): Router {
  const { desk, logger, render, sendPage, publicUrl } = parts
  const router = Router()

  router.get('/campaigns/:id/import', async (request, response) => {
    const { id } = request.params
    const campaign = await desk.board.show(id)
    if (campaign === undefined) return refuseUnknown(parts, response)
    const { provider, mode } = campaign
    return sendPage(response, 'import', {
      title: `Import leads into ${campaign.name}`,
      section,
      campaign,
      closed: closedWords(desk.imports.takesLeads(campaign.status), campaign),
      imports: await desk.imports.list(id),
      // What cannot be created is refused with the reason; here it is just not offered.
      canCreate: provider === 'leadsail' && mode === 'dial',
      vendor: providerName(provider),
      example: {
        url: publicUrl ?? `http://${request.headers.host ?? 'localhost'}`,
        needsKey: parts.adminKeys.length > 0,
      },
    })
  })

  router.post('/campaigns/:id/import', requireActor(parts), async (request, response) => {
    const id = String(request.params['id'])
    const isDryRun = request.query['dryRun'] === 'true'
    const createLeads = request.query['createLeads'] === 'true'
    const format = formatOf(request)
    const by = visitorOf(response).principal?.name ?? ''
    const body = readLongBody(request)
    const asked = { isDryRun, createLeads, by }
    const taken = format && (await desk.imports.take(id, body.chunks, { ...asked, format }))
    // A browser reads no answer before it has sent everything.
    await body.drain()
    if (taken === undefined) return answer(response, 415, notAList)
    if (taken.result === 'unknown_campaign') return refuseUnknown(parts, response)
    if (taken.result === 'closed') {
      const text = `It is ${statusWords[taken.status].label.toLowerCase()}. Nothing was imported.`
      return answer(response, 409, { title: 'The campaign takes no leads', text })
    }
    if (taken.result === 'cannot_create') {
      return answer(response, 400, { title: 'Leads cannot be created', text: `${taken.why}. Nothing was imported.` })
    }
    noteImport(request, id, isDryRun, taken.import)
    if (!isDryRun) desk.hoursAhead.forget(id)
    if (response.destroyed) return
    const { importId, brokenBy } = taken.import
    response.status(statusOf(brokenBy)).set('X-Report', '1').type('html')
    const report = uploadReport(taken.import, isDryRun)
    response.send(
      await render('import-report', {
        report,
        reportUrl: isDryRun ? undefined : reportUrl(id, importId),
        campaignId: id,
      }),
    )
  })

  /** The same piece of the page where there is nothing to report. */
  async function answer(response: Response, status: number, told: { title: string; text: string }): Promise<void> {
    const report = { isGood: false, counts: [], reasons: [], rows: [], rejected: 0, ...told }
    const html = await render('import-report', { report, reportUrl: undefined, campaignId: '' })
    response.status(status).set('X-Report', '1').type('html').send(html)
  }

  function noteImport(request: Request, campaign: string, isDryRun: boolean, done: ImportDone): void {
    const { importId, accepted, duplicates, rejected, brokenBy } = done
    const facts = { campaign, importId, isDryRun, accepted, duplicates, rejected }
    if (brokenBy === undefined) logger.info(facts, 'import.done')
    else logger.warn({ ...facts, ...causeOf(brokenBy) }, request.errored === null ? 'import.ended_early' : 'import.cut')
  }

  return router
}

const reportUrl = (campaign: string, importId: string) =>
  `/dashboard/campaigns/${encodeURIComponent(campaign)}/imports/${importId}`

const notAList = {
  title: 'This is no list',
  text: 'Send a CSV file, or one JSON object a line, as it is: not compressed. Nothing was imported.',
}

function closedWords(takesLeads: boolean, { status }: CampaignView): string | undefined {
  return takesLeads ? undefined : `${statusWords[status].means} It takes no more leads.`
}

function formatOf(request: Request): ImportFormat | undefined {
  const [type = ''] = (request.get('Content-Type') ?? '').split(';')
  return request.get('Content-Encoding') === undefined ? formats[type.trim().toLowerCase()] : undefined
}

function statusOf(brokenBy: unknown): number {
  if (brokenBy === undefined) return 200
  if (brokenBy instanceof PayloadError) return 400
  return brokenBy instanceof RejectedError ? 409 : 503
}
