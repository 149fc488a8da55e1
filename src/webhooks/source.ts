import type { DistinctHeaders } from './verify.ts'

/** One sender of webhooks: how it proves itself, what names its events, and how it wants to be answered. */
export interface Source {
  name: string
  /** Its proof is a secret in the path, behind the name: this sender can send no headers. */
  hasPathSecret?: true
  /** Over the raw bytes, before anything is parsed. */
  isAuthentic(request: {
    headers: DistinctHeaders
    raw: Buffer
    nowMs: number
    pathSecret?: string | undefined
  }): boolean
  /** The event's own id, or `undefined` where it has none (its body's hash then names it). */
  ownId(request: { headers: DistinctHeaders; raw: Buffer }): string | undefined
  /** Says why the sender, who is the user, should mend the body. Vendors' bodies are kept instead. */
  faultOf?(raw: Buffer): string | undefined
  /** Whether a lead may opt out by it: such an event is handled at once, ahead of every queue. */
  mayOptOut?(raw: Buffer): boolean
  /** The status that makes this sender try again. */
  busyStatus: 503 | 429
}
