/** A queue that hands out the entry with the smallest `readyAt`; entries of one instant in no given order. */
export class SoonestFirst<T extends { readyAt: number }> {
  readonly #heap: T[] = []

  push(entry: T): void {
    const heap = this.#heap
    let at = heap.push(entry) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      const above = heap[parent]
      if (above === undefined || above.readyAt <= entry.readyAt) break
      heap[at] = above
      at = parent
    }
    heap[at] = entry
  }

  pop(): T | undefined {
    const heap = this.#heap
    const first = heap[0]
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return first
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      const right = heap[child + 1]
      if (right !== undefined && right.readyAt < (heap[child]?.readyAt ?? Number.POSITIVE_INFINITY)) child += 1
      const below = heap[child]
      if (below === undefined || below.readyAt >= last.readyAt) break
      heap[at] = below
      at = child
    }
    heap[at] = last
    return first
  }
}
