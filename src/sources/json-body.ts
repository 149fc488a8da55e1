import type { z } from 'zod'
import { PayloadError } from '../errors.ts'

const decoder = new TextDecoder('utf-8', { fatal: true })

/**
 * Reads a JSON body strictly.
 * @throws PayloadError when it is empty, no UTF-8 or no JSON
 */
export function readJson(raw: Buffer): unknown {
  if (raw.length === 0) throw new PayloadError('the body is empty', { code: 'EMPTY_BODY' })
  let text: string
  try {
    text = decoder.decode(raw)
  } catch {
    throw new PayloadError('the body is not valid UTF-8', { code: 'NOT_UTF8' })
  }
  try {
    return JSON.parse(text)
  } catch {
    // The parser's own message quotes the body, which may hold personal data.
    throw new PayloadError('the body is not valid JSON', { code: 'NOT_JSON' })
  }
}

/** @throws PayloadError naming every field that does not fit, without its value */
export function parseWith<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.slice(0, 10).map(issue => `${issue.path.join('.') || 'body'}: ${issue.message}`)
  throw new PayloadError(faults.join('; '), { code: 'NOT_FITTING' })
}
