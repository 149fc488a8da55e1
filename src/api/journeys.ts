import express, { Router } from 'express'
import { z } from 'zod'
import { journeyStates, outcomes } from '../campaigns/vocabulary.ts'
import type { JourneyDesk } from '../desk/journeys.ts'
import { sendProblem } from '../http/problem.ts'
import { CallRequested } from '../sources/standard.ts'
import { answerOr404, FilterText, optional, PagedListing, parseOr400, principalOf } from './answers.ts'

const MORE_THAN_Q = 'q goes with campaign, state and outcome only, and has one page'

export const JourneyQuery = PagedListing.extend({
  q: optional(z.string().trim().max(200)).meta({
    description: 'any of the ids, or the phone number; at most `limit` are found, without further pages',
  }),
  leadId: FilterText,
  phone: FilterText,
  interactionId: FilterText,
  eventId: FilterText,
  campaign: FilterText,
  state: z.enum(journeyStates).optional(),
  outcome: z.enum(outcomes).optional(),
}).refine(
  query =>
    query.q === undefined ||
    [query.cursor, query.leadId, query.phone, query.interactionId, query.eventId].every(given => given === undefined),
  { path: ['q'], error: MORE_THAN_Q },
)

export const JourneyBody = CallRequested.extend({ force: z.boolean().default(false) })

export function createJourneyRoutes(journeys: JourneyDesk): Router {
  const router = Router()

  router.post('/', express.json({ limit: '100kb' }), async (request, response) => {
    const body = parseOr400(JourneyBody, request.body, response)
    if (body === undefined) return
    const { force, ...asked } = body
    const by = principalOf(response).name
    const answer = await journeys.request(asked, { force, idempotencyKey: request.get('Idempotency-Key'), by })
    switch (answer.result) {
      case 'opened':
      case 'repeated':
        response.status(201).location(`/api/v1/journeys/${answer.journey.id}`).json(answer.journey)
        break
      case 'there':
        sendProblem(response, 409, conflictOf(answer.why), { journeyId: answer.journeyId })
        break
      case 'unknown_campaign':
        sendProblem(response, 404, `no campaign ${asked.campaign} is loaded`)
        break
      case 'key_reused':
        sendProblem(response, 422, 'this Idempotency-Key was used with another body')
        break
    }
  })

  router.get('/', async (request, response) => {
    const query = parseOr400(JourneyQuery, request.query, response)
    if (query !== undefined) response.json(await journeys.find(query, query))
  })

  router.get('/:id', async (request, response) => {
    answerOr404(response, await journeys.show(request.params.id), 'journey')
  })

  router.post('/:id/cancel', async (request, response) => {
    answerOr404(response, await journeys.cancel(request.params.id, principalOf(response).name), 'journey')
  })
  return router
}

function conflictOf(why: 'live' | 'reentry'): string {
  return why === 'live'
    ? 'this lead is on a journey in this campaign already'
    : 'this lead has been through this campaign; "force": true starts another journey'
}
