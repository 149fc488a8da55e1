import { present } from './fields.ts'
import type { ConversionBatch, ConversionEvent, ConversionPerson } from './receiver-ports.ts'
import {
  asIpAddress,
  asPageUrl,
  asToken,
  asUserAgent,
  digitsOfPhone,
  hashed,
  type Normalise,
  normaliseEmail,
  normaliseId,
} from './user-data.ts'

/** Conversions in TikTok's words (Events API 2.0), as its own template sends them: https://github.com/tiktok/gtm-template-eapi */

type EventSource = 'web' | 'offline'

/** An offline event set is named by 19 digits; a pixel code has letters. */
const EVENT_SET = /^\d{19}$/

/** The body of one request. A code for test events stands over all of its events. */
export function tiktokBody({ pixelId, testEventCode, events }: ConversionBatch): object {
  const source: EventSource = EVENT_SET.test(pixelId) ? 'offline' : 'web'
  return present({
    event_source: source,
    event_source_id: pixelId,
    test_event_code: testEventCode,
    data: events.map(event => tiktokEvent(event, source)),
  })
}

function tiktokEvent(event: ConversionEvent, source: EventSource): object {
  const { event: name, eventId, at, value, currency, person } = event
  const url = asPageUrl(person.attribution?.captureUrl)
  return present({
    event: name,
    event_time: Math.floor(at / 1_000),
    event_id: eventId,
    user: tiktokUser(person),
    page: source === 'web' && url !== undefined ? { url } : undefined,
    properties: present({ value, currency }),
  })
}

/** E.164 with its `+`. */
const normalisePhone: Normalise = value => {
  const digits = digitsOfPhone(value)
  return digits === undefined ? undefined : `+${digits}`
}

/** `user`: contact data as hashes, what the browser said as it is. Names are no part of what the template sends. */
function tiktokUser(person: ConversionPerson): object {
  const { email, phone, externalId, attribution = {} } = person
  return present({
    email: hashed(email, normaliseEmail),
    phone: hashed(phone, normalisePhone),
    external_id: hashed(externalId, normaliseId),
    ttclid: asToken(attribution.ttclid),
    ttp: asToken(attribution.ttp),
    ip: asIpAddress(attribution.ipAddress),
    user_agent: asUserAgent(attribution.userAgent),
  })
}
