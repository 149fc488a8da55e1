import type { Source } from '../../src/webhooks/source.ts'

/** Values that the schemes give for made-up secrets. */
export const SECRET = 'demo_secret'
export const AT_MS = 1_700_000_000_000
export const BODY = '{"test":2432232314}'
export const HMAC = 'a8732b394171e9bd2874a6399002ff5f36d7a5a22f299811f71f3a2b17921111'
export const FORM = 'application/x-www-form-urlencoded'

/** A delivery as its sender signs it, at `AT_MS` unless it says otherwise. */
export interface Vector {
  body: string
  headers: Record<string, string>
  target?: string
  atMs?: number
}

/** What the source says of the delivery. */
export function isAuthentic(source: Source, { body, headers, target = '/', atMs = AT_MS }: Vector): boolean {
  const distinct = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]))
  return source.isAuthentic({ headers: distinct, raw: Buffer.from(body), nowMs: atMs, target })
}
