import { setTimeout as wait } from 'node:timers/promises'
import { type Request, type Response, Router } from 'express'
import { type DialRange, dialRanges } from '../desk/dial-rate.ts'
import { campaignListModel } from './campaign-list.ts'
import { campaignModel } from './campaign-page.ts'
import { moveWords } from './campaign-words.ts'
import { visitorOf } from './gate.ts'
import { versionOf } from './live-hub.ts'
import { refuseListener } from './overview-routes.ts'
import type { PageParts } from './router.ts'
import { lookUp } from './words.ts'

const PER_PAGE = 50
const section = '/dashboard/campaigns'

/** How long a page waits for the hours ahead, so that it shows them at once where they come at once. */
const WAIT_FOR_HOURS_MS = 1_500
const GLANCE_AT_HOURS_MS = 250

/** `GET /dashboard/campaigns`, one campaign, and what keeps both up to date. */
export function createCampaignRoutes(parts: PageParts): Router {
  const { desk, live, render, sendPage } = parts
  const router = Router()

  async function readList(cursor: string | undefined, mayAct: boolean) {
    const list = await desk.board.list({ limit: PER_PAGE, cursor })
    const html = await render('campaigns-live', campaignListModel(list, { mayAct, isFirst: cursor === undefined }))
    return { html, nextCursor: list.nextCursor }
  }

  router.get('/campaigns', async (request, response) => {
    const cursor = textIn(request, 'cursor')
    const { html, nextCursor } = await readList(cursor, visitorOf(response).mayAct)
    return sendPage(response, 'campaigns', {
      title: 'Campaigns',
      section,
      html,
      version: versionOf(html),
      done: lookUp(doneToAll, textIn(request, 'done') ?? ''),
      liveUrl: `/dashboard/campaigns-live${cursor === undefined ? '' : `?${new URLSearchParams({ cursor })}`}`,
      isFirst: cursor === undefined,
      nextUrl: nextCursor === undefined ? undefined : `?${new URLSearchParams({ cursor: nextCursor })}`,
    })
  })

  router.get('/campaigns-live', (request, response) => {
    const { mayAct, forMs } = visitorOf(response)
    const cursor = textIn(request, 'cursor')
    const render = async () => (await readList(cursor, mayAct)).html
    const topic = { name: `campaigns ${mayAct} ${cursor ?? ''}`, render }
    if (!live.listen(topic, response, { seen: seenBy(request), forMs })) refuseListener(response)
  })

  async function fragment(id: string, mayAct: boolean, range: DialRange): Promise<string | undefined> {
    const [campaign, dials] = await Promise.all([desk.board.show(id), desk.dialRate.read(id, range)])
    const rules = desk.board.rules(id)
    if (campaign === undefined || dials === undefined || rules === undefined) return undefined
    const { status, progress } = campaign
    const ahead = desk.hoursAhead.glance({ id, status, scheduled: progress['scheduled'] ?? 0 })
    const takesLeads = desk.imports.takesLeads(status)
    return render('campaign-live', campaignModel({ campaign, rules, dials, ahead }, { mayAct, range, takesLeads }))
  }

  router.get('/campaigns/:id', async (request, response) => {
    const { id } = request.params
    const campaign = await desk.board.show(id)
    if (campaign === undefined) return refuseUnknown(parts, response)
    const { mayAct } = visitorOf(response)
    const range = rangeIn(request)
    const asked = { id, status: campaign.status, scheduled: campaign.progress['scheduled'] ?? 0 }
    if (desk.hoursAhead.glance(asked).isAutomatic)
      await Promise.race([desk.hoursAhead.ask(asked), wait(GLANCE_AT_HOURS_MS)])
    const html = (await fragment(id, mayAct, range)) ?? ''
    return sendPage(response, 'campaign', {
      title: campaign.name,
      section,
      id,
      html,
      range,
      version: versionOf(html),
      done: doneTo(textIn(request, 'done')),
    })
  })

  router.get('/campaigns/:id/live', async (request, response) => {
    const { id } = request.params
    const { mayAct, forMs } = visitorOf(response)
    if (desk.board.rules(id) === undefined) return refuseUnknown(parts, response)
    const range = rangeIn(request)
    const topic = { name: `campaign ${id} ${mayAct} ${range}`, render: () => fragment(id, mayAct, range) }
    if (!live.listen(topic, response, { seen: seenBy(request), forMs })) refuseListener(response)
  })

  /** For campaigns that are too large to be looked through by themselves. The page shows it as soon as it is known. */
  router.get('/campaigns/:id/ahead', async (request, response) => {
    const { id } = request.params
    const campaign = await desk.campaigns.show(id)
    if (campaign === undefined) return refuseUnknown(parts, response)
    await Promise.race([desk.hoursAhead.ask({ id, status: campaign.status }), wait(WAIT_FOR_HOURS_MS)])
    return response.redirect(303, `/dashboard/campaigns/${encodeURIComponent(id)}#ahead`)
  })

  return router
}

/** A 404 that leads back to the list. */
export function refuseUnknown({ sendPage }: Pick<PageParts, 'sendPage'>, response: Response): Promise<void> {
  return sendPage(response, 'notice', { title: 'No such campaign', section, ...noCampaign }, 404)
}

const noCampaign = {
  text: 'No campaign of this name is loaded. Campaigns are the *.yaml files in CAMPAIGNS_DIR.',
  linkUrl: section,
  linkText: 'All campaigns',
}

const doneToAll: Record<string, string> = { pause: 'Everything is paused now.', resume: 'Everything goes on.' }

function doneTo(move: string | undefined): string | undefined {
  const words = lookUp<{ done: string }>(moveWords, move ?? '')
  return words && `The campaign ${words.done}.`
}

function textIn(request: Request, name: string): string | undefined {
  const value = request.query[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

const rangeIn = (request: Request): DialRange => dialRanges.find(range => range === request.query['range']) ?? 'hour'

const seenBy = (request: Request) => request.get('Last-Event-ID') ?? String(request.query['seen'] ?? '')
