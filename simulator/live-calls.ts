/** From when to when a call was live: `[at, endsAt)`, milliseconds since the epoch; `Infinity` for one that never ends. */
export interface CallSpan {
  at: number
  endsAt: number
}

/** How many of the spans hold the instant. */
export function liveAt(spans: readonly CallSpan[], instant: number): number {
  let live = 0
  for (const span of spans) if (span.at <= instant && instant < span.endsAt) live += 1
  return live
}

/**
 * The most calls that were ever live at one instant, exactly: a sweep over starts and ends in order. A call that ends at
 * the instant at which another starts does not overlap it.
 */
export function highestLive(spans: readonly CallSpan[]): number {
  const lasting = spans.filter(span => span.endsAt > span.at)
  const starts = Float64Array.from(lasting, span => span.at).sort()
  const ends = Float64Array.from(lasting, span => span.endsAt).sort()
  let ended = 0
  let highest = 0
  for (let started = 0; started < starts.length; started += 1) {
    const start = starts[started] ?? 0
    while (ended < ends.length && (ends[ended] ?? 0) <= start) ended += 1
    highest = Math.max(highest, started + 1 - ended)
  }
  return highest
}
