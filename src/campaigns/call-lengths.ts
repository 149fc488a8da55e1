/** How many calls were about so long, by bucket. Buckets are even steps of the logarithm: a call of any length is known to 1 %. */
export type CallLengths = ReadonlyMap<number, number>

/** Two calls of 32 s that differ by less than 0.7 s are one: a look is never timed more finely than that. */
const BUCKETS_PER_OCTAVE = 32

/** Shorter ones end before anybody can look. */
const SHORTEST_MS = 10

/** Longer ones are past every deadline that is likely; with the shortest this bounds the buckets to some 740. */
const LONGEST_MS = 86_400_000

/** The bucket of a length, ms: an integer from 0. */
export function bucketOf(lengthMs: number): number {
  const bounded = Math.min(Math.max(lengthMs, SHORTEST_MS), LONGEST_MS)
  return Math.round(Math.log2(bounded / SHORTEST_MS) * BUCKETS_PER_OCTAVE)
}

/** The length in the middle of a bucket, ms. */
export function lengthOf(bucket: number): number {
  return SHORTEST_MS * 2 ** (bucket / BUCKETS_PER_OCTAVE)
}

/** How many calls are known. */
export function callsOf(lengths: CallLengths): number {
  return [...lengths.values()].reduce((sum, calls) => sum + calls, 0)
}

/** What is known of an ended call's times, ms: ours of placing and seeing it, the vendor's of its record. */
export interface EndedCall {
  placedAt: number
  /** When a look first found it over. */
  seenAt: number
  createdAt?: number | undefined
  updatedAt?: number | undefined
}

/**
 * How long a call lasted by the vendor's own times, ms; `undefined` where those do not tell. A look comes late, so its
 * time alone would teach to look late; but no call ends after it was seen to be over.
 */
export function callLengthMs({ placedAt, seenAt, createdAt, updatedAt }: EndedCall): number | undefined {
  if (updatedAt === undefined) return undefined
  const lengthMs = updatedAt - (createdAt ?? placedAt)
  // A record that nobody has touched since it was made says nothing of an end.
  return lengthMs > 0 ? Math.min(lengthMs, Math.max(seenAt - placedAt, 0)) : undefined
}
