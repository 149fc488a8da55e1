import { Router } from 'express'
import { z } from 'zod'
import { exportFormats, exportRows } from '../desk/exports.ts'
import { CSV, NDJSON, sendFile } from '../http/send-file.ts'
import { refuseUnknown } from './campaign-routes.ts'
import { visitorOf } from './gate.ts'
import type { PageParts } from './router.ts'

const Asked = z.object({ format: z.enum(exportFormats).catch('csv'), by: z.enum(exportRows).catch('lead') })

const types = { csv: CSV, ndjson: NDJSON }

/** `GET /dashboard/campaigns/<id>/export?format=&by=`: a campaign as a file, for whoever looks at its page. */
export function createCampaignExportRoutes(parts: PageParts): Router {
  const { desk, logger } = parts
  const router = Router()
  router.get('/campaigns/:id/export', async (request, response) => {
    const { id } = request.params
    const { format, by } = Asked.parse(request.query)
    const { clearance, principal } = visitorOf(response)
    const text = await desk.exports.read(id, { format, by, clearance, principal: principal?.name ?? '' })
    if (text === undefined) return refuseUnknown(parts, response)
    try {
      await sendFile(response, { name: `${id}-by-${by}.${format}`, type: types[format], text })
    } catch (err) {
      logger.warn({ campaign: id, err }, 'export.cut')
    }
  })
  return router
}
