import { z } from 'zod'

/** A lead has some dozens of answers of some words each; what goes beyond is left out, so that a record stays small. */
const MAX_FIELDS = 200
const MAX_NAME = 200
const MAX_VALUE = 1_000

/** Names and values of an answer that stands in a list instead of under its key. */
const names = ['key', 'field', 'name', 'id', 'question', 'label']
const values = ['answer', 'value', 'response']

/**
 * `questionnaire` of a lead, as text by field. The reference names keys (`deleteQuestionnaireKeys` of `PATCH
 * /leads/{leadId}`) and publishes no shape: a field may be plain or hold its answer, and a list of them is read as well,
 * also under `knownInformation`, as the SMS agent's webhook has it.
 * https://docs.dev.leadsail.app/docs/api-reference/leads/leads-leadId-patch
 */
export const Questionnaire = z
  .unknown()
  .optional()
  .transform((given): Record<string, string> => {
    const known = at(given, 'knownInformation')
    const fields = [...fieldsOf(given), ...(known === undefined ? [] : fieldsOf(known))]
    return Object.fromEntries(fields.slice(0, MAX_FIELDS))
  })

function* fieldsOf(given: unknown): Generator<[string, string]> {
  if (Array.isArray(given)) {
    for (const entry of given) {
      const field = asField(first(entry, names), first(entry, values))
      if (field !== undefined) yield field
    }
  } else if (typeof given === 'object' && given !== null) {
    for (const [name, value] of Object.entries(given)) {
      const field = asField(name, textOf(value) ?? first(value, values))
      if (field !== undefined) yield field
    }
  }
}

function asField(name: string | undefined, value: string | undefined): [string, string] | undefined {
  return name === undefined || value === undefined ? undefined : [name.slice(0, MAX_NAME), value.slice(0, MAX_VALUE)]
}

function first(entry: unknown, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const text = textOf(at(entry, key))
    if (text !== undefined) return text
  }
  return undefined
}

function at(value: unknown, key: string): unknown {
  const isGroup = typeof value === 'object' && value !== null && Object.hasOwn(value, key)
  return isGroup ? Reflect.get(value, key) : undefined
}

function textOf(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined
  const text = String(value).trim()
  return text === '' ? undefined : text
}
