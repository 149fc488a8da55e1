import express, { type Request, type Response, Router } from 'express'
import { z } from 'zod'
import { channels } from '../campaigns/vocabulary.ts'
import type { SuppressionDesk, SuppressionImport } from '../desk/suppressions.ts'
import { AppError, PayloadError } from '../errors.ts'
import { isAtLeast } from '../http/access.ts'
import { causeOf } from '../http/import-cause.ts'
import { readLongBody } from '../http/long-body.ts'
import { sendProblem } from '../http/problem.ts'
import type { Logger } from '../logger.ts'
import { FilterText, PagedListing, parseOr400, principalOf } from './answers.ts'

export const SuppressionQuery = PagedListing.extend({
  phone: FilterText,
  inferred: z
    .enum(['true', 'false'])
    .transform(value => value === 'true')
    .optional(),
})

export const Suppress = z.strictObject({
  phone: z.string().min(1).max(500),
  channels: z.array(z.enum(channels)).min(1).max(channels.length).optional(),
  reason: z.string().trim().min(1).max(200).optional(),
})

export const SuppressionImportQuery = z.object({ dryRun: z.enum(['true', 'false']).default('false') })

const NO_NUMBER = 'phone: no valid number; write it with its country code, as +12125550123'

/** Numbers that must not be called or texted. */
export function createSuppressionRoutes(suppressions: SuppressionDesk, logger: Logger): Router {
  const router = Router()

  router.get('/', async (request, response) => {
    const query = parseOr400(SuppressionQuery, request.query, response)
    if (query === undefined) return
    const clearance = isAtLeast(principalOf(response), 'operator') ? 'full' : 'masked'
    response.json(await suppressions.list(query, query, clearance))
  })

  router.post('/', express.json({ limit: '10kb' }), async (request, response) => {
    const by = principalOf(response).name
    if (isCsv(request)) {
      const query = parseOr400(SuppressionImportQuery, request.query, response)
      if (query === undefined) return
      const isDryRun = query.dryRun === 'true'
      const done = await suppressions.import(readLongBody(request).chunks, { isDryRun, by })
      return answerImport(response, done, isDryRun, logger)
    }
    const asked = parseOr400(Suppress, request.body, response)
    if (asked === undefined) return
    const added = await suppressions.add(asked, by)
    if (added === undefined) return sendProblem(response, 400, NO_NUMBER, { code: 'INVALID_PHONE' })
    response.status(201).json(added)
  })

  router.delete('/:phone', async (request, response) => {
    const phone = request.params['phone'] as string
    const result = await suppressions.remove({ phone }, principalOf(response).name)
    if (result === 'removed') response.status(204).end()
    else if (result === 'missing') sendProblem(response, 404, 'this number is not suppressed')
    else sendProblem(response, 400, NO_NUMBER, { code: 'INVALID_PHONE' })
  })
  return router
}

function isCsv(request: Request): boolean {
  const [type = ''] = (request.get('Content-Type') ?? '').split(';')
  const isPlain = (request.get('Content-Encoding') ?? 'identity').toLowerCase() === 'identity'
  return isPlain && type.trim().toLowerCase() === 'text/csv'
}

/** Whatever ended a list early, the answer says how much of it was taken: sending it again adds only the rest. */
function answerImport(response: Response, done: SuppressionImport, isDryRun: boolean, logger: Logger): void {
  const { accepted, duplicates, rejected, report, brokenBy } = done
  const counts = { accepted, duplicates, rejected }
  if (brokenBy === undefined) {
    logger.info({ ...counts, isDryRun }, 'suppressions.imported')
    response.status(isDryRun ? 200 : 201).json({ ...counts, report })
    return
  }
  logger.warn({ ...counts, isDryRun, ...causeOf(brokenBy) }, 'suppressions.import_ended_early')
  if (response.destroyed) return
  const taken =
    accepted === 0 ? 'nothing was taken' : `${accepted} numbers were taken; send the list again for the rest`
  const code = brokenBy instanceof AppError ? { code: brokenBy.code } : {}
  if (brokenBy instanceof PayloadError) {
    sendProblem(response, 400, `${brokenBy.message}; ${taken}`, { ...code, ...counts })
    return
  }
  response.set('Retry-After', '5')
  sendProblem(response, 503, `the list could not be written to its end; ${taken}`, { ...code, ...counts })
}
