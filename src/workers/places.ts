/** So many at once, and no more; who comes later waits for a place, in the order of coming. */
export interface Places {
  within<T>(work: () => Promise<T>): Promise<T>
}

export function createPlaces(count: number): Places {
  let free = count
  const waiting: (() => void)[] = []

  return {
    async within(work) {
      if (free > 0) free -= 1
      else await new Promise<void>(resolve => waiting.push(resolve))
      try {
        return await work()
      } finally {
        // A place goes straight to the next one, so that nobody slips in between.
        const next = waiting.shift()
        if (next === undefined) free += 1
        else next()
      }
    },
  }
}
