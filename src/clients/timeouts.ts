/**
 * No request takes longer, from the moment it is opened to the last byte of its answer: after this it can have no
 * effect that was not known before.
 */
export const REQUEST_TIMEOUT_MS = 30_000

/** Milliseconds for each part of a request. */
export interface Timeouts {
  lookup: number
  connect: number
  secureConnect: number
  send: number
  response: number
  /** The whole; never above `REQUEST_TIMEOUT_MS`. */
  request: number
}

/** Long enough for a bad day of the network, short enough that the dead part is named before the whole runs out. */
const TIMEOUTS: Readonly<Timeouts> = {
  // A resolver asks again after 5 s, so waiting longer only repeats a question that was lost.
  lookup: 5_000,
  // Room for two lost SYN packets, which are sent again after 1 s and 3 s.
  connect: 5_000,
  // Two round trips and some arithmetic.
  secureConnect: 5_000,
  // Bodies are a few kilobytes: they fit the socket's buffer at once, or the connection is stuck.
  send: 5_000,
  // A vendor that dials checks leads, rules and its telephony before it answers: the longest part.
  response: 25_000,
  request: REQUEST_TIMEOUT_MS,
}

/** The timeouts with some of them changed; the whole stays bounded whatever is asked for. */
export function timeoutsWith(changes: Partial<Timeouts> = {}): Timeouts {
  const timeouts = { ...TIMEOUTS, ...changes }
  return { ...timeouts, request: Math.min(timeouts.request, REQUEST_TIMEOUT_MS) }
}
