import { createHash } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { Response } from 'express'

/** One thing to watch: a piece of a page, made anew about once a second while somebody listens. */
export interface Topic {
  /** Listeners of one name share the work: whatever the piece depends on belongs in it. */
  name: string
  /** The piece of HTML, or `undefined` when what it shows is gone. */
  render(): Promise<string | undefined>
}

interface Listener {
  /** The id of the state it has. */
  seen: string | undefined
  /** The first look that it is told of: what an earlier one saw is older than the page that it has. */
  from: number
}

interface Watched extends Topic {
  listeners: Map<Response, Listener>
  /** Looks that have begun. */
  looks: number
}

const EVERY_MS = 1_000

/** Proxies cut a connection on which nothing was said for a minute or so. */
const HEARTBEAT_MS = 15_000

/** A listener who takes nothing must not fill our memory. */
const MAX_UNSENT_BYTES = 1_000_000

const DEFAULT_MAX_LISTENERS = 100

/**
 * Pages that change by themselves, by server-sent events (WHATWG HTML §9.2). The ledger is asked only while somebody
 * listens, at most once a second and topic, and only what changed is sent.
 */
export class LiveHub {
  readonly #topics = new Map<string, Watched>()
  readonly #closing = new AbortController()
  readonly #maxListeners: number
  readonly #onError: (error: unknown) => void
  #listeners = 0

  constructor(options: { onError: (error: unknown) => void; maxListeners?: number }) {
    this.#onError = options.onError
    this.#maxListeners = options.maxListeners ?? DEFAULT_MAX_LISTENERS
  }

  /**
   * Sends `topic` to this listener from now on.
   * @param options.seen id of the state the listener has: it is not sent again
   * @param options.forMs how long the listener may stay
   * @returns `false` when there are too many listeners, or the hub is closing; nothing was answered then
   */
  listen(topic: Topic, response: Response, options: { seen?: string | undefined; forMs: number }): boolean {
    if (this.#closing.signal.aborted || this.#listeners >= this.#maxListeners) return false
    this.#listeners += 1
    response.set({
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store, no-transform',
      // Kept open it would hold up the end of the process.
      Connection: 'close',
      // nginx would hold events back.
      'X-Accel-Buffering': 'no',
    })
    response.write('retry: 3000\n\n')

    const from = (this.#topics.get(topic.name)?.looks ?? 0) + 1
    const watched = this.#watched(topic)
    watched.listeners.set(response, { seen: options.seen, from })
    const heartbeat = setInterval(() => send(response, ': still here\n\n'), HEARTBEAT_MS)
    // Longer waits than a timer can count are longer than any connection lasts.
    const end = setTimeout(() => response.end(), Math.min(options.forMs, 2 ** 31 - 1))
    response.once('close', () => {
      clearInterval(heartbeat)
      clearTimeout(end)
      this.#listeners -= 1
      watched.listeners.delete(response)
    })
    return true
  }

  /** Lets all listeners go, and takes no more. */
  close(): void {
    this.#closing.abort()
    for (const { listeners } of this.#topics.values()) {
      for (const response of listeners.keys()) response.end()
    }
  }

  #watched(topic: Topic): Watched {
    const there = this.#topics.get(topic.name)
    if (there !== undefined) return there
    const watched: Watched = { ...topic, listeners: new Map(), looks: 0 }
    this.#topics.set(topic.name, watched)
    this.#watch(watched)
    return watched
  }

  async #watch(watched: Watched): Promise<void> {
    const { signal } = this.#closing
    do {
      await this.#look(watched)
      await wait(EVERY_MS, undefined, { signal }).catch(() => {})
    } while (watched.listeners.size > 0 && !signal.aborted)
    this.#topics.delete(watched.name)
  }

  async #look(watched: Watched): Promise<void> {
    watched.looks += 1
    const look = watched.looks
    try {
      const html = await watched.render()
      if (html !== undefined) bringUpToDate(watched, look, { id: versionOf(html), html })
    } catch (error) {
      this.#onError(error)
      for (const [response, listener] of watched.listeners) {
        // What is shown may be old from now on: the next look that works sends it all again.
        listener.seen = undefined
        send(response, 'event: trouble\ndata: the ledger does not answer\n\n')
      }
    }
  }
}

function bringUpToDate({ listeners }: Watched, look: number, state: { id: string; html: string }): void {
  for (const [response, listener] of listeners) {
    if (look < listener.from || listener.seen === state.id) continue
    listener.seen = state.id
    send(response, message(state))
  }
}

/** Names a state of a piece of a page. */
export function versionOf(html: string): string {
  return createHash('sha256').update(html).digest('base64url').slice(0, 16)
}

function message({ id, html }: { id: string; html: string }): string {
  const data = html.split(/\r\n|\r|\n/).map(line => `data: ${line}\n`)
  return `event: change\nid: ${id}\n${data.join('')}\n`
}

function send(response: Response, text: string): void {
  if (response.writableLength > MAX_UNSENT_BYTES) response.destroy()
  else if (!response.writableEnded) response.write(text)
}
