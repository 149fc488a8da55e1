import { type Response, Router } from 'express'
import type { Clearance } from '../desk/person-view.ts'
import { visitorOf } from './gate.ts'
import { versionOf } from './live-hub.ts'
import { overviewModel } from './overview-page.ts'
import type { PageParts } from './router.ts'

/** `GET /dashboard` and what keeps it up to date. */
export function createOverviewRoutes(parts: PageParts): Router {
  const { desk, live, render, sendPage, publicUrl } = parts
  const router = Router()

  async function model(clearance: Clearance) {
    const overview = await desk.overview.read(clearance)
    return overviewModel(overview, desk.overview.campaignNames())
  }

  router.get('/', async (request, response) => {
    const overview = await model(visitorOf(response).clearance)
    const html = await render('overview-live', overview)
    const [firstCampaign] = desk.overview.campaignNames().keys()
    await sendPage(response, 'overview', {
      title: 'Overview',
      section: '/dashboard',
      html,
      isNew: overview.isNew,
      version: versionOf(html),
      example: {
        url: publicUrl ?? `http://${request.headers.host ?? 'localhost'}`,
        campaign: firstCampaign ?? 'my-campaign',
        needsKey: parts.adminKeys.length > 0,
      },
    })
  })

  router.get('/live', (request, response) => {
    const { clearance, forMs } = visitorOf(response)
    const topic = { name: `overview ${clearance}`, render: async () => render('overview-live', await model(clearance)) }
    const seen = request.get('Last-Event-ID') ?? String(request.query['seen'] ?? '')
    if (!live.listen(topic, response, { seen, forMs })) refuseListener(response)
  })

  return router
}

/** Too many listeners, or the process is ending: the page stays as it is and asks again later. */
export function refuseListener(response: Response): void {
  response.set({ 'Retry-After': '30', Connection: 'close' }).status(503).type('text').send('too many listeners\n')
}
