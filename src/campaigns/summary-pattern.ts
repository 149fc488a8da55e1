const MAX_PATTERN = 200
/** A summary is some sentences. Longer text is matched by its beginning, which bounds what a slow pattern can cost. */
const MAX_SUMMARY = 4_000

/** Why this is no acceptable pattern for a summary; `undefined` when it is one. */
export function faultOfPattern(pattern: string): string | undefined {
  if (pattern.length > MAX_PATTERN) return `is longer than ${MAX_PATTERN} characters`
  try {
    new RegExp(pattern, 'i')
  } catch (error) {
    return `is no regular expression: ${error instanceof Error ? error.message : String(error)}`
  }
  if (hasNestedRepeat(pattern)) return 'repeats what is already repeated, such as (a+)+, which can take for ever'
  return undefined
}

/** The pattern without regard to case. Throws `SyntaxError` on what was not checked before. */
export function compilePattern(pattern: string): RegExp {
  return new RegExp(pattern, 'i')
}

/** Whether the pattern is found in the summary. */
export function matchesSummary(pattern: RegExp, summary: string): boolean {
  return pattern.test(summary.slice(0, MAX_SUMMARY))
}

/** An unbounded repeat inside a group that is itself repeated without bound: what makes a pattern exponential. */
function hasNestedRepeat(pattern: string): boolean {
  const bare = pattern.replace(/\\./gs, 'x').replace(/\[[^\]]*\]/g, 'x')
  const groups: boolean[] = [false]
  for (let index = 0; index < bare.length; index++) {
    const isRepeat = /^(?:[*+]|\{\d+,\d*\})/.test(bare.slice(index))
    if (bare[index] === '(') groups.push(false)
    else if (bare[index] === ')') {
      const inner = groups.pop() ?? false
      const isRepeated = /^(?:[*+]|\{\d+,\d*\})/.test(bare.slice(index + 1))
      if (inner && isRepeated) return true
      if (inner || isRepeated) groups[groups.length - 1] = true
    } else if (isRepeat && bare[index - 1] !== ')') groups[groups.length - 1] = true
  }
  return false
}
