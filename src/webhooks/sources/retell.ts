import type { KeyObject } from 'node:crypto'
import { z } from 'zod'
import { IdPart, idInJson } from '../own-id.ts'
import type { Source } from '../source.ts'
import { hmacSha256, isOneOf, isTimely, only, signingKey } from '../verify.ts'

const Named = z
  .object({ event: IdPart, call: z.object({ call_id: IdPart }) })
  .transform(({ event, call }) => [event, call.call_id])

/**
 * Retell's webhooks: `x-retell-signature: v=<ms>,d=<hex>`, HMAC-SHA256 with the API key over the body and the time behind
 * it; five minutes old at most, and as far ahead.
 * Source: https://github.com/RetellAI/retell-typescript-sdk/blob/main/src/lib/webhook_auth.ts
 */
export function createRetellSource(apiKeys: readonly string[]): Source {
  const keys = apiKeys.map(signingKey)
  return {
    name: 'retell',
    busyStatus: 503,

    isAuthentic({ headers, raw, nowMs }) {
      const header = only(headers, 'x-retell-signature') ?? ''
      const [, time = '', given = ''] = /^v=(\d{1,15}),d=([0-9a-f]+)$/.exec(header) ?? []
      if (given === '' || !isTimely(Number(time), nowMs)) return false
      const expected = keys.map(key => sign(key, time, raw))
      return isOneOf(given, expected)
    },

    ownId: ({ raw }) => idInJson(raw, Named),
  }
}

function sign(key: KeyObject, time: string, raw: Buffer): string {
  return hmacSha256(key, raw, time).toString('hex')
}

/** The header that Retell sends; for samples and tests. */
export function signRetell(delivery: { apiKey: string; atMs: number; raw: Buffer }): Record<string, string> {
  const time = String(Math.floor(delivery.atMs))
  return { 'x-retell-signature': `v=${time},d=${sign(signingKey(delivery.apiKey), time, delivery.raw)}` }
}
