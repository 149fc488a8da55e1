import type { RequestHandler } from 'express'
import { isAtLeast } from '../http/access.ts'
import { sendProblem } from '../http/problem.ts'
import { principalOf } from './answers.ts'

/** What cannot be taken back and concerns more than the day's work. */
export const requireAdmin: RequestHandler = (_request, response, next) => {
  const principal = principalOf(response)
  if (isAtLeast(principal, 'admin')) return next()
  sendProblem(response, 403, `${principal.name} is ${principal.role}; this takes a key with the role admin`)
}
