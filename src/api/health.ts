import { Router } from 'express'
import type { Readiness } from '../desk/readiness.ts'

/** `/healthz` says that the process runs; `/readyz` that it can do its work, and if not, why. */
export function createHealthRouter(readiness: Readiness): Router {
  const router = Router()
  router.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' })
  })
  router.get('/readyz', async (_request, response) => {
    const { ready, ...facts } = await readiness.check()
    response.status(ready ? 200 : 503).json({ status: ready ? 'ready' : 'not ready', ...facts })
  })
  return router
}
