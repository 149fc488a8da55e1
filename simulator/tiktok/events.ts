import { z } from 'zod'

const text = z.string().min(1)
const hash = z.string().regex(/^[\da-f]{64}$/, 'must be a SHA-256 in lower-case hexadecimal')
const hashes = z.union([hash, z.array(hash).min(1)]).optional()

const user = z
  .looseObject({
    email: hashes,
    phone: hashes,
    external_id: hashes,
    ttclid: text.optional(),
    ttp: text.optional(),
    ip: z.union([z.ipv4(), z.ipv6()]).optional(),
    user_agent: text.optional(),
  })
  .refine(data => Object.keys(data).length > 0, 'needs at least one identifier')

const properties = z
  .looseObject({ value: z.number().optional(), currency: z.string().length(3).optional() })
  .refine(data => data.value === undefined || data.currency !== undefined, 'a value needs a currency')

const Event = z.looseObject({
  event: text,
  // Seconds: a time in milliseconds lies far beyond.
  event_time: z.int().min(1_000_000_000).max(9_999_999_999),
  event_id: text.optional(),
  user,
  page: z.looseObject({ url: z.url() }).optional(),
  properties: properties.optional(),
})
export type TikTokEvent = z.output<typeof Event>

/** The body of `POST /event/track/`: one bad event refuses all. No greatest age is published, so none is known here. */
export const TrackBody = z.object({
  event_source: z.enum(['web', 'app', 'offline', 'crm']),
  event_source_id: text,
  test_event_code: text.optional(),
  partner_name: z.string().optional(),
  data: z.array(Event).min(1).max(1_000),
})
