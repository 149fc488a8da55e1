import { Router } from 'express'
import type { DestinationDesk } from '../desk/destinations.ts'

/** Where pixels go, and whether they are taken there. */
export function createDestinationRoutes(destinations: DestinationDesk): Router {
  const router = Router()
  router.get('/', async (_request, response) => {
    response.json({ destinations: await destinations.list() })
  })
  return router
}
