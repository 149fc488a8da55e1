/**
 * Those who are told what happened, in words that each of them can be translated to: ad platforms, and whoever wants to
 * hear. They throw the errors of `errors.ts`, as vendors do.
 */

import type { AppError } from '../errors.ts'
import type { Attribution, BudgetPort, RequestOptions } from './ports.ts'

/** A conversion for an ad platform. The same one is sent on every try: platforms know repeats by `event` and `eventId`. */
export interface ConversionEvent {
  /** The platform's name of the event. */
  event: string
  eventId: string
  /** When the conversion took place, in milliseconds since the epoch; never when it is sent. */
  at: number
  actionSource: 'website' | 'phone_call' | 'chat' | 'system_generated'
  value?: number
  /** ISO 4217. */
  currency?: string
  person: ConversionPerson
}

/** Whom a conversion is about, as known; hashed by the client where the platform wants it hashed. */
export interface ConversionPerson {
  email?: string
  /** E.164. */
  phone?: string
  firstName?: string
  lastName?: string
  /** Our own name for the person, such as the lead id. */
  externalId?: string
  attribution?: Attribution
}

/** Events that share one request: test events cannot be among others. */
export interface ConversionBatch {
  pixelId: string
  testEventCode?: string
  events: readonly ConversionEvent[]
}

/** What became of one event of a batch. */
export type EventResult = { result: 'done' } | { result: 'failed'; error: AppError }

/** An ad platform that takes conversions directly. */
export interface ConversionPort extends BudgetPort {
  /** Most events that one batch may hold. */
  maxEvents: number
  /**
   * Effect. Answers for every event, in their order, whatever happened: an event whose error is `RejectedError`,
   * `RateLimitedError` or `UnavailableError` has surely not been counted, one with `UnknownOutcomeError` may have been.
   * One bad event costs the others nothing but time; what could not be told apart in it is `UnavailableError`
   * (`NOT_ISOLATED`) and may be sent again. Ends within `REQUEST_TIMEOUT_MS`, however many requests it takes.
   * @throws RangeError for no events, or for more than `maxEvents`
   */
  fireEvents(batch: ConversionBatch, options?: RequestOptions): Promise<EventResult[]>
}

/** Something of ours that happened. */
export interface OwnEvent {
  /** The same on every try, so that the receiver can tell repeats. */
  id: string
  type: string
  /** When it happened, in milliseconds since the epoch. */
  at: number
  data: unknown
}

/** Whoever wants to hear what happens here. Telling is repeatable: it throws as a GET does. */
export interface EventPort {
  tell(event: OwnEvent, options?: Pick<RequestOptions, 'signal'>): Promise<void>
}

/** Alerts that have all come up, or are all over. */
export interface AlertNews {
  /** The same on every try, so that the receiver can tell repeats. */
  id: string
  status: 'firing' | 'resolved'
  alerts: readonly AlertNotice[]
}

/** One alert, for people and for pagers. Holds nothing about a lead. */
export interface AlertNotice {
  name: string
  /** What it is about; empty for the service as a whole. */
  subject: string
  severity: 'critical' | 'warning'
  summary: string
  /** What to do. */
  mend: string
  /** ISO 8601. */
  since: string
  resolvedAt?: string
  /** Where one acts. */
  url: string
}

/** Whoever wants to hear of alerts. Telling is repeatable: it throws as a GET does. */
export interface AlertPort {
  tell(news: AlertNews, options?: Pick<RequestOptions, 'signal'>): Promise<void>
}

/** Somebody whom deliveries are passed on to. Passing on is repeatable: it throws as a GET does. */
export interface ForwardPort {
  /** `name` is ours and the same on every try: whoever gets it twice can tell. */
  forward(
    delivery: { name: string; contentType: string; raw: Buffer },
    options?: Pick<RequestOptions, 'signal'>,
  ): Promise<void>
}
