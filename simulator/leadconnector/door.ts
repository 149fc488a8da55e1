import type { Request, RequestHandler } from 'express'
import type { PartOptions } from '../part.ts'
import { USUAL_LOCATION } from './control.ts'
import { Refusal } from './refusals.ts'
import type { Tokens } from './tokens.ts'

/** https://github.com/GoHighLevel/highlevel-api-docs/blob/main/docs/oauth/Authorization.md */
const LIMITS = { max: 100, intervalMs: 10_000, daily: 200_000 }
const DAY_MS = 24 * 3_600_000

/** By the first part of the path. Two references disagree about voice: both are taken. */
const versions: Record<string, readonly string[]> = {
  contacts: ['2021-07-28'],
  'voice-ai': ['2021-04-15', '2021-07-28'],
  conversations: ['2021-04-15', '2021-07-28'],
}

export type Door = ReturnType<typeof createDoor>

/** Who comes in, in which version, and how often. */
export function createDoor({ now, settings, tokens }: Pick<PartOptions, 'now' | 'settings'> & { tokens: Tokens }) {
  const spans = { interval: { from: 0, count: 0 }, day: { from: 0, count: 0 } }
  const tooMany = new WeakSet<Request>()

  function count(span: { from: number; count: number }, lengthMs: number): number {
    const at = now()
    if (at - span.from >= lengthMs) Object.assign(span, { from: at, count: 0 })
    span.count += 1
    return span.count
  }

  return {
    /** Stands before every route: answers tell what is left. It refuses only where the control sets limits. */
    meter: ((request, response, next) => {
      if (isOpen(request)) return next()
      const set = settings.current.leadconnector.limits
      const { max = LIMITS.max, intervalMs = LIMITS.intervalMs, daily = LIMITS.daily } = set ?? {}
      const [used, usedToday] = [count(spans.interval, intervalMs), count(spans.day, DAY_MS)]
      response.setHeader('X-RateLimit-Limit-Daily', daily)
      response.setHeader('X-RateLimit-Daily-Remaining', Math.max(0, daily - usedToday))
      response.setHeader('X-RateLimit-Interval-Milliseconds', intervalMs)
      response.setHeader('X-RateLimit-Max', max)
      response.setHeader('X-RateLimit-Remaining', Math.max(0, max - used))
      if (set && (used > max || usedToday > daily)) tooMany.add(request)
      next()
    }) satisfies RequestHandler,

    /** Throws LeadConnector's refusal. */
    authenticate(request: Request): void {
      if (isOpen(request)) return
      const [, token] = /^Bearer (\S+)$/.exec(request.get('authorization') ?? '') ?? []
      if (!tokens.isGood(token)) throw new Refusal(401, token === undefined ? 'Missing token' : 'Invalid JWT')
      const [, family = ''] = request.path.split('/')
      const version = request.get('version')
      if (version === undefined) throw new Refusal(400, 'version header was not found.')
      if (versions[family]?.includes(version) === false) throw new Refusal(400, 'version header is invalid.')
      if (tooMany.has(request)) throw new Refusal(429, 'Too Many Requests')
    },

    /** Throws what a token of another sub-account gets. */
    requireLocation(locationId: string): void {
      if (locationId === (settings.current.leadconnector.locationId ?? USUAL_LOCATION)) return
      throw new Refusal(403, 'The token does not have access to this location.')
    },
    reset(): void {
      for (const span of Object.values(spans)) Object.assign(span, { from: 0, count: 0 })
    },
  }
}

/** Needs no token: it gives them. */
function isOpen(request: Request): boolean {
  return request.path === '/oauth/token'
}
