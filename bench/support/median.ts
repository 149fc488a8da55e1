/** The middle one; of an even number the lower. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN
}

/** The round in the middle, by how much it did a second. */
export function middle<T extends { perSecond: number }>(rounds: readonly T[]): T {
  const perSecond = median(rounds.map(round => round.perSecond))
  const found = rounds.find(round => round.perSecond === perSecond)
  if (found === undefined) throw new Error('nothing was measured')
  return found
}
