import { type ErrorRequestHandler, Router } from 'express'
import type { Desk } from '../desk/index.ts'
import { AppError, isKeyRefused, isRedisError, RateLimitedError, RejectedError, UnavailableError } from '../errors.ts'
import type { KeyCheck } from '../http/key-check.ts'
import { sendProblem } from '../http/problem.ts'
import type { Logger } from '../logger.ts'
import { createAlertRoutes } from './alerts.ts'
import { AuditListing, allow, parseOr400, principalOf } from './answers.ts'
import { createCampaignRoutes } from './campaigns.ts'
import { createDestinationRoutes } from './destinations.ts'
import { createDryRunRoutes } from './dry-run.ts'
import { createEventRoutes } from './events.ts'
import { createExportRoutes } from './exports.ts'
import { createFailureRoutes } from './failures.ts'
import { createImportRoutes } from './imports.ts'
import { createJourneyRoutes } from './journeys.ts'
import { createErasureRoutes, createLeadRoutes } from './leads.ts'
import { createParkedRoutes } from './parked.ts'
import { createPreflightRoutes } from './preflight.ts'
import { createReplayRoutes } from './replays.ts'
import { createSuppressionRoutes } from './suppressions.ts'

/** `/api/v1`: JSON in, JSON out, problem details for whatever goes wrong. */
export function createApiRouter(parts: { desk: Desk; keyCheck: KeyCheck; logger: Logger }): Router {
  const { desk, keyCheck, logger } = parts
  const router = Router()
  router.use(allow({ keyCheck, logger }))
  router.use('/journeys', createJourneyRoutes(desk.journeys))
  router.use('/events', createEventRoutes(desk.events))
  router.use('/parked', createParkedRoutes(desk.parked))
  router.use('/suppressions', createSuppressionRoutes(desk.suppressions, logger))
  router.use('/failures', createFailureRoutes(desk.failures))
  router.use('/alerts', createAlertRoutes(desk.alerts))
  router.use('/destinations', createDestinationRoutes(desk.destinations))
  router.use('/replays', createReplayRoutes(desk.replays))
  router.use('/leads', createLeadRoutes(desk.erasures))
  router.use('/erasures', createErasureRoutes(desk.erasures))

  router.use('/campaigns', createCampaignRoutes(desk.campaigns))
  router.use('/campaigns', createPreflightRoutes(desk.preflight))
  router.use('/campaigns', createDryRunRoutes(desk.dryRuns))
  router.use('/campaigns', createImportRoutes(desk.imports, logger))
  router.use('/campaigns', createExportRoutes(desk.exports, logger))

  router.post('/pause', async (_request, response) => {
    await desk.campaigns.pauseAll(principalOf(response).name)
    response.json({ allPaused: true })
  })
  router.post('/resume', async (_request, response) => {
    await desk.campaigns.resumeAll(principalOf(response).name)
    response.json({ allPaused: false })
  })
  router.get('/audit', async (request, response) => {
    const query = parseOr400(AuditListing, request.query, response)
    if (query !== undefined) response.json(await desk.audit.list(query))
  })

  router.use((request, response) =>
    sendProblem(response, 404, `${request.method} ${request.baseUrl}${request.path} is not here`),
  )
  router.use(explain(logger))
  return router
}

function explain(logger: Logger): ErrorRequestHandler {
  return (error, _request, response, next) => {
    if (response.headersSent) return next(error)
    if (error instanceof URIError) return sendProblem(response, 400, 'the path is not well-formed')
    const { status, type } = error as { status?: number; type?: string }
    if (typeof type === 'string' && status !== undefined && status < 500) {
      return sendProblem(response, status, error.message)
    }
    const isVendorAway = error instanceof UnavailableError || error instanceof RateLimitedError || isKeyRefused(error)
    if (isVendorAway) {
      response.set('Retry-After', '5')
      return sendProblem(response, 503, error.message, { code: error.code })
    }
    if (error instanceof RejectedError) return sendProblem(response, 422, error.message, { code: error.code })
    if (isRedisError(error)) {
      response.set('Retry-After', '5')
      return sendProblem(response, 503, 'the ledger cannot be reached now')
    }
    if (error instanceof AppError) return sendProblem(response, 400, error.message, { code: error.code })
    logger.error({ err: error }, 'request.failed')
    sendProblem(response, 500, 'something went wrong here; the log says what')
  }
}
