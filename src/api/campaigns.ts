import { Router } from 'express'
import { type CampaignDesk, type CampaignMove, campaignMoves, type Moved } from '../desk/campaigns.ts'
import { sendProblem } from '../http/problem.ts'
import { answerOr404, Listing, parseOr400, principalOf } from './answers.ts'

/** `/campaigns`: how each stands, and what a person does to it. */
export function createCampaignRoutes(campaigns: CampaignDesk): Router {
  const router = Router()

  router.get('/', async (request, response) => {
    const query = parseOr400(Listing, request.query, response)
    if (query !== undefined) response.json(await campaigns.list(query))
  })

  router.get('/:id', async (request, response) => {
    answerOr404(response, await campaigns.show(request.params.id), 'campaign')
  })

  for (const move of campaignMoves) {
    router.post(`/:id/${move}`, async (request, response) => {
      const moved = await campaigns.move(request.params['id'] as string, move, principalOf(response).name)
      switch (moved.result) {
        case 'moved':
          response.json(moved.campaign)
          break
        case 'missing':
          sendProblem(response, 404, 'no such campaign')
          break
        case 'impossible':
          sendProblem(response, 409, conflictOf(move, moved), {
            campaignStatus: moved.status,
            possible: moved.possible,
          })
          break
      }
    })
  }
  return router
}

const done: Record<CampaignMove, string> = {
  start: 'started',
  pause: 'paused',
  resume: 'resumed',
  cancel: 'cancelled',
}

function conflictOf(move: CampaignMove, { status, possible }: Extract<Moved, { result: 'impossible' }>): string {
  const instead = possible.length === 0 ? 'nothing can be done with it any more' : `possible: ${possible.join(', ')}`
  return `a campaign that is ${status} cannot be ${done[move]}; ${instead}`
}
