import { Router } from 'express'
import { z } from 'zod'
import { journeyStates, outcomes } from '../campaigns/vocabulary.ts'
import type { Clearance } from '../desk/person-view.ts'
import { refuseReader, requireActor, visitorOf } from './gate.ts'
import { journeyModel } from './journey-page.ts'
import { journeyRow } from './journey-rows.ts'
import { versionOf } from './live-hub.ts'
import { refuseListener } from './overview-routes.ts'
import type { PageParts } from './router.ts'
import { outcomeWords, stateWords } from './words.ts'

/** An empty field of a form asks for nothing; nonsense in the address neither. */
const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess(value => (value === '' ? undefined : value), schema.optional()).catch(undefined)
const ListQuery = z.object({
  q: optional(z.string().trim().max(200)),
  campaign: optional(z.string().max(200)),
  state: optional(z.enum(journeyStates)),
  outcome: optional(z.enum(outcomes)),
  cursor: optional(z.string().max(500)),
})

const PER_PAGE = 25

/** Journeys of one lead or number are few; more than this many are cut. */
const MAX_FOUND = 100

/** `GET /dashboard/journeys`, one journey, and its cancelling. */
export function createJourneyRoutes(parts: PageParts): Router {
  const { desk, live, logger, render, readForm, sendPage } = parts
  const router = Router()

  router.get('/journeys', async (request, response) => {
    const query = ListQuery.parse(request.query)
    if (query.q?.startsWith('jrn_') && (await desk.journeys.show(query.q)) !== undefined) {
      return response.redirect(303, `/dashboard/journeys/${encodeURIComponent(query.q)}`)
    }
    const { q, cursor, ...filter } = query
    const { journeys, nextCursor } = await desk.journeys.find(
      { ...filter, q },
      q === undefined ? { limit: PER_PAGE, cursor } : { limit: MAX_FOUND },
    )
    const people = await desk.people.of(
      journeys.map(({ id }) => id),
      visitorOf(response).clearance,
    )
    const names = desk.overview.campaignNames()
    return sendPage(response, 'journeys', {
      title: 'Journeys',
      section: '/dashboard/journeys',
      query: { q: '', campaign: '', state: '', outcome: '', ...defined({ q, ...filter }) },
      isFiltered: Object.keys(defined({ q, ...filter })).length > 0,
      isFirst: cursor === undefined,
      firstUrl: `?${new URLSearchParams(defined({ q, ...filter }))}`,
      nextUrl:
        nextCursor === undefined ? undefined : `?${new URLSearchParams(defined({ q, ...filter, cursor: nextCursor }))}`,
      campaigns: [...names].map(([id, name]) => ({ id, name })),
      states: journeyStates.map(id => ({ id, label: stateWords[id].label })),
      outcomes: outcomes.map(id => ({ id, label: outcomeWords[id].label })),
      journeys: journeys.map(journey => journeyRow(journey, people.get(journey.id) ?? {}, names)),
    })
  })

  async function model(id: string, clearance: Clearance) {
    const [journey, person] = await Promise.all([desk.journeys.show(id), desk.people.show(id, clearance)])
    if (journey === undefined || person === undefined) return undefined
    return journeyModel(journey, person, desk.overview.campaignNames().get(journey.campaign) ?? journey.campaign)
  }

  async function fragment(id: string, clearance: Clearance): Promise<string | undefined> {
    const journey = await model(id, clearance)
    return journey && render('journey-live', { journey, mayAct: clearance === 'full' })
  }

  router.get('/journeys/:id', async (request, response) => {
    const { clearance } = visitorOf(response)
    const journey = await model(request.params.id, clearance)
    if (journey === undefined) return sendPage(response, 'notice', { title: 'No such journey', ...noJourney }, 404)
    const html = await render('journey-live', { journey, mayAct: clearance === 'full' })
    return sendPage(response, 'journey', {
      title: journey.leadId === '' ? 'Journey of a new lead' : `Journey of ${journey.leadId}`,
      section: '/dashboard/journeys',
      journey,
      html,
      version: versionOf(html),
    })
  })

  router.get('/journeys/:id/live', async (request, response) => {
    const { id } = request.params
    const { clearance, forMs } = visitorOf(response)
    if ((await desk.journeys.show(id)) === undefined)
      return sendPage(response, 'notice', { title: 'No such journey', ...noJourney }, 404)
    const topic = { name: `journey ${id} ${clearance}`, render: () => fragment(id, clearance) }
    const seen = request.get('Last-Event-ID') ?? String(request.query['seen'] ?? '')
    if (!live.listen(topic, response, { seen, forMs })) refuseListener(response)
  })

  router.get('/journeys/:id/cancel', async (request, response) => {
    const { clearance, mayAct } = visitorOf(response)
    if (!mayAct) return refuseReader(response, sendPage)
    const journey = await model(request.params.id, clearance)
    if (journey === undefined) return sendPage(response, 'notice', { title: 'No such journey', ...noJourney }, 404)
    return sendPage(response, 'cancel', { title: 'Cancel a journey', section: '/dashboard/journeys', journey })
  })

  router.post('/journeys/:id/cancel', readForm, requireActor(parts), async (request, response) => {
    const id = String(request.params['id'])
    const by = visitorOf(response).principal?.name ?? ''
    const journey = await desk.journeys.cancel(id, by)
    if (journey === undefined) return sendPage(response, 'notice', { title: 'No such journey', ...noJourney }, 404)
    logger.info({ journeyId: id, by }, 'journey.cancelled')
    return response.redirect(303, `/dashboard/journeys/${encodeURIComponent(id)}`)
  })

  return router
}

const noJourney = {
  text: 'There is no journey with this id. It may be older than RETENTION, or the link may be cut short.',
  linkUrl: '/dashboard/journeys',
  linkText: 'All journeys',
}

function defined(fields: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined))
}
