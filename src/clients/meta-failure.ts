import { z } from 'zod'
import { Flag, Text, Whole } from './fields.ts'
import type { VendorFailure } from './vendor-error.ts'

/** https://developers.facebook.com/docs/graph-api/guides/error-handling */
const FailureBody = z.object({
  error: z.object({
    message: Text,
    code: Whole,
    error_subcode: Whole,
    is_transient: Flag,
    error_user_title: Text,
    error_user_msg: Text,
    fbtrace_id: Text,
  }),
})
type GraphError = z.output<typeof FailureBody>['error']

/** The session or the token is invalid or has expired. */
const BAD_TOKEN = new Set([102, 190])
/**
 * Limits of the app, the user, the page and custom ones (4, 17, 32, 341, 613); 80000 to 80014 are those of business use
 * cases. https://developers.facebook.com/docs/graph-api/overview/rate-limiting
 */
const THROTTLED = new Set([4, 17, 32, 341, 613])
/** Unknown, and service temporarily down: the reference does not say that nothing was done. */
const BROKEN = new Set([1, 2])
const INVALID_PARAMETER = 100
/** Subcode: the object of the path does not exist, or not for this token. */
const NO_SUCH_OBJECT = 33

/** The code of an error that is about the pixel and not about any event. */
export const NO_SUCH_PIXEL = 'NO_SUCH_PIXEL'

/** Recognises the Graph API's error, which may come with any status; `undefined` for an answer that holds none. */
export function readMetaFailure(body: unknown): VendorFailure | undefined {
  const parsed = FailureBody.safeParse(body)
  if (!parsed.success) return undefined
  const { error } = parsed.data
  const verdict = verdictOf(error)
  return { ...verdict, ...(verdict.code === undefined && codeOf(error)), message: wordsOf(error) }
}

function verdictOf({ code = 0, error_subcode, is_transient }: GraphError): Pick<VendorFailure, 'kind' | 'code'> {
  if (BAD_TOKEN.has(code)) return { kind: 'refused', code: 'UNAUTHORIZED' }
  if (THROTTLED.has(code) || (code >= 80_000 && code <= 80_014)) return { kind: 'throttled' }
  if (BROKEN.has(code) || is_transient === true) return { kind: 'broken' }
  if (code === 10 || (code >= 200 && code <= 299)) return { kind: 'refused', code: 'FORBIDDEN' }
  if (code !== INVALID_PARAMETER) return {}
  return { kind: 'refused', ...(error_subcode === NO_SUCH_OBJECT && { code: NO_SUCH_PIXEL }) }
}

function codeOf({ code }: GraphError): Pick<VendorFailure, 'code'> {
  return code === undefined ? {} : { code: `META_${code}` }
}

/** What a person needs to mend it or to ask Meta about it. */
function wordsOf({ message, code, error_subcode, error_user_title, error_user_msg, fbtrace_id }: GraphError): string {
  // In groups of three: a plain run of seven digits is taken for a phone number and left out.
  const subcode = error_subcode === undefined ? '' : `, subcode ${error_subcode.toLocaleString('en-US')}`
  const numbers = code === undefined ? '' : `(code ${code}${subcode})`
  const words = [error_user_title, error_user_msg ?? message].filter(Boolean).join(': ')
  return [words, numbers, fbtrace_id && `fbtrace_id ${fbtrace_id}`].filter(Boolean).join(' ')
}
