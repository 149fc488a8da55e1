import { Router } from 'express'
import type { AlertDesk } from '../desk/alerts.ts'
import { Listing, parseOr400 } from './answers.ts'

/** What holds now and somebody should act on. */
export function createAlertRoutes(alerts: AlertDesk): Router {
  const router = Router()
  router.get('/', async (request, response) => {
    const query = parseOr400(Listing, request.query, response)
    if (query !== undefined) response.json({ alerts: await alerts.list(query) })
  })
  return router
}
