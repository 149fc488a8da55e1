import type { IncomingHttpHeaders } from 'node:http'
import type { z } from 'zod'
import type { Ending, VendorFailure } from './vendor-error.ts'

/** Recognises a failure in the parsed body of an answer, whatever its status. `undefined` is a body that was no JSON. */
export type ReadFailure = (
  body: unknown,
  status: number,
  headers: Readonly<IncomingHttpHeaders>,
) => VendorFailure | undefined

type Failure = Pick<Ending, 'cause' | 'vendor' | 'note'>

const MAX_ISSUES = 5

/**
 * Reads a whole answer: the value that fits the schema, or how it failed. Never throws: whatever goes wrong while reading
 * happens after the request was done, and must not look like a fault that may be repeated.
 */
export function readAnswer<T>(
  { text, status, headers }: { text: string; status: number; headers: Readonly<IncomingHttpHeaders> },
  Schema: z.ZodType<T>,
  readFailure: ReadFailure | undefined,
): { value: T } | { failure: Failure } {
  try {
    const body = parseJson(text)
    const vendor = readFailure?.(body === NOT_JSON ? undefined : body, status, headers)
    if (vendor !== undefined) return { failure: { cause: 'REFUSED', vendor } }
    if (status < 200 || status >= 300) return { failure: { cause: `HTTP_${status}` } }
    if (body === NOT_JSON) return { failure: { cause: 'BAD_ANSWER', note: 'not JSON' } }
    const parsed = Schema.safeParse(body)
    if (parsed.success) return { value: parsed.data }
    return { failure: { cause: 'BAD_ANSWER', note: describe(parsed.error.issues) } }
  } catch (error) {
    return { failure: { cause: 'BAD_ANSWER', note: error instanceof Error ? error.name : 'unreadable' } }
  }
}

const NOT_JSON = Symbol('not JSON')

/** An empty body is `undefined`: some acts are answered by their status alone, and their schema says whether that will do. */
function parseJson(text: string): unknown {
  if (text.trim() === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return NOT_JSON
  }
}

/** Where the answer does not fit, without its values: those may be personal data. */
function describe(issues: readonly z.core.$ZodIssue[]): string {
  return issues
    .slice(0, MAX_ISSUES)
    .map(issue => `${issue.path.map(String).join('.') || 'body'} ${issue.code}`)
    .join(', ')
}
