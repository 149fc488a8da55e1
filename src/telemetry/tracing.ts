import type { Logger } from '../logger.ts'

/**
 * What one lead's way looks like in a tracing tool: the delivery, the job that handled it, every step hours later and
 * every request to a vendor, all in one trace. The trace is kept with the event's record and with the journey as a W3C
 * `traceparent`. No span holds anything about a person.
 */
export interface Tracing extends AsyncDisposable {
  /** A delivery is being answered: here a trace begins. */
  delivery<T extends { result: string; eventId?: string }>(source: string, work: () => Promise<T>): Promise<T>
  /** A job is being done. It belongs to the trace of the first record that it reads; one that reads none shows no span. */
  job<T extends EndedJob>(job: TracedJob, work: () => Promise<T>): Promise<T>
  /** A record was read that belongs to this trace, or to none. What belongs to another one already is linked to it. */
  join(traceparent: string | undefined): void
  /** The `traceparent` of a record that is written now. Where nothing is under way a trace begins with it. */
  place(): string | undefined
  /** A request to a vendor has ended. */
  exchange(account: string, exchange: TracedExchange): void
}

export interface TracedJob {
  name: string
  jobId: string
  /** ms. */
  startedAt: number
}

/** How a job ended, as far as its span tells. */
export interface EndedJob {
  result: string
  journeyId?: string | undefined
  campaign?: string | undefined
  eventId?: string | undefined
  error?: { code: string } | undefined
}

export interface TracedExchange {
  method: string
  /** Path with `{names}` in place of ids. */
  route: string
  requestId: string
  durationMs: number
  status?: number
  errorCode?: string
}

/** The fields that log lines carry, by which they are found from a span. */
export interface LogFields {
  run<T>(fields: Record<string, unknown>, work: () => T): T
  add(fields: Record<string, unknown>): void
}

const noTracing: Tracing = {
  delivery: (_source, work) => work(),
  job: (_job, work) => work(),
  join() {},
  place: () => undefined,
  exchange() {},
  async [Symbol.asyncDispose]() {},
}

/**
 * Traces where a collector is named; without one nothing of OpenTelemetry is loaded.
 * @param url base address of a collector that takes OTLP over HTTP
 */
export async function startTracing(
  url: string | undefined,
  parts: { now: () => number; logger: Logger; fields: LogFields; process: string },
): Promise<Tracing> {
  if (url === undefined) return noTracing
  const { createSpans } = await import('./spans.ts')
  return createSpans(url, parts)
}
