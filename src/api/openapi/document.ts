import { z } from 'zod'
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi'
import { allAnswers, type Operation } from './operation.ts'
import { operations } from './operations.ts'
import { pathNames, pathPart } from './path-parts.ts'

/** The OpenAPI document. https://spec.openapis.org/oas/v3.1.1.html */
export type ApiDocument = ReturnType<typeof createDocument>

/** Of the API, not of the program: it changes when `/api/v1` does. */
const API_VERSION = '1.0.0'

const about = `Leads in, calls out, and what follows them. Send a key of ADMIN_API_KEYS as \`Authorization: Bearer <key>\`;
without any keys only direct requests of the same machine are answered. Errors are problem details (RFC 9457). A viewer
may GET, an operator may do everything but erase, an admin everything.`

/** Describes every call by the schemas that read its request and tell its answers. */
export function describeApi(): ApiDocument {
  return createDocument(
    {
      openapi: '3.1.0',
      info: { title: 'aftercall', version: API_VERSION, description: about.replaceAll('\n', ' ') },
      servers: [{ url: '/' }],
      security: [{ key: [] }],
      tags: [...new Set(operations.map(({ section }) => section))].map(name => ({ name })),
      components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } },
      paths: Object.fromEntries(
        [...Map.groupBy(operations, ({ path }) => path)].map(([path, of]) => [
          path,
          Object.fromEntries(of.map(operation => [operation.method, describe(operation)])),
        ]),
      ) satisfies ZodOpenApiPathsObject,
    },
    { override: ({ jsonSchema, io }) => leaveOpen(jsonSchema, io) },
  )
}

/** What an answer holds may grow: nobody is to build a client that breaks over it. */
function leaveOpen(jsonSchema: { additionalProperties?: unknown }, io: 'input' | 'output'): void {
  if (io === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties
}

function describe(operation: Operation): ZodOpenApiOperationObject {
  const { section, summary, details, role, query, headers, body } = operation
  const names = pathNames(operation.path)
  return {
    operationId: operationId(operation),
    tags: [section],
    summary,
    ...(details === undefined ? {} : { description: details }),
    ...(role === 'anyone' ? { security: [] } : { 'x-least-role': role }),
    requestParams: {
      ...(names.length === 0
        ? {}
        : { path: z.object(Object.fromEntries(names.map(name => [name, partOf(operation.path, name)]))) }),
      ...(query === undefined ? {} : { query }),
      ...(headers === undefined ? {} : { header: headers }),
    },
    ...(body === undefined
      ? {}
      : { requestBody: { required: body.isOptional !== true, content: contentOf(body.content) } }),
    responses: Object.fromEntries(
      Object.entries(allAnswers(operation)).map(([status, { means, content }]) => [
        status,
        { description: means, ...(content === undefined ? {} : { content: contentOf(content) }) },
      ]),
    ),
  }
}

function partOf(path: string, name: string): z.ZodType {
  const { means, example } = pathPart(path, name)
  return z.string().meta({ description: means, example })
}

const shapeless = {
  text: z.string(),
  binary: z.string().meta({ format: 'binary' }),
}

function contentOf(content: Readonly<Record<string, z.ZodType | 'text' | 'binary'>>) {
  return Object.fromEntries(
    Object.entries(content).map(([type, schema]) => [
      type,
      { schema: typeof schema === 'string' ? shapeless[schema] : schema },
    ]),
  )
}

/** `postCampaignsPause`: what generated clients name their functions by. */
function operationId({ method, path }: Operation): string {
  const words = path
    .replace(/^\/api\/v1/, '')
    .split(/\W+/)
    .filter(word => word !== '')
  return [method, ...words.map(word => word.charAt(0).toUpperCase() + word.slice(1))].join('')
}
