import type { KeyObject } from 'node:crypto'
import { z } from 'zod'
import { IdPart, idInJson } from '../own-id.ts'
import type { Source } from '../source.ts'
import { hmacSha256, isOneOf, only, signingKey } from '../verify.ts'

const Named = z.object({ call_id: IdPart }).transform(({ call_id }) => [call_id])

/**
 * Bland's post-call webhooks: hex HMAC-SHA256 over the body in `X-Webhook-Signature`. No time is signed: what came before
 * is known by its call. Bland's sample signs JSON that was parsed and written anew; only the bytes that came count here.
 * Source: https://docs.bland.ai/tutorials/webhook-signing
 */
export function createBlandSource(secrets: readonly string[]): Source {
  const keys = secrets.map(signingKey)
  return {
    name: 'bland',
    busyStatus: 503,

    isAuthentic({ headers, raw }) {
      const given = only(headers, 'x-webhook-signature')
      if (given === undefined) return false
      const expected = keys.map(key => sign(key, raw))
      return isOneOf(given, expected)
    },

    ownId: ({ raw }) => idInJson(raw, Named),
  }
}

function sign(key: KeyObject, raw: Buffer): string {
  return hmacSha256(key, raw).toString('hex')
}

/** The header that Bland sends; for samples and tests. */
export function signBland(delivery: { secret: string; raw: Buffer }): Record<string, string> {
  return { 'x-webhook-signature': sign(signingKey(delivery.secret), delivery.raw) }
}
