import { AppError, type RejectedError, UnavailableError } from '../errors.ts'
import type { Budget, Permit } from './budget.ts'
import { isolateBadEvents } from './isolate-bad-events.ts'
import type { RequestOptions } from './ports.ts'
import type { ConversionBatch, ConversionEvent, ConversionPort, EventResult } from './receiver-ports.ts'
import { REQUEST_TIMEOUT_MS } from './timeouts.ts'

/** How far one call may go. */
const LIMITS = {
  /**
   * Finds three bad events among a thousand; with more, the next call has fewer of them. Requests that only look for bad
   * events must not eat the account's budget.
   */
  maxRequests: 64,
  /** No further request starts after this: one that takes as long as requests do is over before `endAfterMs`. */
  isolateForMs: 10_000,
  /** Whoever wrote down when this will be over counted on one request. */
  endAfterMs: REQUEST_TIMEOUT_MS,
}

/** What one ad platform does its own way. */
export interface Platform {
  budget: Budget | undefined
  maxEvents: number
  /** Why the platform would surely refuse an event, and with it all others of its request. */
  refusalOf(event: ConversionEvent, batch: ConversionBatch): RejectedError | undefined
  /** One request with these events of the batch. */
  send(batch: ConversionBatch, options: Required<RequestOptions>): Promise<void>
  isDivisible(refusal: RejectedError): boolean
}

/** The part of a conversion port that all platforms share: leave for each request, the time they may take, bad events. */
export function createConversions(platform: Platform, limits = LIMITS): ConversionPort {
  const { budget, maxEvents } = platform
  const permit: ConversionPort['permit'] = async (purpose, { signal } = {}) =>
    (await budget?.take(purpose, signal)) ?? { purpose }

  return {
    maxEvents,
    permit,
    async fireEvents(batch, options = {}) {
      const { events } = batch
      if (events.length < 1 || events.length > maxEvents) {
        throw new RangeError(`One batch takes 1 to ${maxEvents} events, not ${events.length}`)
      }
      const refusals = events.map(event => platform.refusalOf(event, batch))
      const fit = events.filter((_, index) => refusals[index] === undefined)
      const fired = fit.length === 0 ? [] : await fire({ ...batch, events: fit }, options)
      const inOrder = fired.values()
      return refusals.map(error => (error === undefined ? resultOf(inOrder) : { result: 'failed', error }))
    },
  }

  async function fire(batch: ConversionBatch, options: RequestOptions): Promise<EventResult[]> {
    const isolating = AbortSignal.timeout(limits.isolateForMs)
    const end = AbortSignal.timeout(limits.endAfterMs)
    const signal = options.signal === undefined ? end : AbortSignal.any([options.signal, end])
    let given = options.permit
    const leave = async (): Promise<Permit> => {
      const first = given
      given = undefined
      return first ?? (await permit('pixel', { signal }).catch(withoutLeave))
    }
    return isolateBadEvents(batch.events, {
      send: async events => platform.send({ ...batch, events }, { permit: await leave(), signal }),
      isDivisible: platform.isDivisible,
      mayGoOn: () => !isolating.aborted && !signal.aborted,
      maxRequests: limits.maxRequests,
    })
  }
}

/** Without leave nothing was sent, whatever kept it: also Redis being away between two requests. */
function withoutLeave(cause: unknown): never {
  if (cause instanceof AppError) throw cause
  throw new UnavailableError('the request budget could not be asked', { code: 'BUDGET_AWAY', cause })
}

function resultOf(results: Iterator<EventResult, undefined>): EventResult {
  const { value } = results.next()
  if (value === undefined) throw new Error('fewer results than events')
  return value
}
