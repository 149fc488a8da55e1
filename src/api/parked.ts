import express, { Router } from 'express'
import { z } from 'zod'
import { outcomes } from '../campaigns/vocabulary.ts'
import type { ParkedDesk } from '../desk/parked.ts'
import { sendProblem } from '../http/problem.ts'
import { PagedListing, parseOr400, principalOf } from './answers.ts'

export const Decision = z.strictObject({
  happened: z.boolean(),
  interactionId: z.string().min(1).max(200).optional(),
  leadId: z.string().min(1).max(200).optional(),
  outcome: z.enum(outcomes).exclude(['unmapped']).optional(),
  note: z.string().max(500).optional(),
})

/** Effects that wait for a person to say whether they happened. */
export function createParkedRoutes(parked: ParkedDesk): Router {
  const router = Router()

  router.get('/', async (request, response) => {
    const query = parseOr400(PagedListing, request.query, response)
    if (query !== undefined) response.json(await parked.list(query))
  })

  router.post('/:effectKey', express.json({ limit: '10kb' }), async (request, response) => {
    const decision = parseOr400(Decision, request.body, response)
    if (decision === undefined) return
    const answer = await parked.decide(request.params['effectKey'] as string, decision, principalOf(response).name)
    switch (answer.result) {
      case 'decided':
        response.json(answer.journey)
        break
      case 'missing':
        sendProblem(response, 404, 'no such effect')
        break
      case 'not_ours':
        sendProblem(
          response,
          422,
          decision.interactionId === undefined
            ? 'this lead belongs to another journey'
            : 'this interaction belongs to another attempt',
        )
        break
      case 'needs_lead':
        sendProblem(response, 422, 'leadId is needed: the id under which the vendor knows the lead that was created')
        break
      case 'not_parked':
        sendProblem(response, 409, 'this effect is not parked, or somebody has decided already')
        break
    }
  })
  return router
}
