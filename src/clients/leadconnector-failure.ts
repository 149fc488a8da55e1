import type { IncomingHttpHeaders } from 'node:http'
import { z } from 'zod'
import { Text, Whole } from './fields.ts'
import type { VendorFailure } from './vendor-error.ts'

/** `{ statusCode, message, error }`, where `message` is a text or a list of them; gateways before it may say less. */
const FailureBody = z.object({
  message: z
    .array(z.string().catch(''))
    .transform(all => all.filter(Boolean).join('; '))
    .or(Text),
  error: Text,
  error_description: Text,
})

/**
 * The day's requests are spent. No header says when the vendor's day ends; asking once an hour costs little.
 * https://github.com/GoHighLevel/highlevel-api-docs/blob/main/docs/oauth/Authorization.md
 */
const DAY_SPENT_PAUSE_MS = 3_600_000

/** Recognises LeadConnector's error; `undefined` for an answer that holds none. The status decides what kind it is. */
export function readLeadConnectorFailure(
  body: unknown,
  status: number,
  headers: Readonly<IncomingHttpHeaders>,
): VendorFailure | undefined {
  if (status < 400) return undefined
  const parsed = FailureBody.safeParse(body)
  const { message, error, error_description } = parsed.success ? parsed.data : {}
  const words = message ?? error_description ?? error
  const retryAfterMs = status === 429 ? pauseOf(headers) : undefined
  if (words === undefined && retryAfterMs === undefined) return undefined
  return {
    ...(words === undefined ? {} : { message: words }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  }
}

/** A `Retry-After` is not documented; the window of the limit is. */
function pauseOf(headers: Readonly<IncomingHttpHeaders>): number | undefined {
  if (Whole.parse(headers['x-ratelimit-daily-remaining']) === 0) return DAY_SPENT_PAUSE_MS
  if (headers['retry-after'] !== undefined) return undefined
  return Whole.parse(headers['x-ratelimit-interval-milliseconds'])
}

/**
 * An answer up to what was done during a call: the parameters of that may hold keys to other systems
 * (`apiDetails.authenticationValue`, `headers[]`), and an answer that broke off cannot be parsed to take them out.
 */
export function withoutActions(answer: string): string {
  return answer.replace(/\\*"?(?:executedCallActions|actionParameters|apiDetails|authenticationValue)[\s\S]*/, '…')
}
