/**
 * Divides a limit among claimants: everybody gets the same, nobody more than wanted, and what is left of it goes to who
 * wants more (max-min fairness). A remainder goes round with the turn.
 * @param wanted what each could use
 * @param turn rotates who is first
 */
export function shareFairly(wanted: readonly number[], limit: number, turn: number): number[] {
  const shares = wanted.map(() => 0)
  let left = Math.min(
    limit,
    wanted.reduce((sum, want) => sum + want, 0),
  )
  while (left > 0) {
    const hungry = wanted.flatMap((want, index) => (want > (shares[index] ?? 0) ? [index] : []))
    const each = Math.floor(left / hungry.length)
    if (each === 0) {
      for (let at = 0; at < left; at += 1) {
        const index = hungry[(turn + at) % hungry.length]
        if (index !== undefined) shares[index] = (shares[index] ?? 0) + 1
      }
      return shares
    }
    for (const index of hungry) {
      const more = Math.min(each, (wanted[index] ?? 0) - (shares[index] ?? 0))
      shares[index] = (shares[index] ?? 0) + more
      left -= more
    }
  }
  return shares
}
