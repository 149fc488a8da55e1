import { Router } from 'express'
import { z } from 'zod'
import { type EventDesk, eventStates } from '../desk/events.ts'
import { sendProblem } from '../http/problem.ts'
import { answerOr404, FilterText, PagedListing, parseOr400, principalOf } from './answers.ts'

export const EventQuery = PagedListing.extend({ source: FilterText, status: z.enum(eventStates).optional() })

export function createEventRoutes(events: EventDesk): Router {
  const router = Router()

  router.get('/', async (request, response) => {
    const query = parseOr400(EventQuery, request.query, response)
    if (query !== undefined) response.json(await events.find(query, query))
  })

  router.get('/:id', async (request, response) => {
    answerOr404(response, await events.show(request.params.id), 'event')
  })

  router.get('/:id/raw', async (request, response) => {
    const raw = await events.raw(request.params.id)
    if (raw === undefined)
      return sendProblem(response, 404, 'no such event, or its body is past its retention or was erased')
    // Whatever it says it is, a browser must not run it.
    response.set({ 'Content-Type': 'application/octet-stream', 'X-Event-Content-Type': raw.contentType })
    response.set('Content-Disposition', 'attachment').end(raw.body)
  })

  router.post('/:id/replay', async (request, response) => {
    answerOr404(response, await events.replay(request.params.id, principalOf(response).name), 'event', 202)
  })
  return router
}
