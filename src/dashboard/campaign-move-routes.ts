import { type Response, Router } from 'express'
import type { CampaignGlance } from '../desk/campaign-board.ts'
import { type CampaignMove, campaignMoves, possibleMoves } from '../desk/campaigns.ts'
import { consequencesOf } from './campaign-consequences.ts'
import { refuseUnknown } from './campaign-routes.ts'
import { moveWords, standing, statusWords } from './campaign-words.ts'
import { refuseReader, requireActor, visitorOf } from './gate.ts'
import type { PageParts } from './router.ts'

const section = '/dashboard/campaigns'

/** What a person does to a campaign: each act is asked about on a page that says what it does to how many. */
export function createCampaignMoveRoutes(parts: PageParts): Router {
  const { desk, readForm, sendPage } = parts
  const router = Router()
  const act = requireActor(parts)

  const refuseMove = (response: Response, move: CampaignMove, { id, name, status }: CampaignGlance) =>
    sendPage(
      response,
      'notice',
      {
        title: `${name} is ${statusWords[status].label.toLowerCase()}`,
        section,
        text: `It cannot be ${pastOf[move]} from there. ${statusWords[status].means} Nothing was changed.`,
        linkUrl: `/dashboard/campaigns/${encodeURIComponent(id)}`,
        linkText: 'To the campaign',
      },
      409,
    )

  for (const move of campaignMoves) {
    router.get(`/campaigns/:id/${move}`, async (request, response) => {
      const id = String(request.params['id'])
      const campaign = await desk.board.show(id)
      const rules = desk.board.rules(id)
      if (campaign === undefined || rules === undefined) return refuseUnknown(parts, response)
      if (!visitorOf(response).mayAct) return refuseReader(response, sendPage)
      const { name, status, progress } = campaign
      if (!possibleMoves(status).includes(move)) return refuseMove(response, move, campaign)
      const ahead = desk.hoursAhead.glance({ id, status, scheduled: progress['scheduled'] ?? 0 })
      return sendPage(response, 'confirm', {
        title: `${moveWords[move].verb} ${name}`,
        section,
        crumb: { url: `/dashboard/campaigns/${encodeURIComponent(id)}`, text: name },
        question: `${moveWords[move].verb} ${name}?`,
        now: standing(campaign),
        points: consequencesOf(move, { campaign, rules, ahead }),
        act: { label: `${moveWords[move].verb} campaign`, keep: moveWords[move].keep, tone: moveWords[move].tone },
        backUrl: `/dashboard/campaigns/${encodeURIComponent(id)}`,
      })
    })

    router.post(`/campaigns/:id/${move}`, readForm, act, async (request, response) => {
      const id = String(request.params['id'])
      const moved = await desk.campaigns.move(id, move, visitorOf(response).principal?.name ?? '')
      if (moved.result === 'moved') {
        return response.redirect(303, `/dashboard/campaigns/${encodeURIComponent(id)}?done=${move}`)
      }
      const campaign = moved.result === 'missing' ? undefined : await desk.board.show(id)
      return campaign === undefined ? refuseUnknown(parts, response) : refuseMove(response, move, campaign)
    })
  }

  return router
}

const pastOf: Record<CampaignMove, string> = {
  start: 'started',
  pause: 'paused',
  resume: 'resumed',
  cancel: 'cancelled',
}
