/** What a vendor saw of one request; instants in milliseconds since the epoch. */
export interface RequestEntry {
  vendor: string
  route: string
  at: number
  /** Absent while, or because, no answer was sent. */
  answeredAt?: number
  status?: number
  /** The kind of fault that struck it. */
  fault?: string
}

/** Counts of requests; `perSecond` is keyed by whole seconds since the epoch. */
export interface RequestCounts {
  total: number
  byRoute: Record<string, number>
  perSecond: Record<string, number>
}

/** Counts every request that reached a vendor, answered or not, and keeps each one when asked to. */
export class RequestLog {
  #all = emptyCounts()
  #byVendor: Record<string, RequestCounts> = {}
  #entries: RequestEntry[] = []

  /** Counts a request; the entry is to be completed by whoever answers. */
  add(vendor: string, route: string, at: number, keep: boolean): RequestEntry {
    const entry: RequestEntry = { vendor, route, at }
    const ofVendor = this.#byVendor[vendor] ?? emptyCounts()
    this.#byVendor[vendor] = ofVendor
    const second = Math.floor(at / 1000)
    for (const counts of [this.#all, ofVendor]) {
      counts.total += 1
      counts.byRoute[route] = (counts.byRoute[route] ?? 0) + 1
      counts.perSecond[second] = (counts.perSecond[second] ?? 0) + 1
    }
    if (keep) this.#entries.push(entry)
    return entry
  }

  /** The counts; seconds before `since` (milliseconds) are left out of `perSecond`. */
  counts(since = 0): RequestCounts & { byVendor: Record<string, RequestCounts> } {
    const byVendor = Object.fromEntries(
      Object.entries(this.#byVendor).map(([vendor, counts]) => [vendor, copyOf(counts, since)]),
    )
    return { ...copyOf(this.#all, since), byVendor }
  }

  /** The kept requests in the order of their arrival. */
  entries(since = 0): RequestEntry[] {
    return this.#entries.filter(entry => entry.at >= since)
  }

  clear(): void {
    this.#all = emptyCounts()
    this.#byVendor = {}
    this.#entries = []
  }
}

function emptyCounts(): RequestCounts {
  return { total: 0, byRoute: {}, perSecond: {} }
}

function copyOf(counts: RequestCounts, since: number): RequestCounts {
  const first = Math.floor(since / 1000)
  const perSecond = Object.fromEntries(Object.entries(counts.perSecond).filter(([second]) => Number(second) >= first))
  return { total: counts.total, byRoute: { ...counts.byRoute }, perSecond }
}
