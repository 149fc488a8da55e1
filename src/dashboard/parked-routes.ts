import { Router } from 'express'
import type { Clearance } from '../desk/person-view.ts'
import { visitorOf } from './gate.ts'
import { versionOf } from './live-hub.ts'
import { refuseListener } from './overview-routes.ts'
import { readDecided, readParked } from './parked-list.ts'
import type { PageParts } from './router.ts'

/** `GET /dashboard/parked`: what only a person can say, and what keeps the list up to date. */
export function createParkedRoutes({ desk, live, render, sendPage }: PageParts): Router {
  const router = Router()
  const fragment = async (clearance: Clearance) => render('parked-live', await readParked(desk, clearance))

  router.get('/parked', async (request, response) => {
    const key = request.query['decided']
    const [html, decided] = await Promise.all([
      fragment(visitorOf(response).clearance),
      typeof key === 'string' ? readDecided(desk, key) : undefined,
    ])
    return sendPage(response, 'parked', {
      title: 'Parked',
      section: '/dashboard/parked',
      html,
      version: versionOf(html),
      decided,
    })
  })

  router.get('/parked/live', (request, response) => {
    const { clearance, forMs } = visitorOf(response)
    const topic = { name: `parked ${clearance}`, render: () => fragment(clearance) }
    const seen = request.get('Last-Event-ID') ?? String(request.query['seen'] ?? '')
    if (!live.listen(topic, response, { seen, forMs })) refuseListener(response)
  })

  return router
}
