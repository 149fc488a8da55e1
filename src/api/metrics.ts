import { type RequestHandler, Router } from 'express'

/** `/metrics` in Prometheus' text format, for whoever may read. */
export function createMetricsRouter(parts: {
  allow: RequestHandler
  /** Never rejects: while Redis is away only this process is told of. */
  expose: () => Promise<{ contentType: string; body: string }>
}): Router {
  const router = Router()
  router.get('/metrics', parts.allow, async (_request, response) => {
    const { contentType, body } = await parts.expose()
    response.set('Content-Type', contentType).send(body)
  })
  return router
}
