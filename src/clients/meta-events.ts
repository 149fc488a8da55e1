import { present } from './fields.ts'
import type { Attribution } from './ports.ts'
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
  normaliseName,
} from './user-data.ts'

/**
 * Conversions in Meta's words. https://developers.facebook.com/documentation/ads-commerce/conversions-api/parameters
 */

/** The body of one request. A code for test events stands over all of its events. */
export function metaBody({ testEventCode, events }: ConversionBatch): object {
  return present({ data: events.map(metaEvent), test_event_code: testEventCode })
}

function metaEvent(event: ConversionEvent): object {
  const { event: name, eventId, at, actionSource, value, currency } = event
  const custom = present({ value, currency })
  return present({
    event_name: name,
    event_time: Math.floor(at / 1_000),
    event_id: eventId,
    action_source: actionSource,
    event_source_url: actionSource === 'website' ? asPageUrl(event.person.attribution?.captureUrl) : undefined,
    user_data: metaUserData(event.person, at),
    custom_data: Object.keys(custom).length === 0 ? undefined : custom,
  })
}

/** Meta's own code puts every identifier in lower case, external ids too, so that server and browser give one hash. */
const normaliseExternalId: Normalise = value => normaliseId(value.toLowerCase())

/** `user_data`: contact data as hashes, in lists; what the browser said as it is. */
export function metaUserData(person: ConversionPerson, at: number): Record<string, unknown> {
  const { email, phone, firstName, lastName, externalId, attribution = {} } = person
  return present({
    em: listed(hashed(email, normaliseEmail)),
    ph: listed(hashed(phone, digitsOfPhone)),
    fn: listed(hashed(firstName, normaliseName)),
    ln: listed(hashed(lastName, normaliseName)),
    external_id: listed(hashed(externalId, normaliseExternalId)),
    client_ip_address: asIpAddress(attribution.ipAddress),
    client_user_agent: asUserAgent(attribution.userAgent),
    fbc: clickCookie(attribution, at),
    fbp: asToken(attribution.fbp),
  })
}

function listed(hash: string | undefined): string[] | undefined {
  return hash === undefined ? undefined : [hash]
}

/**
 * `fbc`, or what it would be, made of the click id: `fb.<index>.<ms>.<fbclid>`, case-sensitive, with index 1 for a domain
 * such as example.com. We learn of the click with the conversion, so its time is the conversion's, the same on every try.
 */
function clickCookie({ fbc, fbclid }: Attribution, at: number): string | undefined {
  const clickId = asToken(fbclid)
  return asToken(fbc) ?? (clickId === undefined ? undefined : `fb.1.${Math.floor(at)}.${clickId}`)
}
