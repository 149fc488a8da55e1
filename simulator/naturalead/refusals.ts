import { z } from 'zod'
import type { Answer } from '../gateway.ts'

/** A request that NaturaLead refuses. It prints no code: the words and the status are all there is. */
export class Refusal extends Error {
  readonly status: number
  readonly more: { details?: string; forbidden?: true; retryAfter?: number }

  constructor(status: number, message: string, more: Refusal['more'] = {}) {
    super(message)
    this.status = status
    this.more = more
  }
}

function invalid(details: string): Refusal {
  return new Refusal(400, 'Validation failed', { details })
}

export function notFound(what: string): Refusal {
  return new Refusal(404, `${what} not found`)
}

export function forbidden(scope: string): Refusal {
  return new Refusal(403, `Missing required permission: ${scope}`, { forbidden: true })
}

function failure({ status, message, more }: Refusal): Answer {
  const { details, forbidden: isForbidden, retryAfter } = more
  return {
    status,
    body: isForbidden ? { error: 'Forbidden', message } : { error: message, ...(details !== undefined && { details }) },
    ...(retryAfter !== undefined && { headers: { 'retry-after': String(retryAfter) } }),
  }
}

/** The answer to an error of a route; throws what is no refusal, since that is a fault of the simulator itself. */
export function refusalAnswer(error: unknown): Answer {
  if (error instanceof Refusal) return failure(error)
  if (error instanceof SyntaxError) return failure(invalid('body is not valid JSON'))
  if (error instanceof z.ZodError) {
    return failure(invalid(error.issues.map(issue => `${issue.path.join('.') || 'body'}: ${issue.message}`).join('; ')))
  }
  throw error
}

export function errorBody(status: number): unknown {
  return {
    error: status === 429 ? 'Too many requests, please try again later' : `Request failed with status ${status}`,
  }
}
