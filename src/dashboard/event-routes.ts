import { type Response, Router } from 'express'
import { z } from 'zod'
import { eventSources, eventStates } from '../desk/event-board.ts'
import type { EventBody } from '../desk/event-body.ts'
import type { Clearance } from '../desk/person-view.ts'
import { readEvents } from './event-list.ts'
import { eventModel } from './event-page.ts'
import { eventWords, sourceName } from './event-words.ts'
import { given } from './failure-list.ts'
import { refuseReader, visitorOf } from './gate.ts'
import { journeyRow } from './journey-rows.ts'
import { versionOf } from './live-hub.ts'
import { refuseListener } from './overview-routes.ts'
import type { SendPage } from './page.ts'
import type { PageParts } from './router.ts'

const section = '/dashboard/events'

/** An empty field of a form asks for nothing; nonsense in the address neither. */
const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess(value => (value === '' ? undefined : value), schema.optional()).catch(undefined)
const ListQuery = z.object({
  source: optional(z.enum(eventSources)),
  status: optional(z.enum(eventStates)),
  cursor: optional(z.string().max(500)),
})

/** Journeys of one event are few, one in each campaign that it fits; more than this many are cut. */
const MAX_JOURNEYS = 50

/** `/dashboard/events`: what came in, one event with its body as it came, and the download of that. */
export function createEventRoutes(parts: PageParts): Router {
  const { desk, live, render, sendPage, publicUrl } = parts
  const router = Router()

  async function list(query: z.output<typeof ListQuery>, clearance: Clearance) {
    const { nextCursor, ...model } = await readEvents(desk, query, clearance)
    return { html: await render('events-live', model), nextCursor, model }
  }

  router.get('/events', async (request, response) => {
    const query = ListQuery.parse(request.query)
    const { html, nextCursor, model } = await list(query, visitorOf(response).clearance)
    const { cursor: _, ...asked } = query
    const address = new URLSearchParams(given(query))
    return sendPage(response, 'events', {
      title: 'Events',
      section,
      html,
      version: versionOf(html),
      liveUrl: `${section}/live${address.size === 0 ? '' : `?${address}`}`,
      query: { source: '', status: '', ...given(asked) },
      isFiltered: model.isFiltered,
      isFirst: model.isFirst,
      isNew: model.events.length === 0 && model.isFirst && !model.isFiltered,
      firstUrl: `?${new URLSearchParams(given(asked))}`,
      nextUrl: nextCursor && `?${new URLSearchParams({ ...given(asked), cursor: nextCursor })}`,
      sources: eventSources.map(id => ({ id, label: sourceName(id) })),
      statuses: eventStates.map(id => ({ id, label: eventWords[id].label })),
      url: publicUrl ?? `http://${request.headers.host ?? 'localhost'}`,
    })
  })

  router.get('/events/live', (request, response) => {
    const query = ListQuery.parse(request.query)
    const { clearance, forMs } = visitorOf(response)
    const name = `events ${clearance} ${new URLSearchParams(given(query))}`
    const topic = { name, render: async () => (await list(query, clearance)).html }
    const seen = request.get('Last-Event-ID') ?? String(request.query['seen'] ?? '')
    if (!live.listen(topic, response, { seen, forMs })) refuseListener(response)
  })

  /** @param body what came in never changes: it is read once for as long as somebody looks */
  async function fragment(id: string, body: EventBody | undefined, clearance: Clearance): Promise<string | undefined> {
    const event = await desk.events.show(id)
    if (event === undefined) return undefined
    const { journeys } = await desk.journeys.find({ eventId: id }, { limit: MAX_JOURNEYS })
    const people = await desk.people.of(
      journeys.map(journey => journey.id),
      clearance,
    )
    const names = desk.overview.campaignNames()
    const rows = journeys.map(journey => journeyRow(journey, people.get(journey.id) ?? {}, names))
    return render('event-live', eventModel(event, { body, journeys: rows, mayAct: clearance === 'full' }))
  }

  router.get('/events/:id', async (request, response) => {
    const { id } = request.params
    const { clearance } = visitorOf(response)
    const html = await fragment(id, await desk.eventBoard.body(id, clearance), clearance)
    if (html === undefined) return noEvent(response, sendPage)
    const isReplayed = request.query['done'] === 'replayed'
    return sendPage(response, 'event', {
      title: `Event ${id}`,
      section,
      id,
      html,
      version: versionOf(html),
      isReplayed,
    })
  })

  router.get('/events/:id/live', async (request, response) => {
    const { id } = request.params
    const { clearance, forMs } = visitorOf(response)
    if ((await desk.events.show(id)) === undefined) return noEvent(response, sendPage)
    const body = await desk.eventBoard.body(id, clearance)
    const topic = { name: `event ${id} ${clearance}`, render: () => fragment(id, body, clearance) }
    const seen = request.get('Last-Event-ID') ?? String(request.query['seen'] ?? '')
    if (!live.listen(topic, response, { seen, forMs })) refuseListener(response)
  })

  router.get('/events/:id/raw', async (request, response) => {
    // Byte for byte or not at all: with anything left out it would be another body.
    if (visitorOf(response).clearance !== 'full') return refuseReader(response, sendPage)
    const raw = await desk.events.raw(request.params.id)
    if (raw === undefined) return noEvent(response, sendPage)
    const extension = raw.contentType.toLowerCase().startsWith('application/json') ? 'json' : 'txt'
    response.attachment(`${request.params.id}.${extension}`)
    // Whatever it says it is, a browser must not run it.
    return response.set('Content-Type', 'application/octet-stream').end(raw.body)
  })

  return router
}

/** The page for an id that leads to nothing. */
export function noEvent(response: Response, sendPage: SendPage): Promise<void> {
  const text =
    'There is no event with this id, or its body is gone. It may be older than RETENTION, or the link may be cut short.'
  return sendPage(response, 'notice', { title: 'No such event', text, linkUrl: section, linkText: 'All events' }, 404)
}
