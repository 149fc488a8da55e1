/** `counted(1, 'lead')` is `1 lead`, `counted(2000, 'lead')` is `2,000 leads`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[], type: 'and' | 'or' = 'and'): string {
  return new Intl.ListFormat('en-GB', { type: type === 'and' ? 'conjunction' : 'disjunction' }).format(words)
}

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const

/** A length of time written out, in its two largest units: `3 days`, `1 minute and 30 seconds`, `0.2 seconds`. */
export function longSpan(ms: number): string {
  const parts: string[] = []
  let rest = ms
  for (const [unit, unitMs] of units) {
    const whole = unit === 'second' ? Math.round((rest / unitMs) * 10) / 10 : Math.floor(rest / unitMs)
    rest -= whole * unitMs
    if (whole > 0) parts.push(counted(whole, unit))
  }
  return parts.length === 0 ? 'no time' : listed(parts.slice(0, 2))
}
