import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace'
import type { Logger } from '../logger.ts'

/** Soon enough for whoever looks at what has just happened, and many spans to a request. */
const EXPORT_EVERY_MS = 1_000

/** A collector that is away must not hold up a stop for longer. */
const EXPORT_TIMEOUT_MS = 2_000

/** Finished spans that wait for a collector; what comes beyond is dropped: a trace is no record. */
const MAX_WAITING = 8_192

/** Sends finished spans to `<url>/v1/traces`. Source: https://opentelemetry.io/docs/specs/otel/protocol/exporter/ */
export function createSpanExport(
  url: string,
  { logger, process }: { logger: Logger; process: string },
): TracerProvider {
  const exporter = new OTLPTraceExporter({ url: `${url}/v1/traces`, timeoutMillis: EXPORT_TIMEOUT_MS })
  const processor = new BatchSpanProcessor({
    exporter: telling(exporter, logger),
    scheduledDelayMillis: EXPORT_EVERY_MS,
    exportTimeoutMillis: EXPORT_TIMEOUT_MS,
    maxQueueSize: MAX_WAITING,
  })
  const resource = resourceFromAttributes({ 'service.name': 'aftercall', 'service.instance.id': process })
  return new TracerProvider({ resource, spanProcessors: [processor] })
}

/** Says once that the collector does not take spans, and once that it does again. */
function telling(exporter: SpanExporter, logger: Logger): SpanExporter {
  let isFailing = false
  return {
    export(spans, done) {
      exporter.export(spans, result => {
        const failed = result.error !== undefined || result.code !== 0
        // Not the error itself: it may carry the address with what stands in it.
        if (failed && !isFailing) logger.warn({ spans: spans.length, error: result.error?.message }, 'traces.not_taken')
        if (!failed && isFailing) logger.info({}, 'traces.taken_again')
        isFailing = failed
        done(result)
      })
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  }
}
