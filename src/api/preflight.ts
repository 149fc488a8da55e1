import { Router } from 'express'
import type { PreflightDesk } from '../desk/preflight.ts'
import { answerOr404 } from './answers.ts'

export function createPreflightRoutes(preflight: PreflightDesk): Router {
  const router = Router()
  router.get('/:id/preflight', async (request, response) => {
    answerOr404(response, await preflight.read(request.params.id), 'campaign')
  })
  return router
}
