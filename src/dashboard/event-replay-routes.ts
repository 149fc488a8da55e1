import { Router } from 'express'
import { noEvent } from './event-routes.ts'
import { replayPoints, sourceName } from './event-words.ts'
import { refuseReader, requireActor, visitorOf } from './gate.ts'
import type { PageParts } from './router.ts'

const section = '/dashboard/events'

/** `/dashboard/events/:id/replay`: what reading an event anew would do, and doing it. */
export function createEventReplayRoutes(parts: PageParts): Router {
  const { desk, logger, readForm, sendPage } = parts
  const router = Router()

  router.get('/events/:id/replay', async (request, response) => {
    if (!visitorOf(response).mayAct) return refuseReader(response, sendPage)
    const { id } = request.params
    const [event, forecast] = await Promise.all([desk.events.show(id), desk.eventBoard.forecast(id)])
    if (event === undefined || forecast === undefined) return noEvent(response, sendPage)
    return sendPage(response, 'event-replay', {
      title: 'Replay an event',
      section,
      id,
      type: event.type ?? 'event',
      source: sourceName(event.source),
      receivedAt: event.receivedAt,
      points: replayPoints(forecast),
      callsSomebody: forecast.kind === 'starts' && forecast.campaigns.some(({ result }) => result === 'begins'),
    })
  })

  router.post('/events/:id/replay', readForm, requireActor(parts), async (request, response) => {
    const id = String(request.params['id'])
    const by = visitorOf(response).principal?.name ?? ''
    if ((await desk.events.replay(id, by)) === undefined) return noEvent(response, sendPage)
    logger.info({ eventId: id, by }, 'event.replayed')
    return response.redirect(303, `${section}/${encodeURIComponent(id)}?done=replayed`)
  })

  return router
}
