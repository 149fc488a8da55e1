import { z } from 'zod'
import type { Answer } from '../gateway.ts'

/** LeadSail prints codes but no HTTP statuses; these are the usual ones. */
const statusOf: Record<string, number> = {
  VALIDATION_ERROR: 400,
  MISSING_PHONE_NUMBER: 400,
  UNAUTHORIZED: 401,
  NOT_FOUND: 404,
}

/** A request that LeadSail refuses, told in its envelope. */
export class Refusal extends Error {
  readonly code: string
  readonly details: string[] | undefined
  readonly status: number

  constructor(code: string, message: string, options: { details?: string[]; status?: number | undefined } = {}) {
    super(message)
    this.code = code
    this.details = options.details
    this.status = options.status ?? statusOf[code] ?? 400
  }
}

export function invalid(...details: string[]): Refusal {
  return new Refusal('VALIDATION_ERROR', 'Invalid input data', { details })
}

export function notFound(): Refusal {
  return new Refusal('NOT_FOUND', 'Resource not found')
}

export function success(data: unknown): Answer {
  return { status: 200, body: { success: true, data } }
}

/** The answer to an error of a route; throws what is no refusal, since that is a fault of the simulator itself. */
export function refusalAnswer(error: unknown): Answer {
  if (error instanceof Refusal) return failure(error)
  if (error instanceof SyntaxError) return failure(invalid('body is not valid JSON'))
  if (error instanceof z.ZodError) {
    return failure(invalid(...error.issues.map(issue => `${issue.path.join('.') || 'body'}: ${issue.message}`)))
  }
  throw error
}

/** The body of an error that LeadSail itself would not print: what a gateway in front of it could say. */
export function errorBody(status: number): unknown {
  const [code, message] =
    status === 429 ? ['RATE_LIMITED', 'Too many requests'] : ['INTERNAL_ERROR', `Request failed with status ${status}`]
  return { success: false, error: { code, message } }
}

function failure({ code, message, details, status }: Refusal): Answer {
  return { status, body: { success: false, error: { code, message, ...(details && { details }) } } }
}
