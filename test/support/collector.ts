import { z } from 'zod'
import { serve } from '../integration/clients/servers.ts'

const Attribute = z.object({ key: z.string(), value: z.record(z.string(), z.unknown()) })

const Span = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  kind: z.number(),
  startTimeUnixNano: z.coerce.string(),
  endTimeUnixNano: z.coerce.string(),
  attributes: z.array(Attribute).default([]),
  links: z.array(z.object({ traceId: z.string() })).default([]),
  status: z.object({ code: z.number().optional(), message: z.string().optional() }).default({}),
})
export type CollectedSpan = z.output<typeof Span>

const Export = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: z.array(Attribute) }),
      scopeSpans: z.array(z.object({ spans: z.array(Span) })),
    }),
  ),
})

/** A collector of traces that takes OTLP over HTTP, as JSON. */
export interface Collector extends AsyncDisposable {
  url: string
  /** Bodies as they came. */
  bodies(): string[]
  spans(): CollectedSpan[]
}

export async function startCollector(status = () => 200): Promise<Collector> {
  const server = await serve(response => response.writeHead(status(), { 'content-type': 'application/json' }).end('{}'))
  const taken = () => server.seen.filter(({ url }) => url === '/v1/traces')
  return {
    url: server.url,
    bodies: () => taken().map(({ body }) => body),
    spans: () =>
      taken().flatMap(({ body }) =>
        Export.parse(JSON.parse(body)).resourceSpans.flatMap(({ scopeSpans }) =>
          scopeSpans.flatMap(({ spans }) => spans),
        ),
      ),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}
