import { z } from 'zod'
import { Text } from './fields.ts'
import type { VendorFailure } from './vendor-error.ts'

/** `{ success: false, error: { code, message, details } }`; gateways before it may say less. */
const FailureBody = z.object({
  success: z.boolean().optional().catch(undefined),
  error: z
    .union([
      z.object({ code: Text, message: Text, details: z.array(z.string().catch('')).catch([]) }),
      z.string().transform(message => ({ code: undefined, message, details: [] })),
    ])
    .optional()
    .catch(undefined),
  message: Text,
})

/** The printed codes: each of them is a considered no. The reference gives no HTTP status with them. */
const REFUSALS = new Set(['VALIDATION_ERROR', 'UNAUTHORIZED', 'NOT_FOUND', 'MISSING_PHONE_NUMBER'])
/** Not printed anywhere, but what such an envelope would say if it were no considered no. */
const THROTTLED = /RATE_?LIMIT|TOO_MANY_REQUESTS|THROTTL/
const BROKEN = /^(INTERNAL|SERVER|SERVICE|GATEWAY|TIMEOUT)(_|$)/

/** Recognises LeadSail's error envelope; `undefined` for an answer that is none. */
export function readLeadSailFailure(body: unknown, status: number): VendorFailure | undefined {
  const parsed = FailureBody.safeParse(body)
  if (!parsed.success) return undefined
  const { success, error, message } = parsed.data
  if (success !== false && status < 400) return undefined
  if (error === undefined && message === undefined && success !== false) return undefined

  const words = [error?.message ?? message, ...(error?.details ?? [])].filter(Boolean).join('; ')
  const kind = kindOf(error?.code?.toUpperCase() ?? '')
  return {
    ...(kind === undefined ? {} : { kind }),
    ...(error?.code === undefined ? {} : { code: error.code }),
    ...(words === '' ? {} : { message: words }),
  }
}

function kindOf(code: string): VendorFailure['kind'] {
  if (REFUSALS.has(code)) return 'refused'
  if (THROTTLED.test(code)) return 'throttled'
  return BROKEN.test(code) ? 'broken' : undefined
}
