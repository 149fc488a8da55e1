import { Router } from 'express'
import { z } from 'zod'
import type { ErasureDesk } from '../desk/erasures.ts'
import { answerOr404, parseOr400, principalOf } from './answers.ts'
import { requireAdmin } from './require-admin.ts'

/** Longer than any vendor's id. */
const LeadId = z.string().min(1).max(200)

/** `DELETE /leads/:leadId`: the lead is erased, as soon as the wish is on disk. */
export function createLeadRoutes(erasures: ErasureDesk): Router {
  const router = Router()
  router.delete('/:leadId', requireAdmin, async (request, response) => {
    const leadId = parseOr400(LeadId, request.params['leadId'], response)
    if (leadId === undefined) return
    const erasure = await erasures.ask(leadId, principalOf(response).name)
    response.status(202).location(`/api/v1/erasures/${erasure.id}`).json(erasure)
  })
  return router
}

/** `GET /erasures/:id`: how far that is. */
export function createErasureRoutes(erasures: ErasureDesk): Router {
  const router = Router()
  router.get('/:id', async (request, response) => {
    answerOr404(response, await erasures.show(request.params.id), 'erasure')
  })
  return router
}
