import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Router } from 'express'
import { z } from 'zod'
import { type ExportDesk, exportFormats, exportRows } from '../desk/exports.ts'
import { isAtLeast } from '../http/access.ts'
import { sendProblem } from '../http/problem.ts'
import type { Logger } from '../logger.ts'
import { parseOr400, principalOf } from './answers.ts'

const ExportQuery = z.object({
  format: z.enum(exportFormats).default('csv'),
  by: z.enum(exportRows).default('lead'),
})

const contentTypes = { csv: 'text/csv; charset=utf-8', ndjson: 'application/x-ndjson; charset=utf-8' }

/** A campaign as a file, written as fast as it is read. One that fails half-way is cut off, never ended as if whole. */
export function createExportRoutes(exports: ExportDesk, logger: Logger): Router {
  const router = Router()

  router.get('/:id/export', async (request, response) => {
    const query = parseOr400(ExportQuery, request.query, response)
    if (query === undefined) return
    const principal = principalOf(response)
    const clearance = isAtLeast(principal, 'operator') ? 'full' : 'masked'
    const { id } = request.params
    const text = await exports.read(id, { ...query, clearance, principal: principal.name })
    if (text === undefined) return sendProblem(response, 404, `no campaign ${id} is loaded`)
    response.set({ 'Content-Type': contentTypes[query.format], 'Cache-Control': 'no-store' })
    response.attachment(`${id}-by-${query.by}.${query.format}`)
    response.set('Content-Type', contentTypes[query.format])
    try {
      await pipeline(Readable.from(text, { objectMode: true, highWaterMark: 1 }), response)
    } catch (err) {
      logger.warn({ campaign: id, err }, 'export.cut')
    }
  })
  return router
}
