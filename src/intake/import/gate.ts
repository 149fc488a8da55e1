/** So many may be inside at once; the others wait in the order they came. */
export interface Gate {
  /** Resolves when there is room, to the function that gives the place up again. */
  enter(): Promise<() => void>
}

export function createGate(limit: number): Gate {
  let inside = 0
  const waiting: (() => void)[] = []
  const leave = () => {
    const next = waiting.shift()
    if (next === undefined) inside -= 1
    else next()
  }
  return {
    async enter() {
      if (inside < limit) inside += 1
      else await new Promise<void>(resolve => waiting.push(resolve))
      return leave
    },
  }
}
