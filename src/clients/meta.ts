import { z } from 'zod'
import { RejectedError } from '../errors.ts'
import type { KeyPort } from './check-key.ts'
import { createConversions } from './conversions.ts'
import { createHttp, type HttpOptions } from './http.ts'
import { metaBody, metaUserData } from './meta-events.ts'
import { NO_SUCH_PIXEL, readMetaFailure } from './meta-failure.ts'
import type { ConversionEvent, ConversionPort } from './receiver-ports.ts'
import { asPageUrl, asUserAgent } from './user-data.ts'

/** Meta's own limit for one request. */
const MAX_EVENTS = 1_000

/** Meta takes no older event (but those of physical stores), and refuses the whole request for one. */
const MAX_AGE_MS = 7 * 24 * 3_600_000

export interface MetaOptions
  extends Pick<
    HttpOptions,
    'baseUrl' | 'clock' | 'random' | 'onExchange' | 'budget' | 'signal' | 'timeouts' | 'dnsLookup'
  > {
  /** The first is sent; the others are on their way out. */
  accessTokens: readonly string[]
}

/** Statuses of a refusal that no event can be blamed for: the base URL is wrong. */
const OF_THE_PATH = new Set([404, 405])

/**
 * Meta's Conversions API: https://developers.facebook.com/documentation/ads-commerce/conversions-api/using-the-api.
 * A repeated event is dropped for certain only when a browser sent the other one: between servers Meta promises nothing,
 * so what may have happened is `UnknownOutcomeError`.
 */
export function createMeta({ accessTokens, ...options }: MetaOptions): ConversionPort & KeyPort & AsyncDisposable {
  const [accessToken] = accessTokens
  if (!accessToken) throw new RangeError('createMeta needs an access token')
  const { budget, clock } = options
  const http = createHttp({
    ...options,
    headers: () => ({}),
    query: () => ({ access_token: accessToken }),
    readFailure: readMetaFailure,
  })

  const conversions = createConversions({
    budget,
    maxEvents: MAX_EVENTS,
    refusalOf: event => refusalOf(event, clock.now()),
    async send(batch, requestOptions) {
      const path = { route: '/{pixelId}/events', params: { pixelId: batch.pixelId } }
      // Fewer than were sent is nothing Meta documents: nobody could say which ones they are.
      const Received = z.object({ events_received: z.number().min(batch.events.length) })
      await http.act('POST', path, metaBody(batch), Received, { ...requestOptions, isShared: batch.events.length > 1 })
    },
    isDivisible: ({ code, status }) => code !== NO_SUCH_PIXEL && code !== 'BAD_ID' && !OF_THE_PATH.has(status ?? 0),
  })
  return {
    ...conversions,
    /** Whose token it is: https://developers.facebook.com/docs/graph-api/overview */
    async checkKey(requestOptions) {
      const path = { route: '/me', query: { fields: 'id' } }
      await http.get(path, z.object({ id: z.string() }), requestOptions)
    },
    [Symbol.asyncDispose]: () => http.close(),
  }
}

/** What Meta's reference says is refused, and would cost a request to find among others. */
function refusalOf(event: ConversionEvent, now: number): RejectedError | undefined {
  const { at, actionSource, person } = event
  if (now - at > MAX_AGE_MS) {
    return new RejectedError('Meta takes no event older than 7 days', { code: 'EVENT_TOO_OLD' })
  }
  if (Object.keys(metaUserData(person, at)).length === 0) {
    return new RejectedError('nothing usable is known of the person', { code: 'NO_USER_DATA' })
  }
  const { captureUrl, userAgent } = person.attribution ?? {}
  if (actionSource === 'website' && (asPageUrl(captureUrl) === undefined || asUserAgent(userAgent) === undefined)) {
    return new RejectedError('a website event needs the page and the user agent', { code: 'NO_PAGE' })
  }
  return undefined
}
