/** How much goes out in one go at most. */
export interface GatherLimits {
  items: number
  /** Of all items of one go together, as `sizeOf` says. */
  size?: number
}

/**
 * What is asked for in one round of the event loop goes out together: one call in place of many. Nobody is told of
 * anything that was there before it was asked, so an answer is as fresh as one of its own would be.
 * @param run answers for each item in its place; an `Error` there is thrown at the one who asked
 */
export function createGathering<T, R>(
  run: (items: T[]) => Promise<readonly (R | Error)[]>,
  limits: GatherLimits,
  sizeOf: (item: T) => number = () => 0,
): (item: T) => Promise<R> {
  let waiting: { item: T; resolve: (answer: R) => void; reject: (error: unknown) => void }[] = []

  async function send(asked: typeof waiting): Promise<void> {
    try {
      const answers = await run(asked.map(({ item }) => item))
      for (const [at, { resolve, reject }] of asked.entries()) {
        const answer = answers[at]
        if (answer instanceof Error) reject(answer)
        else resolve(answer as R)
      }
    } catch (error) {
      for (const { reject } of asked) reject(error)
    }
  }

  function sendAll(): void {
    const asked = waiting
    waiting = []
    let from = 0
    let size = 0
    for (const [at, { item }] of asked.entries()) {
      size += sizeOf(item)
      const isFull = at - from >= limits.items || (at > from && size > (limits.size ?? Number.POSITIVE_INFINITY))
      if (!isFull) continue
      void send(asked.slice(from, at))
      from = at
      size = sizeOf(item)
    }
    if (asked.length > from) void send(asked.slice(from))
  }

  return item =>
    new Promise((resolve, reject) => {
      // After the current round of the event loop, when everything that has arrived meanwhile has asked.
      if (waiting.push({ item, resolve, reject }) === 1) setImmediate(sendAll)
    })
}

/** Who asks for the same in one round of the event loop shares one reading, which begins after all of them have asked. */
export function createSharedReading<K extends string, R>(read: (key: K) => Promise<R>): (key: K) => Promise<R> {
  return createGathering<K, R>(
    async keys => {
      const readings = new Map([...new Set(keys)].map(key => [key, read(key)]))
      return Promise.all(keys.map(key => readings.get(key) as Promise<R>))
    },
    { items: Number.POSITIVE_INFINITY },
  )
}
