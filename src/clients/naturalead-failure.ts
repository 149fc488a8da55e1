import type { IncomingHttpHeaders } from 'node:http'
import { z } from 'zod'
import { Text, Whole } from './fields.ts'
import type { VendorFailure } from './vendor-error.ts'

/**
 * `{ error, details? }`; of a 403 the words stand in `message` beside `error: "Forbidden"`. There is no code.
 * https://docs.naturalead.ai/errors
 */
const FailureBody = z.object({
  error: Text,
  message: Text,
  details: z
    .union([z.string(), z.array(z.string().catch('')).transform(lines => lines.filter(Boolean).join('; '))])
    .optional()
    .catch(undefined),
})

/** Recognises NaturaLead's error; `undefined` for an answer that holds none. */
export function readNaturaLeadFailure(
  body: unknown,
  status: number,
  headers: Readonly<IncomingHttpHeaders>,
): VendorFailure | undefined {
  if (status < 400) return undefined
  const parsed = FailureBody.safeParse(body)
  const { error, message, details } = parsed.success ? parsed.data : {}
  const words = [message ?? error, details].filter(Boolean).join('; ')
  const retryAfterMs = status === 429 ? untilReset(headers) : undefined
  if (words === '' && status !== 404 && retryAfterMs === undefined) return undefined
  return {
    ...(status === 404 ? { code: 'NOT_FOUND' } : {}),
    ...(words === '' ? {} : { message: words }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  }
}

/** Where a 429 does not say for how long, the window of its limit does. https://docs.naturalead.ai/rate-limits */
function untilReset(headers: Readonly<IncomingHttpHeaders>): number | undefined {
  if (headers['retry-after'] !== undefined) return undefined
  const seconds = Whole.parse(headers['ratelimit-reset'])
  return seconds === undefined || seconds < 0 ? undefined : seconds * 1_000
}
