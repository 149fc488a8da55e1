import { type ErrorRequestHandler, Router } from 'express'
import type { AdminKey } from '../config.ts'
import type { Desk } from '../desk/index.ts'
import { AppError, isKeyRefused, isRedisError, RateLimitedError, RejectedError, UnavailableError } from '../errors.ts'
import { sendProblem } from '../http/problem.ts'
import type { Logger } from '../logger.ts'
import { allow, answerOr404, Listing, parseOr400 } from './answers.ts'
import { createEventRoutes } from './events.ts'
import { createJourneyRoutes } from './journeys.ts'
import { createParkedRoutes } from './parked.ts'

/** `/api/v1`: JSON in, JSON out, problem details for whatever goes wrong. */
export function createApiRouter(parts: { desk: Desk; adminKeys: readonly AdminKey[]; logger: Logger }): Router {
  const { desk, adminKeys, logger } = parts
  const router = Router()
  router.use(allow(adminKeys))
  router.use('/journeys', createJourneyRoutes(desk.journeys))
  router.use('/events', createEventRoutes(desk.events))
  router.use('/parked', createParkedRoutes(desk.parked))

  router.get('/campaigns', async (_request, response) => {
    response.json({ campaigns: await desk.campaigns.list() })
  })
  router.get('/campaigns/:id', async (request, response) => {
    answerOr404(response, await desk.campaigns.show(request.params.id), 'campaign')
  })
  router.get('/audit', async (request, response) => {
    const query = parseOr400(Listing, request.query, response)
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
