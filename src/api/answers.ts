import type { RequestHandler, Response } from 'express'
import { z } from 'zod'
import { isPageCursor } from '../desk/cursor.ts'
import { isAtLeast, type Principal } from '../http/access.ts'
import type { KeyCheck } from '../http/key-check.ts'
import { sendProblem } from '../http/problem.ts'
import type { Logger } from '../logger.ts'

/** Query of every list. */
export const Listing = z.object({
  limit: z.coerce.number().int().min(1).max(1000).default(50),
  cursor: z.string().max(500).optional(),
})

const NO_CURSOR = 'no list has given this cursor; leave it away for the first page'

/** What is left empty asks for nothing. */
export const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess(value => (value === '' ? undefined : value), schema.optional())

const fits = (isOurs: (cursor: string) => boolean) => optional(z.string().max(500).refine(isOurs, NO_CURSOR))

/** Query of a list that goes on behind an entry that it has shown. */
export const PagedListing = Listing.extend({ cursor: fits(isPageCursor) })

/** Query of the audit, whose entries name themselves: an id of a Redis stream. */
export const AuditListing = Listing.extend({ cursor: fits(cursor => /^[1-9]\d{0,18}-\d{1,19}$/.test(cursor)) })

/** Query of a list that has one page. */
export const WholeListing = Listing.extend({ cursor: fits(() => false) })

/** A filter's value. */
export const FilterText = z.string().max(200).optional()

/** Who asks, and whether they may: viewers only read. */
export function allow({ keyCheck, logger }: { keyCheck: KeyCheck; logger: Logger }): RequestHandler {
  return (request, response, next) => {
    const verdict = keyCheck.bearer(request)
    if (verdict.result === 'limited') {
      logger.warn({}, 'api.key_limited')
      response.set('Retry-After', String(Math.ceil(verdict.waitMs / 1000)))
      return sendProblem(response, 429, 'too many wrong API keys came from this address; none is looked at for now')
    }
    if (verdict.result !== 'let_in') {
      if (verdict.result === 'wrong_key') logger.warn({}, 'api.key_refused')
      response.set('WWW-Authenticate', 'Bearer')
      return sendProblem(response, 401, 'an API key is needed: Authorization: Bearer <key>')
    }
    const { principal } = verdict
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    if (!isRead && !isAtLeast(principal, 'operator')) {
      return sendProblem(response, 403, `${principal.name} is a ${principal.role} and may only read`)
    }
    response.locals['principal'] = principal
    next()
  }
}

/** Whoever `allow` let in. */
export const principalOf = (response: Response) => response.locals['principal'] as Principal

/** The value in its shape, or `undefined` after a 400 that names every fault. */
export function parseOr400<T>(schema: z.ZodType<T>, value: unknown, response: Response): T | undefined {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const errors = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }))
  sendProblem(response, 400, errors.map(({ path, message }) => `${path || 'body'}: ${message}`).join('; '), { errors })
  return undefined
}

export function answerOr404(response: Response, found: unknown, what: string, status = 200): void {
  if (found === undefined) sendProblem(response, 404, `no such ${what}`)
  else response.status(status).json(found)
}
