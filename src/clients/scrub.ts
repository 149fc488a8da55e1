/**
 * Takes out of a vendor's own words what must not reach a log, a timeline or an error: whatever looks like a phone
 * number or an e-mail address, and the secrets we sent. It errs towards taking out too much.
 */

/** Enough for any vendor's message; what stands behind it is not read, so that no text can make scrubbing slow. */
const MAX_READ = 4_000
/** The shortest run of digits that can be a whole phone number. */
const MIN_PHONE_DIGITS = 7
/** Shorter values are too common as words to be taken for secrets. */
const MIN_SECRET_LENGTH = 8

const emails = /[\p{L}\p{N}._%+'-]{1,64}(?:@|%40)[\p{L}\p{N}][\p{L}\p{N}.-]{0,252}/gu
/** Digits with the separators people put between them; a date such as 2026-12-01 is let through. */
const numbers =
  /[+(]*(?<!\p{Nd})(?!(?:19|20)\d{2}-(?:0\d|1[0-2])-(?:[0-2]\d|3[01])(?!\d))\p{Nd}[\p{Nd}\s().\-\u2010-\u2015/]{5,}\p{Nd}/gu
const digits = /\p{Nd}/gu

/** The text without phone numbers, e-mail addresses and the given secrets; at most 4,000 characters of it are kept. */
export function scrub(text: string, secrets: readonly string[] = []): string {
  return withoutSecrets(text.slice(0, MAX_READ), secrets)
    .replace(emails, '[email]')
    .replace(numbers, run => ((run.match(digits)?.length ?? 0) < MIN_PHONE_DIGITS ? run : '[number]'))
}

/** The beginning of a body, whoever it is about: only the secrets are taken out. Less than 4,000 characters are kept. */
export function excerpt(body: string, secrets: readonly string[], length: number): string {
  const clean = withoutSecrets(body.slice(0, MAX_READ), secrets)
  // Where reading ended within a secret, the half of it that was read is still there.
  const unsure = body.length > MAX_READ ? Math.max(0, ...secrets.map(secret => 3 * secret.length)) : 0
  const sure = unsure === 0 ? clean : clean.slice(0, -unsure)
  return sure.length > length || unsure > 0 ? `${sure.slice(0, length)}…` : sure
}

/** A secret may come back as it was sent, as part of an address or as a JSON text. */
function withoutSecrets(text: string, secrets: readonly string[]): string {
  let clean = text
  for (const secret of secrets) {
    if (secret.length < MIN_SECRET_LENGTH) continue
    const spelt = [secret, encodeURIComponent(secret.toWellFormed()), JSON.stringify(secret).slice(1, -1)]
    for (const spelling of new Set(spelt)) clean = clean.replaceAll(spelling, '[secret]')
  }
  return clean
}

/** What of our own headers must never come back in an error: every word of their values (`Bearer x` hides `x`). */
export function secretsOf(headers: Readonly<Record<string, string>>): string[] {
  return Object.values(headers).flatMap(value => value.split(/\s+/))
}
