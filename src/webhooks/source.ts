import type { DistinctHeaders } from './verify.ts'

/** One sender of webhooks: how it proves itself, what names its events, and how it wants to be answered. */
export interface Source {
  name: string
  /** Its proof is a secret in the path, behind the name: this sender can send no headers. */
  hasPathSecret?: true
  /** It sends HTML forms beside JSON. */
  takesForms?: true
  /** Over the raw bytes, before anything is parsed. */
  isAuthentic(request: SignedRequest): boolean
  /** The event's own id, or `undefined` where it has none (its body's hash then names it). */
  ownId(request: { headers: DistinctHeaders; raw: Buffer }): string | undefined
  /** Says why the sender, who is the user, should mend the body. Vendors' bodies are kept instead. */
  faultOf?(raw: Buffer): string | undefined
  /** Whether a lead may opt out by it: such an event is handled at once, ahead of every queue. */
  mayOptOut?(raw: Buffer): boolean
  /** The status that makes this sender try again. */
  busyStatus: 503 | 429
  /** How it wants to be told that its event is on disk, where that is not as everybody else. */
  reply?(stored: Stored): Reply
}

/** What a proof may lie in. */
export interface SignedRequest {
  headers: DistinctHeaders
  raw: Buffer
  nowMs: number
  pathSecret?: string | undefined
  /** Path and query as they came. */
  target?: string | undefined
}

/** An event that is on disk, now or since before. */
export interface Stored {
  status: 'accepted' | 'duplicate'
  eventId: string
}

export interface Reply {
  status: number
  headers: Readonly<Record<string, string>>
  body: string
}
