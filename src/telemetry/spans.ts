import { AsyncLocalStorage } from 'node:async_hooks'
import { ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import type { Logger } from '../logger.ts'
import { createSpanExport } from './span-export.ts'
import { formatTraceparent, parseTraceparent } from './traceparent.ts'
import type { EndedJob, LogFields, TracedExchange, TracedJob, Tracing } from './tracing.ts'

/** Other traces that one span is linked to at most: a batch of two hundred leads says no more with all of them. */
const MAX_LINKS = 50

/** What is under way. Its span begins when it is known to which trace it belongs. */
interface Work {
  span?: Span
  begin(traceparent: string | undefined): Span
  linked: Set<string>
}

/** Traces with OpenTelemetry: the only file, beside those it stands on, that knows of it. */
export function createSpans(
  url: string,
  parts: { now: () => number; logger: Logger; fields: LogFields; process: string },
): Tracing {
  const { now, fields } = parts
  const provider = createSpanExport(url, parts)
  const tracer = provider.getTracer('aftercall')
  const underWay = new AsyncLocalStorage<Work>()

  const start = (name: string, kind: SpanKind, startTime: number, parent: Span | string | undefined) => {
    const context = typeof parent === 'string' ? parseTraceparent(parent) : parent?.spanContext()
    const within = context === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, context)
    return tracer.startSpan(name, { kind, startTime }, within)
  }
  const begun = (work: Work, traceparent?: string) => {
    work.span ??= work.begin(traceparent)
    return work.span
  }

  return {
    delivery(source, answer) {
      const span = start(`receive ${source}`, SpanKind.SERVER, now(), undefined)
      span.setAttribute('aftercall.source', source)
      const work: Work = { span, begin: () => span, linked: new Set() }
      return fields.run(logIds(span), () =>
        underWay.run(work, async () => {
          try {
            const receipt = await answer()
            describeEnd(span, receipt)
            return receipt
          } finally {
            span.end(now())
          }
        }),
      )
    },

    job({ name, jobId, startedAt }: TracedJob, handle) {
      const work: Work = {
        linked: new Set(),
        begin(traceparent) {
          const span = start(name, SpanKind.CONSUMER, startedAt, traceparent)
          span.setAttributes({
            'messaging.system': 'bullmq',
            'messaging.destination.name': name,
            'messaging.message.id': jobId,
          })
          fields.add(logIds(span))
          return span
        },
      }
      return underWay.run(work, async () => {
        try {
          const ended = await handle()
          describeEnd(work.span, ended)
          return ended
        } finally {
          work.span?.end(now())
        }
      })
    },

    join(traceparent) {
      const work = underWay.getStore()
      if (work === undefined) return
      const before = work.span
      const own = begun(work, traceparent).spanContext().traceId
      const other = traceparent === undefined || before === undefined ? undefined : parseTraceparent(traceparent)
      if (other === undefined || other.traceId === own || work.linked.size >= MAX_LINKS) return
      if (!work.linked.has(other.traceId)) before?.addLink({ context: other })
      work.linked.add(other.traceId)
    },

    place() {
      const work = underWay.getStore()
      if (work !== undefined) return formatTraceparent(begun(work).spanContext())
      const span = start('begin', SpanKind.INTERNAL, now(), undefined)
      span.end(now())
      return formatTraceparent(span.spanContext())
    },

    exchange(account, exchange) {
      const work = underWay.getStore()
      if (work === undefined) return
      const endedAt = now()
      const name = `${exchange.method} ${exchange.route}`
      const span = start(name, SpanKind.CLIENT, endedAt - exchange.durationMs, begun(work))
      describeExchange(span, account, exchange)
      span.end(endedAt)
    },

    [Symbol.asyncDispose]: () => provider.shutdown(),
  }
}

function logIds(span: Span): Record<string, string> {
  const { traceId, spanId } = span.spanContext()
  return { trace_id: traceId, span_id: spanId }
}

function describeEnd(span: Span | undefined, { result, journeyId, campaign, eventId, error }: EndedJob): void {
  if (span === undefined) return
  span.setAttribute('aftercall.result', result)
  if (journeyId !== undefined) span.setAttribute('aftercall.journey', journeyId)
  if (campaign !== undefined) span.setAttribute('aftercall.campaign', campaign)
  if (eventId !== undefined) span.setAttribute('aftercall.event', eventId)
  if (error !== undefined) fail(span, error.code)
}

function describeExchange(span: Span, account: string, { method, route, requestId, ...ended }: TracedExchange): void {
  const { status, errorCode } = ended
  span.setAttributes({
    'http.request.method': method,
    'url.template': route,
    'aftercall.account': account,
    'aftercall.request_id': requestId,
  })
  if (status !== undefined) span.setAttribute('http.response.status_code', status)
  if (errorCode !== undefined) fail(span, errorCode)
}

/** The code alone: an error's message is a vendor's words. */
function fail(span: Span, code: string): void {
  span.setAttribute('error.type', code)
  span.setStatus({ code: SpanStatusCode.ERROR, message: code })
}
