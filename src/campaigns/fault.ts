import type * as z from 'zod'

/** One thing that is wrong with a campaign file. */
export interface CampaignFault {
  file: string
  /** From 1; 0 where the fault is not in a line (a missing directory). */
  line: number
  /** `dial.maxAttempts`, `followUps[0].sms.text`; empty for the file as a whole. */
  path: string
  reason: string
}

/** `campaigns/roof.yaml:12 dial.maxAttempts: must be a whole number` */
export function describeFault({ file, line, path, reason }: CampaignFault): string {
  const place = line > 0 ? `${file}:${line}` : file
  return path === '' ? `${place}: ${reason}` : `${place} ${path}: ${reason}`
}

type Path = readonly PropertyKey[]

/** A path as people write it. */
export function pathText(path: Path): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`
    const name = String(key)
    if (!/^[\w$-]+$/.test(name)) return `${text}[${JSON.stringify(shortened(name))}]`
    return text === '' ? name : `${text}.${name}`
  }, '')
}

/** One schema issue as faults: an issue about several unknown fields becomes one fault for each. */
export function faultsOfIssue(issue: z.core.$ZodIssue): { path: Path; reason: string }[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(key => ({ path: [...issue.path, key], reason: issue.message }))
  }
  if (issue.code === 'invalid_key') {
    const [inner] = issue.issues
    return [{ path: issue.path, reason: inner ? `as a key ${inner.message}` : issue.message }]
  }
  return [{ path: issue.path, reason: issue.message }]
}

/** What is wrong in words for the author of the file, where the schema has none of its own. */
export function reasonOfIssue(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return reasonOfType(issue.expected, issue.input)
    case 'invalid_value':
      return issue.input === undefined
        ? `is missing: it must be ${choice(issue.values)}`
        : `must be ${choice(issue.values)}, not ${shown(issue.input)}`
    case 'unrecognized_keys':
      return 'is not a field of a campaign file'
    case 'not_multiple_of':
      return `must be a whole number, not ${shown(issue.input)}`
    case 'too_small':
      return `must ${verbOf(issue.origin)} ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}${unitOf(issue.origin)}`
    case 'too_big':
      return `must ${verbOf(issue.origin)} ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}${unitOf(issue.origin)}`
    default:
      return issue.message ?? 'does not fit'
  }
}

const nouns: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of fields',
  record: 'a group of fields',
}

function reasonOfType(expected: string, input: unknown): string {
  const noun = nouns[expected] ?? expected
  if (input === undefined) return `is missing: it must be ${noun}`
  if (input === null) return `is empty: it must be ${noun}`
  const isQuotable = expected === 'string' && typeof input !== 'object'
  return `must be ${noun}, not ${shown(input)}${isQuotable ? ': put it in quotes' : ''}`
}

function choice(values: readonly unknown[]): string {
  return values.length === 1 ? String(values[0]) : `one of ${values.join(', ')}`
}

function shown(input: unknown): string {
  if (Array.isArray(input)) return 'a list'
  if (typeof input === 'object' && input !== null) return 'a group of fields'
  return typeof input === 'string' ? JSON.stringify(shortened(input)) : String(input)
}

function verbOf(origin: string): string {
  return origin === 'string' || origin === 'array' ? 'have' : 'be'
}

function unitOf(origin: string): string {
  if (origin === 'string') return ' characters'
  return origin === 'array' ? ' entries' : ''
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}
