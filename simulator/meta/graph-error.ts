import { z } from 'zod'
import type { Answer } from '../gateway.ts'

/** An error of the Graph API as its body tells it. */
export class GraphError extends Error {
  readonly code: number
  readonly more: { status?: number; subcode?: number; isTransient?: boolean; userMessage?: string }

  constructor(code: number, message: string, more: GraphError['more'] = {}) {
    super(message)
    this.code = code
    this.more = more
  }
}

/** The one error for whatever is wrong with an event; all events of its request are refused with it. */
export function invalidParameter(userMessage: string, subcode?: number): GraphError {
  return new GraphError(100, 'Invalid parameter', { userMessage, ...(subcode !== undefined && { subcode }) })
}

function graphAnswer({ code, message, more }: GraphError): Answer {
  const error = {
    message,
    type: 'OAuthException',
    code,
    ...(more.subcode !== undefined && { error_subcode: more.subcode }),
    is_transient: more.isTransient ?? false,
    ...(more.userMessage !== undefined && { error_user_title: message, error_user_msg: more.userMessage }),
    fbtrace_id: 'AsimulatedTrace',
  }
  return { status: more.status ?? 400, body: { error } }
}

/** The answer to an error of a route; throws what is none of Meta's, since that is a fault of the simulator itself. */
export function refusalAnswer(error: unknown): Answer {
  if (error instanceof GraphError) return graphAnswer(error)
  if (error instanceof SyntaxError) return graphAnswer(invalidParameter('The body is not valid JSON'))
  if (error instanceof z.ZodError) {
    const issues = error.issues.map(issue => `${issue.path.join('.') || 'body'}: ${issue.message}`)
    return graphAnswer(invalidParameter(issues.join('; ')))
  }
  throw error
}

/** What Meta says with a status that a fault asks for. */
export function errorBody(status: number): unknown {
  const error =
    status === 429
      ? new GraphError(4, 'Application request limit reached', { isTransient: true })
      : new GraphError(2, 'Service temporarily unavailable', { isTransient: true })
  return graphAnswer(error).body
}
