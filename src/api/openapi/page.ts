import { z } from 'zod'
import { describeApi } from './document.ts'
import { type Operation, ownAnswers } from './operation.ts'
import { operations } from './operations.ts'
import { curlOf } from './sample.ts'
import { type Field, fieldsOf, Schema, typeWords } from './schema-words.ts'

/** The document as a page tells it. */
export interface ApiPage {
  sections: { name: string; anchor: string; calls: Call[] }[]
  /** What answers are made of, by name. */
  shapes: { name: string; anchor: string; fields: Field[] }[]
}

interface Call {
  anchor: string
  method: string
  path: string
  summary: string
  details?: string
  who: string
  parameters: (Field & { place: string })[]
  bodies: { type: string; fields: Field[]; isWhole: string }[]
  answers: { status: string; means: string; type: string }[]
  sample: string
}

const Content = z.record(z.string(), z.object({ schema: Schema.default({}) }))

/** As much of the document as a page needs. */
const Document = z.object({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        operationId: z.string(),
        parameters: z
          .array(
            z.object({
              in: z.string(),
              name: z.string(),
              required: z.boolean().default(false),
              description: z.string().optional(),
              schema: Schema,
            }),
          )
          .default([]),
        requestBody: z.object({ content: Content }).optional(),
        responses: z.record(z.string(), z.object({ content: Content.optional() })),
      }),
    ),
  ),
  components: z.object({ schemas: z.record(z.string(), Schema) }),
})

type Described = z.output<typeof Document>['paths'][string][string]

const who: Readonly<Record<Operation['role'], string>> = {
  anyone: 'anyone, without a key',
  viewer: 'every key',
  operator: 'operators and admins',
  admin: 'admins',
}

/** Reads the page out of the document, so that the two cannot tell different things. */
export function readApiPage(): ApiPage {
  const { paths, components } = Document.parse(describeApi())
  const call = (operation: Operation): Call[] => {
    const described = paths[operation.path]?.[operation.method]
    return described === undefined ? [] : [callOf(operation, described)]
  }
  return {
    sections: [...Map.groupBy(operations, ({ section }) => section)].map(([name, of]) => ({
      name,
      anchor: name.toLowerCase(),
      calls: of.flatMap(call),
    })),
    shapes: Object.entries(components.schemas).map(([name, schema]) => ({
      name,
      anchor: `shape-${name}`,
      fields: fieldsOf(schema),
    })),
  }
}

function callOf(operation: Operation, { operationId, parameters, requestBody, responses }: Described): Call {
  const { method, path, summary, details, role } = operation
  return {
    anchor: operationId,
    method: method.toUpperCase(),
    path,
    summary,
    ...(details === undefined ? {} : { details }),
    who: who[role],
    parameters: parameters.map(({ in: place, name, required, description, schema }) => ({
      place: place === 'header' ? 'header' : place === 'path' ? 'in the path' : 'query',
      name,
      type: typeWords(schema),
      isNeeded: required,
      means: [description, schema.default === undefined ? undefined : `default \`${schema.default}\``]
        .filter(Boolean)
        .join('; '),
    })),
    bodies: Object.entries(requestBody?.content ?? {}).map(([type, { schema }]) => {
      const choices = schema.oneOf ?? schema.anyOf ?? [schema]
      const fields = choices.flatMap(choice => fieldsOf(choice))
      return { type, fields, isWhole: fields.length === 0 ? typeWords(schema) : '' }
    }),
    answers: Object.entries(ownAnswers(operation)).map(([status, { means }]) => ({
      status,
      means,
      type: [...new Set(typesOf(responses[status]?.content ?? {}))].join(', '),
    })),
    sample: curlOf(operation),
  }
}

/** A shape by its name, a list by its noun, a file by its content type. */
function typesOf(content: z.output<typeof Content>): string[] {
  return Object.entries(content).map(([type, { schema }]) => {
    if (!type.endsWith('json')) return type
    const fields = fieldsOf(schema).filter(({ name }) => !/[.[]/.test(name))
    return fields.length === 0 ? typeWords(schema) : `{ ${fields.map(shortField).join(', ')} }`
  })
}

const shortField = ({ name, isNeeded, type }: Field) => `${name}${isNeeded ? '' : '?'}: ${type}`
