import { z } from 'zod'
import type { Answer } from '../gateway.ts'

const names: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  422: 'Unprocessable Entity',
  429: 'Too Many Requests',
}

/** A request that LeadConnector refuses; `message` is a text, or a list of them. */
export class Refusal extends Error {
  readonly status: number
  readonly told: string | string[]

  constructor(status: number, message: string | string[]) {
    super(String(message))
    this.status = status
    this.told = message
  }
}

export function errorBody(status: number, message: string | string[] = names[status] ?? 'Internal server error') {
  const error = names[status]
  return { statusCode: status, message, ...(error !== undefined && { error }), traceId: 'simulated-trace' }
}

/** The answer to an error of a route; throws what is no refusal, since that is a fault of the simulator itself. */
export function refusalAnswer(error: unknown): Answer {
  if (error instanceof Refusal) return { status: error.status, body: errorBody(error.status, error.told) }
  if (error instanceof SyntaxError) return { status: 400, body: errorBody(400, 'Unexpected token in JSON') }
  if (!(error instanceof z.ZodError)) throw error
  const faults = error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`)
  return { status: 422, body: errorBody(422, faults) }
}

/** The parameters, or the refusal that the reference has for them: a 400 with one text. */
export function readQuery<T>(Schema: z.ZodType<T>, query: unknown): T {
  const parsed = Schema.safeParse(query)
  if (parsed.success) return parsed.data
  throw new Refusal(400, parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join(', '))
}
