import type { KeyObject } from 'node:crypto'
import { z } from 'zod'
import { IdPart, idInJson } from '../own-id.ts'
import type { Source } from '../source.ts'
import { hmacSha256, isOneOf, isTimely, only, signingKey, valuesOf } from '../verify.ts'

/** As far back as ElevenLabs' own SDK takes a signature. That one lets any future pass; ours ends at the same distance. */
const TOLERANCE_MS = 30 * 60_000

const Named = z
  .object({ type: IdPart, data: z.object({ conversation_id: IdPart }) })
  .transform(({ type, data }) => [type, data.conversation_id])

/**
 * ElevenLabs' post-call webhooks: `ElevenLabs-Signature: t=<s>,v0=<hex>`, HMAC-SHA256 over `{t}.{body}`. It wants a 200
 * and switches an endpoint off that answers otherwise.
 * Source: https://elevenlabs.io/docs/eleven-api/resources/webhooks
 */
export function createElevenLabsSource(secrets: readonly string[]): Source {
  const keys = secrets.map(signingKey)
  return {
    name: 'elevenlabs',
    busyStatus: 503,

    isAuthentic({ headers, raw, nowMs }) {
      const header = only(headers, 'elevenlabs-signature') ?? ''
      const [time = '', ...otherTimes] = valuesOf(header, 't')
      if (!/^\d{1,12}$/.test(time) || otherTimes.length > 0) return false
      if (!isTimely(Number(time) * 1000, nowMs, TOLERANCE_MS)) return false
      const expected = keys.map(key => sign(key, time, raw))
      return valuesOf(header, 'v0').some(given => isOneOf(given, expected))
    },

    ownId: ({ raw }) => idInJson(raw, Named),

    reply: stored => ({
      status: 200,
      headers: { 'Content-Type': 'application/json; charset=utf-8' },
      body: JSON.stringify(stored),
    }),
  }
}

function sign(key: KeyObject, time: string, raw: Buffer): string {
  return hmacSha256(key, `${time}.`, raw).toString('hex')
}

/** The header that ElevenLabs sends; for samples and tests. */
export function signElevenLabs(delivery: { secret: string; atMs: number; raw: Buffer }): Record<string, string> {
  const time = String(Math.floor(delivery.atMs / 1000))
  return { 'elevenlabs-signature': `t=${time},v0=${sign(signingKey(delivery.secret), time, delivery.raw)}` }
}
