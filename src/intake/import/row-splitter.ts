/** A row's bytes without its line break. */
export interface SplitRow {
  line: number
  bytes: Buffer
  /** Too long, and cut; or a quote opens or closes where none may. */
  fault?: 'too_long' | 'bad_quotes'
}

/** Longer rows are not rows of a list of leads; what is not yet a whole row is held in memory. */
export const MAX_ROW_BYTES = 256 * 1024

const LF = 0x0a
const CR = 0x0d
const QUOTE = 0x22

type State = 'field start' | 'plain' | 'quoted' | 'closed'

/**
 * Cuts a stream of bytes into rows and counts physical lines, holding at most one unfinished row. In CSV a line break
 * inside quotes belongs to the row (RFC 4180). A quote that is never closed, or closed where it cannot be, costs its own
 * line and not those behind it. A quote in the middle of a value is a character like any other.
 */
export class RowSplitter {
  readonly #delimiter: number | undefined
  #pending: Buffer = Buffer.alloc(0)
  /** Where scanning goes on in `#pending`. */
  #at = 0
  #state: State = 'field start'
  /** The line on which the pending row begins, and the one being scanned. */
  #rowLine = 1
  #line = 1
  /** Something follows a closing quote. */
  #isBroken = false
  /** The rest of a row that was too long is passed over. */
  #isSkipping = false

  /** @param delimiter the byte between CSV values; without one quotes mean nothing and every line is a row */
  constructor(delimiter?: number) {
    this.#delimiter = delimiter
  }

  push(chunk: Buffer): SplitRow[] {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk])
    return this.#scan()
  }

  /** The last row, where no line break ends it. */
  end(): SplitRow[] {
    const rows: SplitRow[] = []
    while (this.#pending.length > 0 && this.#state === 'quoted' && !this.#isSkipping) {
      rows.push(this.#giveUpLine(), ...this.#scan())
    }
    if (this.#pending.length > 0 && !this.#isSkipping) rows.push(this.#row(0, this.#pending.length))
    this.#pending = Buffer.alloc(0)
    return rows
  }

  #scan(): SplitRow[] {
    const rows: SplitRow[] = []
    let start = 0
    for (;;) {
      const buffer = this.#pending
      let at = this.#at
      for (; at < buffer.length; at += 1) {
        const byte = buffer[at]
        if (byte === LF) {
          this.#line += 1
          if (this.#state === 'quoted' && !this.#isSkipping) continue
          if (!this.#isSkipping) rows.push(this.#row(start, at))
          this.#isSkipping = false
          start = at + 1
          this.#rowLine = this.#line
          this.#state = 'field start'
        } else if (this.#delimiter !== undefined) {
          const before = this.#state
          this.#state = this.#next(byte)
          if (before === 'closed' && this.#state === 'plain') {
            this.#isBroken = true
            if (this.#line > this.#rowLine) break
          }
        }
        if (at - start > MAX_ROW_BYTES) break
      }
      this.#pending = buffer.subarray(start)
      this.#at = at - start
      start = 0
      if (at === buffer.length && this.#at <= MAX_ROW_BYTES) return rows
      const isQuoteWrong = this.#state === 'quoted' || this.#isBroken
      if (isQuoteWrong && this.#line > this.#rowLine) {
        rows.push(this.#giveUpLine())
        continue
      }
      if (!this.#isSkipping) rows.push({ ...this.#row(0, this.#at), fault: isQuoteWrong ? 'bad_quotes' : 'too_long' })
      this.#isSkipping = true
      this.#pending = this.#pending.subarray(this.#at)
      this.#at = 0
      if (this.#pending.length === 0) return rows
    }
  }

  #next(byte: number | undefined): State {
    if (this.#state === 'quoted') return byte === QUOTE ? 'closed' : 'quoted'
    if (byte === this.#delimiter) return 'field start'
    if (byte === CR && this.#state === 'closed') return 'closed'
    const opens = this.#state === 'field start' || this.#state === 'closed'
    return byte === QUOTE && opens ? 'quoted' : 'plain'
  }

  /** Takes the pending row's first line as a row of its own that cannot be read, and starts over behind it. */
  #giveUpLine(): SplitRow {
    const lineEnd = this.#pending.indexOf(LF)
    const end = lineEnd < 0 ? this.#pending.length : lineEnd
    const row: SplitRow = { ...this.#row(0, Math.min(end, MAX_ROW_BYTES)), fault: 'bad_quotes' }
    this.#pending = this.#pending.subarray(end + 1)
    this.#at = 0
    this.#state = 'field start'
    this.#isBroken = false
    this.#rowLine += 1
    this.#line = this.#rowLine
    return row
  }

  #row(from: number, to: number): SplitRow {
    const end = to > from && this.#pending[to - 1] === CR ? to - 1 : to
    const fault = this.#isBroken ? { fault: 'bad_quotes' as const } : {}
    this.#isBroken = false
    return { line: this.#rowLine, bytes: this.#pending.subarray(from, end), ...fault }
  }
}
