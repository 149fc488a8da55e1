import { type Random, randomOf, shuffled } from './random.ts'
import type { Settings } from './settings.ts'

const maxInFlight = 32
/** With `shuffled`, what is sent within this time is sent in random order. */
const shuffleWindowMs = 100

/** One webhook and how its sending went; `status` is the last answer's, absent while there was none. */
export interface WebhookDelivery {
  event: string
  body: string
  at: number
  tries: number
  status?: number
  endedAt?: number
  delivered?: boolean
}

/** Where a webhook goes that has an address of its own. */
interface Receiver {
  url: string
  headers?: Record<string, string> | undefined
  persistence?: Persistence
}

/** When a sender tries again, and how often. */
export interface Persistence {
  /** Of an answer's status; `undefined` is no answer. */
  isWorthIt(status: number | undefined): boolean
  /** In all. */
  tries(): number
  /** Real time, after so many tries. */
  delayMs(tries: number): number
}

interface Pending {
  delivery: WebhookDelivery
  url: string
  headers: Record<string, string>
  persistence: Persistence
}

/**
 * Sends webhooks as a vendor would: tries again on no answer, 429 and 5xx with doubling delays, a few times, unless the
 * vendor does so in its own way. As badly as the control asks: drops, doubles and shuffles by a seeded draw.
 */
export class WebhookSender {
  readonly #settings: Settings
  readonly #seed: number
  readonly #now: () => number
  #random: Random
  #waiting: Pending[] = []
  #inFlight = 0
  #dropped = 0
  #retrying = 0
  #deliveries: WebhookDelivery[] = []
  #flush: NodeJS.Timeout | undefined
  #stop = new AbortController()
  readonly #usualPersistence: Persistence = {
    isWorthIt: status => status === undefined || status === 429 || status >= 500,
    tries: () => this.#settings.current.webhooks.retryAttempts ?? 5,
    delayMs: tries => (this.#settings.current.webhooks.retryDelayMs ?? 500) * 2 ** (tries - 1),
  }

  constructor(settings: Settings, seed: number, now: () => number) {
    this.#settings = settings
    this.#seed = seed
    this.#now = now
    this.#random = randomOf(seed, 'webhooks')
  }

  /** Takes a webhook for sending, to `webhooks.url` unless told otherwise; nothing happens without either. */
  send(event: string, body: unknown, to?: Receiver): void {
    const { dropped = 0, doubled = 0, ...usual } = this.#settings.current.webhooks
    const { url, headers = {} } = to ?? usual
    const persistence = to?.persistence ?? this.#usualPersistence
    if (url === undefined) return
    if (this.#random() < dropped) {
      this.#dropped += 1
      return
    }
    const copies = this.#random() < doubled ? 2 : 1
    const text = JSON.stringify(body)
    for (let copy = 0; copy < copies; copy += 1) {
      const delivery: WebhookDelivery = { event, body: text, at: this.#now(), tries: 0 }
      this.#deliveries.push(delivery)
      this.#waiting.push({ delivery, url, headers, persistence })
    }
    this.#flush ??= setTimeout(() => this.#release(), this.#settings.current.webhooks.shuffled ? shuffleWindowMs : 0)
  }

  /** `pending` counts deliveries that have not come to their end. */
  facts(): { pending: number; dropped: number; deliveries: readonly WebhookDelivery[] } {
    const pending = this.#waiting.length + this.#inFlight + this.#retrying
    return { pending, dropped: this.#dropped, deliveries: this.#deliveries }
  }

  /** Gives up whatever is under way and forgets everything. */
  reset(): void {
    this.#stop.abort()
    this.#stop = new AbortController()
    clearTimeout(this.#flush)
    this.#flush = undefined
    this.#random = randomOf(this.#seed, 'webhooks')
    this.#waiting = []
    this.#inFlight = 0
    this.#dropped = 0
    this.#retrying = 0
    this.#deliveries = []
  }

  #release(): void {
    this.#flush = undefined
    if (this.#settings.current.webhooks.shuffled) this.#waiting = shuffled(this.#random, this.#waiting)
    this.#pump()
  }

  #pump(): void {
    while (this.#inFlight < maxInFlight) {
      const next = this.#waiting.shift()
      if (next === undefined) return
      this.#inFlight += 1
      void this.#deliver(next, this.#stop.signal)
    }
  }

  async #deliver(pending: Pending, stop: AbortSignal): Promise<void> {
    const { delivery, persistence } = pending
    const { timeoutMs = 10_000 } = this.#settings.current.webhooks
    const status = await post(pending, AbortSignal.any([stop, AbortSignal.timeout(timeoutMs)]))
    if (stop.aborted) return
    this.#inFlight -= 1
    delivery.tries += 1
    if (status !== undefined) delivery.status = status
    if (persistence.isWorthIt(status) && delivery.tries < persistence.tries()) this.#retryLater(pending, stop)
    else {
      delivery.endedAt = this.#now()
      delivery.delivered = status !== undefined && status < 300
    }
    this.#pump()
  }

  #retryLater(pending: Pending, stop: AbortSignal): void {
    this.#retrying += 1
    const timer = setTimeout(() => {
      if (stop.aborted) return
      this.#retrying -= 1
      this.#waiting.push(pending)
      this.#pump()
    }, pending.persistence.delayMs(pending.delivery.tries))
    timer.unref()
  }
}

/** The status of the answer; `undefined` when there was none. */
async function post({ delivery, url, headers }: Pending, signal: AbortSignal): Promise<number | undefined> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: delivery.body,
      signal,
    })
    await response.arrayBuffer()
    return response.status
  } catch {
    return undefined
  }
}
