import { followPattern } from './follow-pattern.ts'
import { PatternFault } from './pattern-graph.ts'

const MAX_PATTERN = 200
/** A summary is some sentences. Of a longer text the beginning is read, which bounds what a pattern can cost. */
export const MAX_SUMMARY = 4_000

/** A pattern for summaries: it is asked in a time that its length and the text's decide, whatever stands in either. */
export interface SummaryPattern {
  source: string
  isIn: (text: string) => boolean
}

/** Why this is no acceptable pattern for a summary; `undefined` when it is one. */
export function faultOfPattern(pattern: string): string | undefined {
  if (pattern.length > MAX_PATTERN) return `is longer than ${MAX_PATTERN} characters`
  try {
    compilePattern(pattern)
    return undefined
  } catch (error) {
    if (error instanceof PatternFault) return error.message
    return `is no regular expression: ${error instanceof Error ? error.message : String(error)}`
  }
}

/**
 * The pattern without regard to case.
 * @throws SyntaxError on what is no regular expression, PatternFault on one that is not taken
 */
export function compilePattern(source: string): SummaryPattern {
  // The language's own word on what a regular expression is.
  new RegExp(source, 'i')
  return { source, isIn: followPattern(source) }
}

/** Whether the pattern is found in the summary. */
export function matchesSummary(pattern: SummaryPattern, summary: string): boolean {
  return pattern.isIn(summary.slice(0, MAX_SUMMARY))
}
