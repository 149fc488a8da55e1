import { z } from 'zod'
import { invalidParameter } from './graph-error.ts'

const DAY_MS = 86_400_000
const MAX_AGE_MS = 7 * DAY_MS
const MAX_STORE_AGE_MS = 62 * DAY_MS
/** The subcode with which Meta refuses an event for its age. */
const TOO_OLD = 2_804_003

const text = z.string().min(1)
const hash = z.string().regex(/^[\da-f]{64}$/, 'must be a SHA-256 in lower-case hexadecimal')
const hashes = z.union([hash, z.array(hash).min(1)]).optional()

const userData = z
  .looseObject({
    em: hashes,
    ph: hashes,
    fn: hashes,
    ln: hashes,
    db: hashes,
    ge: hashes,
    ct: hashes,
    st: hashes,
    zp: hashes,
    country: hashes,
    client_ip_address: z.union([z.ipv4(), z.ipv6()]).optional(),
    client_user_agent: text.optional(),
    fbc: z
      .string()
      .regex(/^fb\.\d\.\d{1,15}\.\S+$/, 'must be fb.<index>.<ms>.<fbclid>')
      .optional(),
    fbp: z
      .string()
      .regex(/^fb\.\d\.\d{1,15}\.\S+$/, 'must be fb.<index>.<ms>.<random>')
      .optional(),
  })
  .refine(data => Object.keys(data).length > 0, 'needs at least one customer information parameter')

const customData = z
  .looseObject({ value: z.number().optional(), currency: z.string().length(3).optional() })
  .refine(data => data.value === undefined || data.currency !== undefined, 'a value needs a currency')

const actionSources = [
  'email',
  'website',
  'app',
  'phone_call',
  'chat',
  'physical_store',
  'system_generated',
  'business_messaging',
  'other',
] as const

const Event = z
  .looseObject({
    event_name: text,
    event_time: z.int(),
    event_id: text.optional(),
    action_source: z.enum(actionSources),
    event_source_url: z.url().optional(),
    user_data: userData,
    custom_data: customData.optional(),
  })
  .superRefine(({ action_source, event_source_url, user_data }, context) => {
    if (action_source !== 'website') return
    if (event_source_url === undefined) context.addIssue({ code: 'custom', message: 'needs event_source_url' })
    if (user_data.client_user_agent === undefined) {
      context.addIssue({ code: 'custom', message: 'needs client_user_agent' })
    }
  })
export type MetaEvent = z.output<typeof Event>

/** The body of `POST /{pixelId}/events`: up to 1,000 events, of which one bad one refuses all. */
const Body = z.object({ data: z.array(Event).min(1).max(1_000), test_event_code: text.optional() })

/** Throws what Meta refuses the request with. */
export function readEvents(body: unknown, now: number): z.output<typeof Body> {
  const read = Body.parse(body)
  for (const { event_time, action_source } of read.data) {
    const ageMs = now - event_time * 1_000
    if (ageMs > (action_source === 'physical_store' ? MAX_STORE_AGE_MS : MAX_AGE_MS)) {
      throw invalidParameter('An event is too old: event_time may lie up to 7 days back', TOO_OLD)
    }
    if (ageMs < -DAY_MS) throw invalidParameter('An event lies in the future')
  }
  return read
}
