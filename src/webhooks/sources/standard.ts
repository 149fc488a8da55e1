import type { KeyObject } from 'node:crypto'
import { AppError } from '../../errors.ts'
import { readStandardEvent } from '../../sources/standard.ts'
import type { Source } from '../source.ts'
import { hmacSha256, isSame, only, signingKey, TOLERANCE_MS } from '../verify.ts'

/**
 * Standard Webhooks 1.0, symmetric scheme.
 * Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function createStandardSource(secrets: readonly Buffer[]): Source {
  const keys = secrets.map(signingKey)
  return {
    name: 'standard',
    busyStatus: 503,

    isAuthentic({ headers, raw, nowMs }) {
      const id = only(headers, 'webhook-id')
      const timestamp = only(headers, 'webhook-timestamp')
      const signatures = only(headers, 'webhook-signature')
      if (!id || !signatures || timestamp === undefined || !/^\d{1,12}$/.test(timestamp)) return false
      if (Math.abs(nowMs - Number(timestamp) * 1000) > TOLERANCE_MS) return false
      const expected = keys.map(key => sign(key, id, timestamp, raw))
      const given = signatures.split(' ').filter(part => part.startsWith('v1,'))
      const matches = given.flatMap(part => expected.map(value => isSame(Buffer.from(part), Buffer.from(value))))
      return matches.includes(true)
    },

    ownId: ({ headers }) => only(headers, 'webhook-id'),

    // What does not parse never comes here.
    mayOptOut: raw => ['opted_out', 'text_received'].includes(readStandardEvent(raw).meaning.kind),

    faultOf(raw) {
      try {
        readStandardEvent(raw)
        return undefined
      } catch (error) {
        return error instanceof AppError ? error.message : 'the body cannot be read'
      }
    },
  }
}

function sign(key: KeyObject, id: string, timestamp: string, raw: Buffer): string {
  return `v1,${hmacSha256(key, `${id}.${timestamp}.`, raw).toString('base64')}`
}

/** The headers that a sender of this scheme sends; for samples and tests. */
export function signStandard(delivery: {
  secret: Buffer
  id: string
  atMs: number
  raw: Buffer
}): Record<string, string> {
  const timestamp = String(Math.floor(delivery.atMs / 1000))
  return {
    'webhook-id': delivery.id,
    'webhook-timestamp': timestamp,
    'webhook-signature': sign(signingKey(delivery.secret), delivery.id, timestamp, delivery.raw),
  }
}
