import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Request, type Response, Router } from 'express'
import { z } from 'zod'
import type { ImportDesk, ImportDone, ImportFormat } from '../desk/imports.ts'
import { AppError, PayloadError, RejectedError } from '../errors.ts'
import { isAtLeast } from '../http/access.ts'
import { causeOf } from '../http/import-cause.ts'
import { readLongBody } from '../http/long-body.ts'
import { sendProblem } from '../http/problem.ts'
import type { Logger } from '../logger.ts'
import { parseOr400, principalOf } from './answers.ts'

const Flag = z.enum(['true', 'false']).default('false')
export const ImportQuery = z.object({ dryRun: Flag, createLeads: Flag })

const formats: Readonly<Record<string, ImportFormat>> = { 'text/csv': 'csv', 'application/x-ndjson': 'ndjson' }

/** Lists of leads: in, row by row as they arrive, and the reports of what was wrong with them. */
export function createImportRoutes(imports: ImportDesk, logger: Logger): Router {
  const router = Router()

  router.post('/:id/leads', async (request, response) => {
    const query = parseOr400(ImportQuery, request.query, response)
    if (query === undefined) return
    const format = formatOf(request)
    if (format === undefined) {
      const detail = 'send the list as it is, as Content-Type: text/csv or application/x-ndjson, not compressed'
      return sendProblem(response, 415, detail)
    }
    const isDryRun = query.dryRun === 'true'
    const createLeads = query.createLeads === 'true'
    const { id } = request.params
    const startedAt = performance.now()
    const by = principalOf(response).name
    const answer = await imports.take(id, readLongBody(request).chunks, { format, isDryRun, createLeads, by })
    switch (answer.result) {
      case 'unknown_campaign':
        return sendProblem(response, 404, `no campaign ${id} is loaded`)
      case 'closed':
        return sendProblem(response, 409, `the campaign is ${answer.status} and takes no leads`)
      case 'cannot_create':
        return sendProblem(response, 400, answer.why, { code: 'NOT_SUPPORTED' })
    }
    const { importId, accepted, duplicates, rejected, brokenBy } = answer.import
    const runMs = Math.round(performance.now() - startedAt)
    const facts = { campaign: id, importId, isDryRun, accepted, duplicates, rejected, runMs }
    if (brokenBy === undefined) logger.info(facts, 'import.done')
    else logger.warn({ ...facts, ...causeOf(brokenBy) }, request.errored === null ? 'import.ended_early' : 'import.cut')
    answerImport(response, id, answer.import)
  })

  router.get('/:id/imports/:importId/report', async (request, response) => {
    const { id, importId } = request.params
    const clearance = isAtLeast(principalOf(response), 'operator') ? 'full' : 'masked'
    const text = await imports.report(id, importId, clearance)
    if (text === undefined) return sendProblem(response, 404, 'no such report, or it is older than a day')
    response.type('text/csv').attachment(`${importId}-report.csv`)
    await pipeline(Readable.from(text), response)
  })
  return router
}

function formatOf(request: Request): ImportFormat | undefined {
  const [type = ''] = (request.get('Content-Type') ?? '').split(';')
  const isPlain = (request.get('Content-Encoding') ?? 'identity').toLowerCase() === 'identity'
  return isPlain ? formats[type.trim().toLowerCase()] : undefined
}

/** Whatever ended a list early, the answer says how much of it was taken: sending it again adds only the rest. */
function answerImport(response: Response, campaign: string, done: ImportDone): void {
  const { importId, accepted, duplicates, rejected, report, isKept, brokenBy } = done
  const url = `/api/v1/campaigns/${encodeURIComponent(campaign)}/imports/${importId}/report`
  const counts = { accepted, duplicates, rejected }
  if (brokenBy === undefined) {
    response.json({ ...counts, report, ...(isKept ? { reportUrl: url } : {}) })
    return
  }
  if (response.destroyed) return
  const isClosed = brokenBy instanceof RejectedError && brokenBy.code === 'CAMPAIGN_CLOSED'
  const next = isClosed ? 'and wait or end with it; it takes no more' : 'send the list again for the rest'
  const taken = accepted === 0 ? 'nothing was taken' : `${accepted} leads were taken${isClosed ? ' ' : '; '}${next}`
  const code = brokenBy instanceof AppError ? { code: brokenBy.code } : {}
  if (brokenBy instanceof PayloadError) {
    sendProblem(response, 400, `${brokenBy.message}; ${taken}`, { ...code, ...counts })
  } else if (brokenBy instanceof RejectedError) {
    sendProblem(response, 409, `${brokenBy.message}; ${taken}`, { ...code, ...counts })
  } else {
    response.set('Retry-After', '5')
    sendProblem(response, 503, `the list could not be written to its end; ${taken}`, { ...code, ...counts })
  }
}
