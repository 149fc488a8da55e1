/** A rule of the house that a file breaks. */
export interface Violation {
  path: string
  line?: number
  rule: 'imports' | 'doors' | 'size' | 'names' | 'smells' | 'jobs'
  why: string
}

/** `src/app.ts:12 [size] …`, which terminals and editors turn into a link. */
export function describeViolation({ path, line, rule, why }: Violation): string {
  return `${path}${line === undefined ? '' : `:${line}`} [${rule}] ${why}`
}
