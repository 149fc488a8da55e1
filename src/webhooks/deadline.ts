/**
 * Rejects work that takes longer than a time that is the same for all. One timer serves everybody who waits: at thousands
 * of deliveries a second a timer for each is felt.
 */
export function createDeadline(timeoutMs: number): <T>(work: Promise<T>) => Promise<T> {
  /** In the order of their deadlines. */
  const waiting = new Map<symbol, { endsAt: number; reject: (error: Error) => void }>()
  let timer: NodeJS.Timeout | undefined

  function rejectLate(): void {
    timer = undefined
    const now = performance.now()
    for (const [mark, { endsAt, reject }] of waiting) {
      if (endsAt > now) {
        arm(endsAt - now)
        return
      }
      waiting.delete(mark)
      reject(new Error(`not stored within ${timeoutMs} ms`))
    }
  }

  /**
   * The timer gives way once to what has already arrived on the socket, so that a stall of this process is not mistaken
   * for a stall of Redis.
   */
  function arm(inMs: number): void {
    timer ??= setTimeout(() => setImmediate(() => setImmediate(rejectLate)), Math.ceil(inMs))
  }

  return work =>
    new Promise((resolve, reject) => {
      const mark = Symbol('work')
      waiting.set(mark, { endsAt: performance.now() + timeoutMs, reject })
      arm(timeoutMs)
      const done = () => {
        waiting.delete(mark)
        if (waiting.size > 0) return
        clearTimeout(timer)
        timer = undefined
      }
      work.then(
        result => {
          done()
          resolve(result)
        },
        error => {
          done()
          reject(error)
        },
      )
    })
}
