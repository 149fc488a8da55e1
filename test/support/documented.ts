import { z } from 'zod'
import { type ApiDocument, describeApi } from '../../src/api/openapi/document.ts'

/** One answer as it came. */
export interface Answered {
  method: string
  /** Without its query. */
  path: string
  status: number
  type: string | null
  body: unknown
}

type Methods = Record<string, { responses?: Record<string, { content?: Record<string, { schema?: unknown }> }> }>

let made: { document: ApiDocument; templates: { template: string; pattern: RegExp; methods: Methods }[] } | undefined
const schemas = new Map<string, z.ZodType>()

/**
 * Holds an answer against `/openapi.json`: its status must be named there, and its body hold nothing that is not, however
 * open the document leaves it to what may come. Of a path that the document does not have nothing is said here.
 * @throws Error naming what the document lacks
 */
export function assertDocumented({ method, path, status, type, body }: Answered): void {
  const { document, templates } = made ?? prepare()
  const found = templates.find(({ pattern, methods }) => pattern.test(path) && methods[method.toLowerCase()])
  if (found === undefined) return
  const call = `${method} ${found.template}`
  const content = found.methods[method.toLowerCase()]?.responses?.[status]
  if (content === undefined) throw new Error(`${call} answered ${status}, of which /openapi.json says nothing`)
  const [mediaType = ''] = (type ?? '').split(';')
  if (content.content === undefined || !/json$/.test(mediaType)) return
  const wanted = content.content[mediaType]?.schema
  if (wanted === undefined) throw new Error(`${call} ${status} is ${mediaType}, of which /openapi.json says nothing`)
  const key = `${call} ${status}`
  const schema =
    schemas.get(key) ?? z.fromJSONSchema(closed(wanted, document) as Parameters<typeof z.fromJSONSchema>[0])
  schemas.set(key, schema)
  const fit = schema.safeParse(body)
  if (!fit.success) {
    throw new Error(`${key} is not what src/answers and /openapi.json say: ${z.prettifyError(fit.error)}`)
  }
}

function prepare() {
  const document = describeApi()
  const templates = Object.entries(document.paths ?? {})
    .map(([template, methods]) => ({
      template,
      pattern: new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`),
      methods: methods as Methods,
    }))
    // What is named goes before what is anything.
    .sort((a, b) => a.template.split('{').length - b.template.split('{').length)
  made = { document, templates }
  return made
}

/** A schema in which no object may hold more than it names, with what it refers to. */
function closed(schema: unknown, { components }: ApiDocument): unknown {
  const close = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(close)
    if (typeof value !== 'object' || value === null) return value
    const entries = Object.entries(value).map(([name, inner]) => [
      name,
      name === '$ref' ? String(inner).replace('#/components/schemas/', '#/$defs/') : close(inner),
    ])
    const isOpen = 'properties' in value && !('additionalProperties' in value)
    return { ...Object.fromEntries(entries), ...(isOpen ? { additionalProperties: false } : {}) }
  }
  return { ...(close(schema) as object), $defs: close(components?.schemas ?? {}) }
}
