import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto'

/** Headers with every value they were sent with: a security header that comes twice proves nothing. */
export type DistinctHeaders = Readonly<Record<string, string[] | undefined>>

/** The value of a header that was sent exactly once. */
export function only(headers: DistinctHeaders, name: string): string | undefined {
  const values = headers[name]
  return values?.length === 1 ? values[0] : undefined
}

/** How far a signed time may lie from now, either way. Standard Webhooks' own libraries use five minutes. */
export const TOLERANCE_MS = 300_000

/** Constant-time comparison; the length of a secret is no secret. */
export function isSame(left: Buffer, right: Buffer): boolean {
  return left.length === right.length && timingSafeEqual(left, right)
}

/** Whether the value is one of the secrets. All are compared, so that time does not tell which. */
export function isOneOf(value: string, secrets: readonly string[]): boolean {
  const given = Buffer.from(value)
  return secrets.map(secret => isSame(given, Buffer.from(secret))).includes(true)
}

/** Whether a signed time is near enough: as old as `maxAgeMs`, as far ahead as `maxAheadMs`. */
export function isTimely(atMs: number, nowMs: number, maxAgeMs = TOLERANCE_MS, maxAheadMs = maxAgeMs): boolean {
  return nowMs - atMs <= maxAgeMs && atMs - nowMs <= maxAheadMs
}

/** The values of a name in a header such as `t=1,v0=ab,v0=cd`. */
export function valuesOf(header: string, name: string): string[] {
  const parts = header.split(',').map(part => part.trim())
  return parts.filter(part => part.startsWith(`${name}=`)).map(part => part.slice(name.length + 1))
}

/** A secret to sign with, to be made once: given as bytes, each signature takes six times as long. */
export function signingKey(secret: string | Buffer): KeyObject {
  return createSecretKey(Buffer.from(secret))
}

export function hmacSha256(key: KeyObject, ...parts: (string | Buffer)[]): Buffer {
  const hmac = createHmac('sha256', key)
  for (const part of parts) hmac.update(part)
  return hmac.digest()
}
