/** Both platforms know a repeated event, by pixel, name and id, for this long after the first. */
const REPEAT_MS = 48 * 3_600_000

/** One conversion as an ad platform received it; instants in milliseconds since the epoch. */
export interface TruthConversion {
  vendor: string
  pixelId: string
  eventName: string
  /** Without one no repeat is known. */
  eventId?: string
  eventTime: number
  /** Meta's `action_source`, TikTok's `event_source`. */
  source: string
  value?: number
  currency?: string
  /** As received: hashes, and what may be sent unhashed. */
  userData: Record<string, unknown>
  page?: string
  testEventCode?: string
  at: number
  /** Counts requests: events of one request share it. */
  batch: number
  /** The same event of the same pixel had come within the time in which the platform knows it. */
  isRepeat: boolean
}

/** What one platform received. Test events are known apart from others: they repeat only each other. */
export function createConversionBook({ now, vendor }: { now: () => number; vendor: string }) {
  const received: TruthConversion[] = []
  const firsts = new Map<string, number>()
  let batches = 0

  function isRepeat({ pixelId, eventName, eventId, testEventCode }: NewConversion, at: number): boolean {
    if (eventId === undefined) return false
    const key = JSON.stringify([pixelId, eventName, eventId, testEventCode !== undefined])
    const first = firsts.get(key)
    if (first !== undefined && at - first < REPEAT_MS) return true
    firsts.set(key, at)
    return false
  }

  return {
    /** Takes all events of one request. */
    receive(conversions: readonly NewConversion[]): void {
      const at = now()
      batches += 1
      for (const conversion of conversions) {
        received.push({ vendor, ...conversion, at, batch: batches, isRepeat: isRepeat(conversion, at) })
      }
    },
    received: (): readonly TruthConversion[] => received,
    reset(): void {
      received.length = 0
      firsts.clear()
      batches = 0
    },
  }
}

type NewConversion = Omit<TruthConversion, 'vendor' | 'at' | 'batch' | 'isRepeat'>

/**
 * Every receipt, and what is left without repeats. Which of the two an advertiser is charged and steered by differs:
 * TikTok drops a repeat; Meta promises that only between a browser and a server, so a judge of servers counts receipts.
 */
export function tellConversions(
  all: readonly TruthConversion[],
  { since, lists }: { since: number; lists: boolean },
): {
  receipts: TruthConversion[]
  events: TruthConversion[]
  /** Receipts with a code for test events. */
  tests: TruthConversion[]
  counts: { receipts: number; events: number; tests: number }
  /** Events that came more than once. */
  repeats: { vendor: string; pixelId: string; eventName: string; eventId: string; times: number }[] | null
} {
  const receipts = all.filter(({ testEventCode }) => testEventCode === undefined)
  const events = receipts.filter(({ isRepeat }) => !isRepeat)
  const tests = all.filter(({ testEventCode }) => testEventCode !== undefined)
  const shown = (some: readonly TruthConversion[]) => (lists ? some.filter(({ at }) => at >= since) : [])
  return {
    receipts: shown(receipts),
    events: shown(events),
    tests: shown(tests),
    counts: { receipts: receipts.length, events: events.length, tests: tests.length },
    repeats: lists ? repeatsOf(receipts) : null,
  }
}

function repeatsOf(receipts: readonly TruthConversion[]) {
  const keyOf = ({ vendor, pixelId, eventName, eventId }: TruthConversion) =>
    JSON.stringify([vendor, pixelId, eventName, eventId])
  return [...Map.groupBy(receipts, keyOf).values()].flatMap(same => {
    const [first] = same
    if (first?.eventId === undefined || same.length === 1) return []
    const { vendor, pixelId, eventName, eventId } = first
    return [{ vendor, pixelId, eventName, eventId, times: same.length }]
  })
}
