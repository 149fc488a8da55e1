import express, { type Request, Router } from 'express'
import { isLetIn } from '../access.ts'
import { createConversionBook } from '../conversions.ts'
import type { Manners, RouteSpec } from '../gateway.ts'
import { jsonOf } from '../json-body.ts'
import type { Part, PartOptions } from '../part.ts'
import { type MetaEvent, readEvents } from './events.ts'
import { errorBody, GraphError, refusalAnswer } from './graph-error.ts'

/** Meta's Conversions API under `/meta`, with a version in the path or, as Meta takes it too, without. */
export function createMeta({ now, settings, gateway }: PartOptions): Part {
  const book = createConversionBook({ now, vendor: 'meta' })

  function takeEvents(request: Request) {
    const { pixelId = '' } = request.params
    const pixels = settings.current.meta.pixels ?? [pixelId]
    if (typeof pixelId !== 'string' || !pixels.includes(pixelId)) {
      throw new GraphError(100, `Unsupported post request. Object with ID '${pixelId}' does not exist`, { subcode: 33 })
    }
    const { data, test_event_code } = readEvents(jsonOf(request), now())
    const testEventCode = test_event_code === undefined ? {} : { testEventCode: test_event_code }
    book.receive(data.map(event => ({ pixelId, ...conversionOf(event), ...testEventCode })))
    return { status: 200, body: { events_received: data.length, messages: [], fbtrace_id: 'AsimulatedTrace' } }
  }

  /** Whose token it is. */
  const tellOwner = () => ({ status: 200, body: { id: '100000000000001' } })

  const manners: Manners = {
    vendor: 'meta',
    routePrefix: 'meta ',
    authenticate(request) {
      const token = tokenOf(request)
      if (token === undefined || token === '') throw new GraphError(190, 'An access token is required')
      if (!isLetIn(settings, 'meta', token)) throw new GraphError(190, 'Invalid OAuth access token', { subcode: 463 })
    },
    leadIdsOf: () => [],
    refuse: refusalAnswer,
    errorBody,
  }
  const router = Router()
  router.use(express.text({ limit: '8mb', type: () => true }))
  const routes: RouteSpec[] = [
    { method: 'post', path: '/:version/:pixelId/events', handle: takeEvents },
    { method: 'post', path: '/:pixelId/events', handle: takeEvents },
    { method: 'get', path: '/:version/me', handle: tellOwner },
    { method: 'get', path: '/me', handle: tellOwner },
  ]
  gateway.mount(router, manners, routes, () => {
    throw new GraphError(2500, 'Unknown path components', { status: 404 })
  })

  return {
    vendor: 'meta',
    path: '/meta',
    router,
    facts: () => ({ conversions: [...book.received()] }),
    obey() {},
    reset: () => book.reset(),
  }
}

/** In the query, as the reference has it, or as a bearer. */
function tokenOf(request: Request): string | undefined {
  const given: unknown = request.query['access_token']
  return typeof given === 'string' ? given : /^Bearer (.+)$/.exec(request.get('authorization') ?? '')?.[1]
}

function conversionOf(event: MetaEvent) {
  const { event_name, event_time, event_id, action_source, event_source_url, user_data, custom_data } = event
  return {
    eventName: event_name,
    eventTime: event_time * 1_000,
    source: action_source,
    userData: user_data,
    ...(event_id !== undefined && { eventId: event_id }),
    ...(event_source_url !== undefined && { page: event_source_url }),
    ...(custom_data?.value !== undefined && { value: custom_data.value }),
    ...(custom_data?.currency !== undefined && { currency: custom_data.currency }),
  }
}
