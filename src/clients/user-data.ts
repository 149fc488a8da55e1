import { createHash } from 'node:crypto'
import { isIP } from 'node:net'

/**
 * What a person's data is before the ad platforms see it: contact data normalised and hashed, what a browser said as it
 * is, bounded. Whatever is empty or unusable is absent.
 */

/** A SHA-256 in hexadecimal. Both vendors' own code passes such a value on instead of hashing it again. */
const HASHED = /^[\da-f]{64}$/i

/** No contact field is longer; what is, was put there to cost time. */
const MAX_CONTACT = 1_000
const MAX_TOKEN = 1_000
const MAX_USER_AGENT = 2_000
const MAX_URL = 2_000

/** E.164: at most 15 digits; fewer than 7 are no number that can be called from abroad. */
const PHONE_DIGITS = /^\d{7,15}$/

/** ASCII punctuation, as Meta's own code names it, with all blanks. */
const BLANKS_AND_PUNCTUATION = /[\s!-/:-@[-`{-~]+/g

/** A normaliser answers `undefined` for what is none; done twice it changes nothing more. */
export type Normalise = (value: string) => string | undefined

/** Trimmed, lower case. */
export const normaliseEmail: Normalise = value => {
  const email = value.toLowerCase().trim()
  return /^\S+@\S+$/.test(email) ? email : undefined
}

/** Digits with country code, no `+` and no leading zeros. */
export const digitsOfPhone: Normalise = value => {
  const digits = value.replace(/\D/g, '').replace(/^0+/, '')
  return PHONE_DIGITS.test(digits) ? digits : undefined
}

/** Lower case, without blanks and punctuation; composed (NFC), so that equal names have equal bytes. */
export const normaliseName: Normalise = value =>
  present(value.toLowerCase().normalize('NFC').replace(BLANKS_AND_PUNCTUATION, ''))

/** Trimmed. */
export const normaliseId: Normalise = value => present(value.trim())

/** SHA-256 in lower-case hexadecimal of the normalised value; one that is a hash already is only put in lower case. */
export function hashed(value: string | undefined, normalise: Normalise): string | undefined {
  if (value === undefined || value.length > MAX_CONTACT) return undefined
  const bare = value.trim()
  if (HASHED.test(bare)) return bare.toLowerCase()
  const normal = normalise(value)
  return normal === undefined ? undefined : createHash('sha256').update(normal).digest('hex')
}

/** A click or browser id as it came: its case matters. Blanks or anything but printable ASCII make it none. */
export function asToken(value: string | undefined): string | undefined {
  return value !== undefined && value.length <= MAX_TOKEN && /^[!-~]+$/.test(value) ? value : undefined
}

/** An IPv4 or IPv6 address; the first one where proxies have made a list of it. */
export function asIpAddress(value: string | undefined): string | undefined {
  const first = value?.slice(0, MAX_TOKEN).split(',', 1)[0]?.trim() ?? ''
  return isIP(first) === 0 ? undefined : first
}

/** A browser's user agent in one line. */
export function asUserAgent(value: string | undefined): string | undefined {
  if (value === undefined || value.length > MAX_USER_AGENT) return undefined
  return present(value.replace(/[\p{Cc}\s]+/gu, ' ').trim())
}

/** An http(s) address without its query, fragment and credentials: forms put names and numbers there, unhashed. */
export function asPageUrl(value: string | undefined): string | undefined {
  if (value === undefined || value.length > MAX_URL || !URL.canParse(value)) return undefined
  const { protocol, origin, pathname } = new URL(value)
  return protocol === 'https:' || protocol === 'http:' ? `${origin}${pathname}` : undefined
}

function present(text: string): string | undefined {
  return text === '' ? undefined : text
}
