import { z } from 'zod'
import { Failure } from './failure.ts'
import { plainText } from './plain-text.ts'

/** Problem details (RFC 9457), with what else the API says in them. */
export const Problem = z.object({
  title: z.string(),
  detail: z.string().optional(),
  journeyId: z.string().optional(),
})
export type Problem = z.output<typeof Problem>

/** The service understood and said no. */
export class Refusal extends Failure {
  readonly status: number
  readonly problem: Problem | undefined

  constructor(status: number, message: string, options: { mend?: string | undefined; problem?: Problem } = {}) {
    super(message, options)
    this.status = status
    this.problem = options.problem
  }
}

/**
 * @param text the body of an answer that is no success
 * @param asked what was asked with: whose address, and whether a key was sent along
 */
export function readRefusal(
  { status, text, retryAfter }: { status: number; text: string; retryAfter?: string | null | undefined },
  asked: { url: string; hasKey: boolean },
): Refusal {
  const problem = parseProblem(text)
  if (problem === undefined) {
    const mend = 'is AFTERCALL_URL the address of an aftercall service?'
    return new Refusal(status, `${asked.url} answered ${status}, and not as aftercall does`, { mend })
  }
  const { title, detail } = problem
  const message = plainText(detail === undefined ? title : `${title}: ${detail}`)
  return new Refusal(status, message, { mend: mendOf(status, asked.hasKey, retryAfter), problem })
}

function mendOf(status: number, hasKey: boolean, retryAfter: string | null | undefined): string | undefined {
  switch (status) {
    case 401:
      return hasKey
        ? 'AFTERCALL_API_KEY is not one of the keys in the ADMIN_API_KEYS of the service'
        : 'set AFTERCALL_API_KEY to one of the keys in the ADMIN_API_KEYS of the service'
    case 403:
      return 'use a key whose role is operator or admin'
    case 429:
      return `wait${retryAfter && /^\d+$/.test(retryAfter) ? ` ${retryAfter} s` : ''}, and mend AFTERCALL_API_KEY wherever a wrong one is sent`
    case 503:
      return `try again ${retryAfter && /^\d+$/.test(retryAfter) ? `in ${retryAfter} s` : 'soon'}; \`/readyz\` says what is wrong`
    default:
      return status >= 500 ? 'the log of the service says what went wrong' : undefined
  }
}

function parseProblem(text: string): Problem | undefined {
  try {
    return Problem.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
