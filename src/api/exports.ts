import { Router } from 'express'
import { z } from 'zod'
import { type ExportDesk, exportFormats, exportRows } from '../desk/exports.ts'
import { isAtLeast } from '../http/access.ts'
import { sendProblem } from '../http/problem.ts'
import { CSV, NDJSON, sendFile } from '../http/send-file.ts'
import type { Logger } from '../logger.ts'
import { parseOr400, principalOf } from './answers.ts'

export const ExportQuery = z.object({
  format: z.enum(exportFormats).default('csv'),
  by: z.enum(exportRows).default('lead'),
})

const types = { csv: CSV, ndjson: NDJSON }

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
    try {
      await sendFile(response, { name: `${id}-by-${query.by}.${query.format}`, type: types[query.format], text })
    } catch (err) {
      logger.warn({ campaign: id, err }, 'export.cut')
    }
  })
  return router
}
