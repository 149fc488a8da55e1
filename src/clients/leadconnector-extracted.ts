import { z } from 'zod'

/** More fields than any agent asks for; beyond them lies a mistake. */
const MAX_FIELDS = 100
const MAX_NAME = 100
const MAX_VALUE = 1_000
/** Groups within groups below this are left out. */
const MAX_DEPTH = 4

/**
 * `extractedData` of a call log, as text by field. Its keys are set per agent and no shape is published: a field within a
 * group has the group's name and a dot before its own, the entries of a list are put one behind the other.
 */
export const ExtractedData = z
  .unknown()
  .optional()
  .transform((given): Record<string, string> | undefined => {
    const fields = [...fieldsOf(given, '', MAX_DEPTH)].slice(0, MAX_FIELDS)
    return fields.length === 0 ? undefined : Object.fromEntries(fields)
  })

function* fieldsOf(given: unknown, name: string, depth: number): Generator<[string, string]> {
  const text = Array.isArray(given) ? given.map(textOf).filter(Boolean).join(', ') : textOf(given)
  if (text !== undefined) {
    if (name !== '' && text !== '') yield [name.slice(0, MAX_NAME), text.slice(0, MAX_VALUE)]
  } else if (typeof given === 'object' && given !== null && depth > 0) {
    for (const [key, value] of Object.entries(given)) {
      yield* fieldsOf(value, name === '' ? key : `${name}.${key}`, depth - 1)
    }
  }
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim()
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}
