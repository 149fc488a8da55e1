import { AppError, isKeyRefused, RateLimitedError, RejectedError, UnavailableError } from '../errors.ts'
import type { EventResult } from './receiver-ports.ts'

/** How events are sent, and how far one may go to find the bad ones among them. */
export interface Isolation<E> {
  /** One request: when it resolves all of its events are done, when it is refused none is. */
  send(events: readonly E[]): Promise<void>
  /** Whether a refusal may be the fault of single events; else it is taken for one of the request as a whole. */
  isDivisible(refusal: RejectedError): boolean
  /** Asked before every request but the first. */
  mayGoOn(): boolean
  /** The first one included. */
  maxRequests: number
}

/** Events `[from, to)` that are sent together next; all of a refused request's events stand in some range. */
interface Range {
  from: number
  to: number
}

/**
 * Sends events together; where that is refused, in halves, until the bad ones stand alone. Answers for each event in
 * order. Goes from left to right and into the smallest first, so that a call that may not go on has told some bad events
 * apart, and the next one has fewer. Anything but a refusal ends it: what had been refused by then was surely not done
 * and carries the reason. What is none of our errors is thrown on, and then nothing is known of any event.
 */
export async function isolateBadEvents<E>(events: readonly E[], isolation: Isolation<E>): Promise<EventResult[]> {
  const results: EventResult[] = []
  const waiting: Range[] = [{ from: 0, to: events.length }]
  let requests = 0
  let halt: AppError | undefined

  for (let range = waiting.pop(); range !== undefined; range = waiting.pop()) {
    const { from, to } = range
    if (requests > 0 && (requests >= isolation.maxRequests || !isolation.mayGoOn())) halt ??= notIsolated()
    let error = halt
    if (error === undefined) {
      requests += 1
      error = await failureOf(isolation.send(events.slice(from, to)))
      const isDivisible = isRefusal(error) && isolation.isDivisible(error)
      if (isDivisible && to - from > 1) {
        const middle = from + Math.ceil((to - from) / 2)
        waiting.push({ from: middle, to }, { from, to: middle })
        continue
      }
      if (error !== undefined && !isDivisible) halt = isSurelyNotDone(error) ? error : notIsolated()
    }
    // Ranges come off the stack from left to right, so results are in the order of events.
    for (let index = from; index < to; index += 1) {
      results.push(error === undefined ? { result: 'done' } : { result: 'failed', error })
    }
  }
  return results
}

async function failureOf(sending: Promise<void>): Promise<AppError | undefined> {
  try {
    await sending
    return undefined
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
}

function isRefusal(error: AppError | undefined): error is RejectedError {
  return error instanceof RejectedError && !isKeyRefused(error)
}

function isSurelyNotDone(error: AppError): boolean {
  return error instanceof RejectedError || error instanceof RateLimitedError || error instanceof UnavailableError
}

function notIsolated(): UnavailableError {
  return new UnavailableError('refused together with others, and not sent again without them yet', {
    code: 'NOT_ISOLATED',
  })
}
