import type { z } from 'zod'
import { Problem } from '../../answers/service.ts'
import type { Principal } from '../../http/access.ts'

/** What one call takes and answers. The schemas of its request are those that parse it. */
export interface Operation {
  method: 'get' | 'post' | 'delete'
  /** As OpenAPI writes it: `/api/v1/journeys/{id}`. */
  path: string
  section: Section
  summary: string
  details?: string
  /** The least role that may; `anyone` needs no key. */
  role: Principal['role'] | 'anyone'
  query?: z.ZodObject
  headers?: z.ZodObject
  body?: Body
  answers: Readonly<Record<number, AnswerOf>>
  example?: Example
}

export type Section =
  | 'Journeys'
  | 'Campaigns'
  | 'Lists'
  | 'Events'
  | 'Failures'
  | 'Parked'
  | 'Suppressions'
  | 'Leads'
  | 'Service'
  | 'Webhooks'

export interface Body {
  /** By content type. */
  content: Readonly<Record<string, z.ZodType | 'text'>>
  /** It may be left out. */
  isOptional?: true
}

export interface AnswerOf {
  means: string
  /** By content type; `binary` and `text` have no shape. */
  content?: Readonly<Record<string, z.ZodType | 'text' | 'binary'>>
}

/** What the sample of the call sends. */
export interface Example {
  query?: Readonly<Record<string, string>>
  headers?: Readonly<Record<string, string>>
  /** A file to be sent is named `@file`. */
  body?: unknown
}

export const json = (means: string, schema: z.ZodType): AnswerOf => ({ means, content: { 'application/json': schema } })
export const problem = (means: string): AnswerOf => ({ means, content: { 'application/problem+json': Problem } })

/** Every answer of a call: its own, and those that come with who asks, what is asked, and Redis. */
export function allAnswers(operation: Operation): Record<number, AnswerOf> {
  const { method, role } = operation
  const isKept = role !== 'anyone'
  return {
    ...ownAnswers(operation),
    ...(isKept ? { 401: problem('no key, or a wrong one') } : {}),
    ...(isKept && method !== 'get' ? { 403: problem('the role of the key does not allow it') } : {}),
    ...(isKept ? { 429: problem('too many wrong keys came from this address: `Retry-After` says how long') } : {}),
    ...(isKept ? { 500: problem('something went wrong here; the log says what') } : {}),
    ...(isKept ? { 503: problem('the ledger, or a vendor that was needed, cannot be reached now') } : {}),
  }
}

/** Those of one call that are not the same with every other. */
export function ownAnswers({ query, body, answers }: Operation): Record<number, AnswerOf> {
  const takesMuch = query !== undefined || body !== undefined
  return { ...answers, ...(takesMuch ? { 400: problem('what was sent does not fit') } : {}) }
}
