/** Wrong keys that an address may show before it has to wait. */
const FAILURES = 10

/** How long a failure counts. */
const WINDOW_MS = 10 * 60_000

/** Addresses remembered; past it the one that failed longest ago is forgotten. */
const MAX_ADDRESSES = 10_000

/** Counts wrong keys by address, in this process. Behind a proxy all share the proxy's address. */
export class SignInLimit {
  readonly #now: () => number
  readonly #failures = new Map<string, number[]>()

  constructor(now: () => number) {
    this.#now = now
  }

  /** How long this address has to wait before it may try again, ms; 0 when it may now. */
  waitMs(address: string): number {
    const oldest = this.#recent(address).at(-FAILURES)
    return oldest === undefined ? 0 : oldest + WINDOW_MS - this.#now()
  }

  noteFailure(address: string): void {
    const name = network(address)
    const failures = [...this.#recent(address), this.#now()].slice(-FAILURES)
    this.#failures.delete(name)
    this.#failures.set(name, failures)
    const [first] = this.#failures.keys()
    if (this.#failures.size > MAX_ADDRESSES && first !== undefined) this.#failures.delete(first)
  }

  #recent(address: string): number[] {
    const after = this.#now() - WINDOW_MS
    return (this.#failures.get(network(address)) ?? []).filter(at => at > after)
  }
}

/** A customer of an IPv6 provider has a whole /64: its addresses count as one. */
function network(address: string): string {
  const plain = address.replace(/^::ffff:/, '')
  return plain.includes(':') ? plain.split('::')[0]?.split(':').slice(0, 4).join(':') || plain : plain
}
