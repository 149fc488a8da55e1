/**
 * Makes a slow piece of work one that is done once at a time. Whoever asks while another is being done waits for its
 * end; those who wait for the same share one run, which begins after all of them have asked.
 */
export function createTakeTurns<T>(run: (name: string) => Promise<T>): (name: string) => Promise<T> {
  const waiting = new Map<string, Promise<T>>()
  let last: Promise<unknown> = Promise.resolve()
  return name => {
    const there = waiting.get(name)
    if (there !== undefined) return there
    const turn = last.then(() => {
      waiting.delete(name)
      return run(name)
    })
    waiting.set(name, turn)
    last = turn.catch(() => {})
    return turn
  }
}
