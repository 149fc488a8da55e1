import { Router } from 'express'
import type { AlertDesk } from '../desk/alerts.ts'
import { parseOr400, WholeListing } from './answers.ts'

/** What holds now and somebody should act on. */
export function createAlertRoutes(alerts: AlertDesk): Router {
  const router = Router()
  router.get('/', async (request, response) => {
    const query = parseOr400(WholeListing, request.query, response)
    if (query !== undefined) response.json({ alerts: await alerts.list(query) })
  })
  return router
}
