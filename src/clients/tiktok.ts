import { z } from 'zod'
import type { KeyPort } from './check-key.ts'
import { createConversions } from './conversions.ts'
import { Whole } from './fields.ts'
import { createHttp, type HttpOptions } from './http.ts'
import type { ConversionPort } from './receiver-ports.ts'
import { tiktokBody } from './tiktok-events.ts'
import { readTikTokFailure } from './tiktok-failure.ts'

/** No limit is published in a readable place; Tealium's connector, which has to live with it, stops at 50. */
const MAX_EVENTS = 50

export interface TikTokOptions
  extends Pick<
    HttpOptions,
    'baseUrl' | 'clock' | 'random' | 'onExchange' | 'budget' | 'signal' | 'timeouts' | 'dnsLookup'
  > {
  /** The first is sent; the others are on their way out. */
  accessTokens: readonly string[]
}

/** Statuses of a refusal that no event can be blamed for: the base URL is wrong. */
const OF_THE_PATH = new Set([404, 405])

/** A success has code 0 besides its status. */
const Taken = z.object({ code: Whole.pipe(z.literal(0)) })

/**
 * TikTok's Events API: https://business-api.tiktok.com/portal/docs?id=1771101303285761. A repeat of an event within 48 h
 * of the first is dropped, but later it counts again, so what may have happened is `UnknownOutcomeError` here too: only
 * who knows since when may send it again.
 */
export function createTikTok({ accessTokens, ...options }: TikTokOptions): ConversionPort & KeyPort & AsyncDisposable {
  const [accessToken] = accessTokens
  if (!accessToken) throw new RangeError('createTikTok needs an access token')
  const http = createHttp({
    ...options,
    headers: () => ({ 'Access-Token': accessToken }),
    readFailure: readTikTokFailure,
  })

  const conversions = createConversions({
    budget: options.budget,
    maxEvents: MAX_EVENTS,
    refusalOf: () => undefined,
    async send(batch, requestOptions) {
      const isShared = batch.events.length > 1
      await http.act('POST', '/event/track/', tiktokBody(batch), Taken, { ...requestOptions, isShared })
    },
    isDivisible: ({ status }) => !OF_THE_PATH.has(status ?? 0),
  })
  return {
    ...conversions,
    /** Whose token it is: https://business-api.tiktok.com/portal/docs?id=1739665513181185 */
    async checkKey(requestOptions) {
      await http.get('/user/info/', Taken, requestOptions)
    },
    [Symbol.asyncDispose]: () => http.close(),
  }
}
