import { type RequestHandler, Router } from 'express'
import { type ApiDocument, describeApi } from './document.ts'

/** `/openapi.json`, for whoever may read. Made when it is first asked for. */
export function createOpenApiRouter(parts: { allow: RequestHandler }): Router {
  let made: ApiDocument | undefined
  const router = Router()
  router.get('/openapi.json', parts.allow, (_request, response) => {
    made ??= describeApi()
    response.json(made)
  })
  return router
}
