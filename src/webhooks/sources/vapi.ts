import type { KeyObject } from 'node:crypto'
import { z } from 'zod'
import { IdPart, idInJson } from '../own-id.ts'
import type { SignedRequest, Source } from '../source.ts'
import { type DistinctHeaders, hmacSha256, isOneOf, isTimely, only, signingKey } from '../verify.ts'

/** Below this a time is in seconds, not in milliseconds: it lies in the year 2001. Vapi's pages name no unit. */
const LEAST_MS = 1_000_000_000_000

const Named = z
  .object({ message: z.object({ type: IdPart, call: z.object({ id: IdPart }) }) })
  .transform(({ message }) => [message.type, message.call.id])

/**
 * Vapi's server messages, by either credential that it offers and we can check: HMAC with its defaults (hex HMAC-SHA256
 * over `{timestamp}.{body}` in `x-signature`, the time in `x-timestamp`), or the secret itself as a bearer token, which
 * used to come in `X-Vapi-Secret`. A request that brings a signature is judged by it alone.
 * Source: https://docs.vapi.ai/server-url/server-authentication
 */
export function createVapiSource(secrets: readonly string[]): Source {
  const keys = secrets.map(signingKey)
  return {
    name: 'vapi',
    busyStatus: 503,

    isAuthentic(request) {
      if (request.headers['x-signature'] !== undefined) return isSigned(request, keys)
      const given = bearerOf(request.headers) ?? only(request.headers, 'x-vapi-secret')
      return given !== undefined && isOneOf(given, secrets)
    },

    ownId: ({ raw }) => idInJson(raw, Named),
  }
}

function isSigned({ headers, raw, nowMs }: SignedRequest, keys: readonly KeyObject[]): boolean {
  const given = only(headers, 'x-signature')
  const time = only(headers, 'x-timestamp')
  if (given === undefined || time === undefined || !/^\d{1,15}$/.test(time)) return false
  const atMs = Number(time) < LEAST_MS ? Number(time) * 1000 : Number(time)
  if (!isTimely(atMs, nowMs)) return false
  const expected = keys.map(key => sign(key, time, raw))
  return isOneOf(given, expected)
}

function bearerOf(headers: DistinctHeaders): string | undefined {
  return /^Bearer +(\S+)$/i.exec(only(headers, 'authorization') ?? '')?.[1]
}

function sign(key: KeyObject, time: string, raw: Buffer): string {
  return hmacSha256(key, `${time}.`, raw).toString('hex')
}

/** The headers that Vapi sends with an HMAC credential of its defaults; for samples and tests. */
export function signVapi(delivery: { secret: string; atMs: number; raw: Buffer }): Record<string, string> {
  const time = String(Math.floor(delivery.atMs / 1000))
  return { 'x-timestamp': time, 'x-signature': sign(signingKey(delivery.secret), time, delivery.raw) }
}
