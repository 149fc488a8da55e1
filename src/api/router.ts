import express, { type ErrorRequestHandler, type Request, type RequestHandler, type Response, Router } from 'express'
import { z } from 'zod'
import { journeyStates, outcomes } from '../campaigns/vocabulary.ts'
import type { AdminKey } from '../config.ts'
import type { Desk } from '../desk/index.ts'
import { AppError, RateLimitedError, RejectedError, UnavailableError } from '../errors.ts'
import { isAtLeast, isDirectLocal, localOwner, ownerOfKey, type Principal } from '../http/access.ts'
import { sendProblem } from '../http/problem.ts'
import { eventStates } from '../ledger/events.ts'
import type { Logger } from '../logger.ts'
import { CallRequested } from '../sources/standard.ts'

const Listing = z.object({
  limit: z.coerce.number().int().min(1).max(1000).default(50),
  cursor: z.string().max(500).optional(),
})
const text = z.string().max(200).optional()
const JourneyQuery = Listing.extend({
  leadId: text,
  phone: text,
  interactionId: text,
  eventId: text,
  campaign: text,
  state: z.enum(journeyStates).optional(),
  outcome: z.enum(outcomes).optional(),
})
const EventQuery = Listing.extend({ source: text, status: z.enum(eventStates).optional() })
const JourneyBody = CallRequested.extend({ force: z.boolean().default(false) })

/** `/api/v1`: JSON in, JSON out, problem details for whatever goes wrong. */
export function createApiRouter(parts: { desk: Desk; adminKeys: readonly AdminKey[]; logger: Logger }): Router {
  const { desk, adminKeys, logger } = parts
  const router = Router()
  router.use(allow(adminKeys))

  router.post('/journeys', express.json({ limit: '100kb' }), async (request, response) => {
    const body = parse(JourneyBody, request.body, response)
    if (body === undefined) return
    const { force, ...asked } = body
    const answer = await desk.journeys.request(asked, { force, idempotencyKey: request.get('Idempotency-Key') })
    switch (answer.result) {
      case 'opened':
      case 'repeated':
        logger.info({ journeyId: answer.journey.id, by: principalOf(response).name }, 'journey.requested')
        response.status(201).location(`/api/v1/journeys/${answer.journey.id}`).json(answer.journey)
        return
      case 'there':
        sendProblem(response, 409, conflictOf(answer.why), { journeyId: answer.journeyId })
        return
      case 'unknown_campaign':
        sendProblem(response, 404, `no campaign ${asked.campaign} is loaded`)
        return
      case 'key_reused':
        sendProblem(response, 422, 'this Idempotency-Key was used with another body')
    }
  })

  router.get('/journeys', async (request, response) => {
    const query = parse(JourneyQuery, request.query, response)
    if (query !== undefined) response.json(await desk.journeys.find(query, query))
  })
  router.get('/journeys/:id', async (request, response) => {
    orMissing(response, await desk.journeys.show(request.params.id), 'journey')
  })
  router.post('/journeys/:id/cancel', async (request, response) => {
    orMissing(response, await desk.journeys.cancel(request.params.id, principalOf(response).name), 'journey')
  })

  router.get('/campaigns', async (_request, response) => {
    response.json({ campaigns: await desk.campaigns.list() })
  })
  router.get('/campaigns/:id', async (request, response) => {
    orMissing(response, await desk.campaigns.show(request.params.id), 'campaign')
  })

  router.get('/events', async (request, response) => {
    const query = parse(EventQuery, request.query, response)
    if (query !== undefined) response.json(await desk.events.find(query, query))
  })
  router.get('/events/:id', async (request, response) => {
    orMissing(response, await desk.events.show(request.params.id), 'event')
  })
  router.get('/events/:id/raw', async (request, response) => {
    const raw = await desk.events.raw(request.params.id)
    if (raw === undefined) return sendProblem(response, 404, 'no such event, or its body is past its retention')
    // Whatever it says it is, a browser must not run it.
    response.set({ 'Content-Type': 'application/octet-stream', 'X-Event-Content-Type': raw.contentType })
    response.set('Content-Disposition', 'attachment').end(raw.body)
  })
  router.post('/events/:id/replay', async (request, response) => {
    const event = await desk.events.replay(request.params.id)
    if (event !== undefined) logger.info({ eventId: event.id, by: principalOf(response).name }, 'event.replayed')
    orMissing(response, event, 'event', 202)
  })

  router.use((request, response) =>
    sendProblem(response, 404, `${request.method} ${request.baseUrl}${request.path} is not here`),
  )
  router.use(explain(logger))
  return router
}

/** Who asks, and whether they may: viewers only read. */
function allow(adminKeys: readonly AdminKey[]): RequestHandler {
  return (request, response, next) => {
    const principal = principalFrom(request, adminKeys)
    if (principal === undefined) {
      response.set('WWW-Authenticate', 'Bearer')
      return sendProblem(response, 401, 'an API key is needed: Authorization: Bearer <key>')
    }
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    if (!isRead && !isAtLeast(principal, 'operator')) {
      return sendProblem(response, 403, `${principal.name} is a ${principal.role} and may only read`)
    }
    response.locals['principal'] = principal
    next()
  }
}

function principalFrom(request: Request, adminKeys: readonly AdminKey[]): Principal | undefined {
  if (adminKeys.length === 0) return isDirectLocal(request) ? localOwner : undefined
  const given = /^Bearer (.+)$/i.exec(request.get('Authorization') ?? '')?.[1]
  return given === undefined ? undefined : ownerOfKey(given, adminKeys)
}

const principalOf = (response: Response) => response.locals['principal'] as Principal

function conflictOf(why: 'live' | 'reentry'): string {
  return why === 'live'
    ? 'this lead is on a journey in this campaign already'
    : 'this lead has been through this campaign; "force": true starts another journey'
}

function parse<T>(schema: z.ZodType<T>, value: unknown, response: Response): T | undefined {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const errors = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }))
  sendProblem(response, 400, errors.map(({ path, message }) => `${path || 'body'}: ${message}`).join('; '), { errors })
  return undefined
}

function orMissing(response: Response, found: unknown, what: string, status = 200): void {
  if (found === undefined) sendProblem(response, 404, `no such ${what}`)
  else response.status(status).json(found)
}

function explain(logger: Logger): ErrorRequestHandler {
  return (error, _request, response, next) => {
    if (response.headersSent) return next(error)
    const { status, type } = error as { status?: number; type?: string }
    if (typeof type === 'string' && status !== undefined && status < 500)
      return sendProblem(response, status, error.message)
    if (error instanceof RejectedError) return sendProblem(response, 422, error.message, { code: error.code })
    if (error instanceof UnavailableError || error instanceof RateLimitedError) {
      response.set('Retry-After', '5')
      return sendProblem(response, 503, error.message, { code: error.code })
    }
    if (error instanceof AppError) return sendProblem(response, 400, error.message, { code: error.code })
    logger.error({ err: error }, 'request.failed')
    sendProblem(response, 500, 'something went wrong here; the log says what')
  }
}
