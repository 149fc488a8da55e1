import { Router } from 'express'
import type { Readiness } from '../desk/readiness.ts'
import type { KeyCheck } from '../http/key-check.ts'
import type { Logger } from '../logger.ts'
import { allow } from './answers.ts'
import { createHealthRouter } from './health.ts'
import { createMetricsRouter } from './metrics.ts'
import { createOpenApiRouter } from './openapi/router.ts'

/** What a service says of itself, outside of `/api/v1`: health for everybody, figures and description for readers. */
export function createServiceRouter(parts: {
  readiness: Readiness
  keyCheck: KeyCheck
  logger: Logger
  expose: Parameters<typeof createMetricsRouter>[0]['expose']
}): Router {
  const mayRead = allow(parts)
  return Router()
    .use(createHealthRouter(parts.readiness))
    .use(createMetricsRouter({ allow: mayRead, expose: parts.expose }))
    .use(createOpenApiRouter({ allow: mayRead }))
}
