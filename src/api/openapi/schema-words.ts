import { z } from 'zod'

/** As much of a JSON Schema as is told to people. */
export const Schema = z.object({
  $ref: z.string().optional(),
  type: z.union([z.string(), z.array(z.string())]).optional(),
  format: z.string().optional(),
  description: z.string().optional(),
  enum: z.array(z.unknown()).optional(),
  const: z.unknown().optional(),
  default: z.unknown().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  required: z.array(z.string()).optional(),
  get properties() {
    return z.record(z.string(), Schema).optional()
  },
  get items() {
    return Schema.optional()
  },
  get anyOf() {
    return z.array(Schema).optional()
  },
  get oneOf() {
    return z.array(Schema).optional()
  },
})
export type Schema = z.output<typeof Schema>

/** One field of what is sent or answered. */
export interface Field {
  /** With those it lies in: `attempts[].number`. */
  name: string
  type: string
  isNeeded: boolean
  means: string
}

/** `Journey` of `#/components/schemas/Journey`. */
const nameOf = (ref: string) => ref.replace(/^.*\//, '')

/** A type in few words: `text`, `whole number 1–1000`, `qualified, busy or failed`, `list of Journey`. */
export function typeWords(schema: Schema): string {
  if (schema.$ref !== undefined) return nameOf(schema.$ref)
  if (schema.const !== undefined) return String(schema.const)
  if (schema.enum !== undefined) return schema.enum.map(String).join(', ')
  const choices = schema.anyOf ?? schema.oneOf
  if (choices !== undefined) return [...new Set(choices.map(typeWords))].join(' or ')
  const types = [schema.type ?? 'anything'].flat()
  return types.map(type => plainType(type, schema)).join(' or ')
}

/** Beyond these a number has no limit that anybody meant. */
const isLimit = (value: number | undefined) => value !== undefined && Math.abs(value) < Number.MAX_SAFE_INTEGER

function plainType(type: string, { format, items, minimum, maximum }: Schema): string {
  switch (type) {
    case 'string':
      return format === 'date-time' || format === 'date' ? format : format === 'binary' ? 'bytes' : 'text'
    case 'integer':
    case 'number': {
      const word = type === 'integer' ? 'whole number' : 'number'
      return isLimit(minimum) && isLimit(maximum) ? `${word} ${minimum}–${maximum}` : word
    }
    case 'array':
      return `list of ${typeWords(items ?? {})}`
    case 'boolean':
      return 'true or false'
    default:
      return type
  }
}

/** What an object holds, field by field; objects within it that have no name of their own are taken apart. */
export function fieldsOf(schema: Schema, within = ''): Field[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => {
    const own = inner.type === 'array' ? (inner.items ?? {}) : inner
    const path = `${within}${name}`
    const field: Field = {
      name: path,
      type: own.properties === undefined ? typeWords(inner) : inner.type === 'array' ? 'list' : 'object',
      isNeeded: schema.required?.includes(name) === true,
      means: [
        inner.description,
        inner.default === undefined ? undefined : `default \`${JSON.stringify(inner.default)}\``,
      ]
        .filter(Boolean)
        .join('; '),
    }
    return [field, ...fieldsOf(own, inner.type === 'array' ? `${path}[].` : `${path}.`)]
  })
}
