import type { RequestHandler, Response } from 'express'
import { z } from 'zod'
import { isAtLeast, type Principal } from '../http/access.ts'
import type { KeyCheck } from '../http/key-check.ts'
import { sendProblem } from '../http/problem.ts'
import type { Logger } from '../logger.ts'

/** Query of every list. */
export const Listing = z.object({
  limit: z.coerce.number().int().min(1).max(1000).default(50),
  cursor: z.string().max(500).optional(),
})

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
