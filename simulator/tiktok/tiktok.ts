import express, { type Request, Router } from 'express'
import { z } from 'zod'
import { isLetIn } from '../access.ts'
import { createConversionBook } from '../conversions.ts'
import type { Answer, Manners, RouteSpec } from '../gateway.ts'
import { jsonOf } from '../json-body.ts'
import type { Part, PartOptions } from '../part.ts'
import { type TikTokEvent, TrackBody } from './events.ts'

/** A request that TikTok refuses: its status is 200, the code stands in the body. */
class Refusal extends Error {
  readonly code: number

  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

/** TikTok's Events API under `/tiktok`, with the path of the real one or without. */
export function createTikTok({ now, newId, settings, gateway }: PartOptions): Part {
  const book = createConversionBook({ now, vendor: 'tiktok' })

  function takeEvents(request: Request): Answer {
    const { event_source, event_source_id: pixelId, test_event_code, data } = TrackBody.parse(jsonOf(request))
    if (!(settings.current.tiktok.pixels ?? [pixelId]).includes(pixelId)) {
      throw new Refusal(40_001, 'No permission to operate this event source')
    }
    const testEventCode = test_event_code === undefined ? {} : { testEventCode: test_event_code }
    book.receive(data.map(event => ({ pixelId, source: event_source, ...conversionOf(event), ...testEventCode })))
    return answerOf(0, 'OK')
  }

  function answerOf(code: number, message: string): Answer {
    return { status: 200, body: { code, message, request_id: newId('request'), data: {} } }
  }

  const manners: Manners = {
    vendor: 'tiktok',
    routePrefix: 'tiktok ',
    authenticate(request) {
      if (isLetIn(settings, 'tiktok', request.get('access-token'))) return
      throw new Refusal(40_105, 'Access token is incorrect or has been revoked')
    },
    leadIdsOf: () => [],
    refuse(error) {
      if (error instanceof Refusal) return answerOf(error.code, error.message)
      if (error instanceof SyntaxError) return answerOf(40_002, 'The body is not valid JSON')
      if (!(error instanceof z.ZodError)) throw error
      return answerOf(40_002, error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`).join('; '))
    },
    errorBody: status =>
      (status === 429 ? answerOf(40_100, 'Too many requests') : answerOf(50_000, 'System error')).body,
  }
  const router = Router()
  router.use(express.text({ limit: '8mb', type: () => true }))
  const routes: RouteSpec[] = ['/open_api/:version', ''].flatMap((base): RouteSpec[] => [
    { method: 'post', path: `${base}/event/track`, handle: takeEvents },
    // Whose token it is.
    { method: 'get', path: `${base}/user/info`, handle: () => answerOf(0, 'OK') },
  ])
  gateway.mount(router, manners, routes, () => ({ status: 404, body: 'not found' }))

  return {
    vendor: 'tiktok',
    path: '/tiktok',
    router,
    facts: () => ({ conversions: [...book.received()] }),
    obey() {},
    reset: () => book.reset(),
  }
}

function conversionOf({ event, event_time, event_id, user, page, properties }: TikTokEvent) {
  return {
    eventName: event,
    eventTime: event_time * 1_000,
    userData: user,
    ...(event_id !== undefined && { eventId: event_id }),
    ...(page !== undefined && { page: page.url }),
    ...(properties?.value !== undefined && { value: properties.value }),
    ...(properties?.currency !== undefined && { currency: properties.currency }),
  }
}
