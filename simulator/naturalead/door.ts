import type { Request, RequestHandler } from 'express'
import { isLetIn } from '../access.ts'
import type { PartOptions } from '../part.ts'
import type { scopes } from './control.ts'
import { forbidden, Refusal } from './refusals.ts'

type Scope = (typeof scopes)[number]

/** Per key; the others that are published (per address, per account) are wider. https://docs.naturalead.ai/rate-limits */
const PER_MINUTE = 500
const SYNCS_PER_MINUTE = 50
const MINUTE_MS = 60_000

export type Door = ReturnType<typeof createDoor>

/** Who comes in, how often, and what for. */
export function createDoor({ now, settings }: Pick<PartOptions, 'now' | 'settings'>) {
  /** When each key was used within the last minute, oldest first. */
  const used = new Map<string, number[]>()

  /** Counts one use within a sliding minute: what is left, and seconds until the oldest of them is forgotten. */
  function count(name: string, limit: number): { isOver: boolean; remaining: number; reset: number } {
    const at = now()
    const recent = (used.get(name) ?? []).filter(time => time > at - MINUTE_MS)
    const isOver = recent.length >= limit
    if (!isOver) recent.push(at)
    used.set(name, recent)
    const reset = Math.ceil(((recent[0] ?? at) + MINUTE_MS - at) / 1_000)
    return { isOver, remaining: limit - recent.length, reset }
  }

  return {
    /** Stands before every route: answers tell how much of the key's minute is left. */
    meter: ((request, response, next) => {
      const { perMinute = PER_MINUTE } = settings.current.naturalead
      if (perMinute === null) return next()
      const { isOver, remaining, reset } = count(keyOf(request) ?? '', perMinute)
      response.setHeader('RateLimit-Limit', perMinute)
      response.setHeader('RateLimit-Remaining', remaining)
      response.setHeader('RateLimit-Reset', reset)
      if (isOver) response.locals['throttledForS'] = reset
      next()
    }) satisfies RequestHandler,

    /** Throws NaturaLead's refusal. */
    authenticate(request: Request): void {
      const key = keyOf(request)
      if (key === undefined) throw new Refusal(401, 'API key required')
      if (!/^nl_(live|test)_./.test(key) || !isLetIn(settings, 'naturalead', key)) {
        throw new Refusal(401, 'Invalid or expired API key')
      }
      const retryAfter: unknown = request.res?.locals['throttledForS']
      if (typeof retryAfter === 'number') throw throttled(retryAfter)
    },

    /** Throws what a key without the scope gets. */
    allow(scope: Scope): void {
      const { scopes: granted } = settings.current.naturalead
      if (granted !== undefined && granted !== null && !granted.includes(scope)) throw forbidden(scope)
    },

    countSync(request: Request): void {
      const { isOver, reset } = count(`sync ${keyOf(request)}`, SYNCS_PER_MINUTE)
      if (isOver) throw throttled(reset)
    },
    reset: () => used.clear(),
  }
}

function throttled(retryAfter: number): Refusal {
  return new Refusal(429, 'Too many requests, please try again later', { retryAfter })
}

/** `X-API-Key` wins where both are sent. */
function keyOf(request: Request): string | undefined {
  const [, bearer] = /^Bearer (\S+)$/i.exec(request.get('authorization') ?? '') ?? []
  return request.get('x-api-key') ?? bearer
}
