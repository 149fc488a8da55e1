/** The most instants within any window of so many ms. */
export function most(instants: readonly number[], windowMs: number): number {
  const sorted = instants.toSorted((a, b) => a - b)
  let first = 0
  return sorted.reduce((highest, at, index) => {
    while (at - (sorted[first] ?? at) >= windowMs) first += 1
    return Math.max(highest, index - first + 1)
  }, 0)
}
