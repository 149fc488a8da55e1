import { z } from 'zod'
import { Text, Whole } from './fields.ts'
import type { VendorFailure } from './vendor-error.ts'

/** Every answer has a code, also one with status 200; 0 is success. */
const AnswerBody = z.object({
  code: Whole,
  message: Text,
  request_id: Text,
})

const THROTTLED = 40_100
/** 40105 is a missing or wrong token; the numbers around it too are about how the caller shows who it is. */
const OF_THE_KEY = { from: 40_101, to: 40_199 }
/** What is wrong with the request, says the number; of any other code nothing says that nothing was done. */
const REFUSED = { from: 40_000, to: 49_999 }

/** Recognises a failure in the body of an answer; `undefined` for success, and for an answer that is none of TikTok's. */
export function readTikTokFailure(body: unknown): VendorFailure | undefined {
  const parsed = AnswerBody.safeParse(body)
  if (!parsed.success) return undefined
  const { code, message = '', request_id } = parsed.data
  if (code === undefined || code === 0) return undefined
  const words = [message, `(code ${code})`, request_id && `request_id ${request_id}`].filter(Boolean).join(' ')
  if (code >= OF_THE_KEY.from && code <= OF_THE_KEY.to) return { kind: 'refused', code: 'UNAUTHORIZED', message: words }
  return { kind: kindOf(code), code: `TIKTOK_${code}`, message: words }
}

function kindOf(code: number): NonNullable<VendorFailure['kind']> {
  if (code === THROTTLED) return 'throttled'
  return code >= REFUSED.from && code <= REFUSED.to ? 'refused' : 'broken'
}
