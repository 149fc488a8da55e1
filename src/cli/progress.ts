import type { Clock } from '../clock.ts'
import { barText, bytesText, percentText, spanText } from './figures.ts'
import type { Screen } from './screen.ts'
import { cutTo, textWidth } from './text-width.ts'

/** How far a transfer is. */
export interface Distance {
  bytes: number
  /** Absent where nobody knows how much there is. */
  totalBytes?: number | undefined
  /** What else there is to say, the most important first. */
  notes?: readonly string[]
}

/** A bar on a terminal; elsewhere a line now and then. */
export interface Progress {
  show(distance: Distance): void
  /** From now on it waits: nothing moves but the time. */
  wait(what: string): void
  /** Takes the bar away. */
  end(): void
}

/** Faster is not seen. */
const REDRAW_MS = 100
/** Without a terminal: a log is read later, by people. */
const LINE_EVERY_MS = 5_000
/** Speed over less time than this says nothing. */
const LEAST_RUN_MS = 500

const CLEAR_LINE = '\r\x1b[2K'

export function createProgress(screen: Screen, clock: Clock, label: string): Progress {
  return screen.isTerminal ? createBar(screen, clock, label) : createLines(screen, clock, label)
}

function createBar(screen: Screen, clock: Clock, label: string): Progress {
  const beganAt = clock.now()
  let drawnAt = Number.NEGATIVE_INFINITY
  let draw = (_elapsedMs: number) => ''
  const redraw = () => {
    drawnAt = clock.now()
    // One column is left free, so that no terminal wraps.
    const line = cutTo(draw(drawnAt - beganAt), screen.width() - 1)
    screen.stream.write(`${CLEAR_LINE}${line}`)
  }
  const ticker = setInterval(redraw, REDRAW_MS * 5)
  return {
    show(distance) {
      draw = elapsedMs => progressLine(label, distance, elapsedMs, screen.width() - 1)
      if (clock.now() - drawnAt >= REDRAW_MS) redraw()
    },
    wait(what) {
      draw = elapsedMs => `${label}  ${what}  ${spanText(elapsedMs)}`
      redraw()
    },
    end() {
      clearInterval(ticker)
      screen.stream.write(CLEAR_LINE)
    },
  }
}

function createLines(screen: Screen, clock: Clock, label: string): Progress {
  const beganAt = clock.now()
  let saidAt = beganAt
  return {
    show(distance) {
      const now = clock.now()
      if (now - saidAt < LINE_EVERY_MS) return
      saidAt = now
      screen.say([label, ...figuresOf(distance, now - beganAt)].join('  '))
    },
    wait(what) {
      screen.say(`${label}  ${what}`)
    },
    end() {},
  }
}

/** Figures that do not fit go first, then the bar shrinks away. */
const BAR_WIDTH = 30
const LEAST_BAR = 8

/** `Sending  ████░░░░  62 %  12.4 MB of 20.0 MB  3.1 MB/s  3 s left`, in at most `width` columns. */
export function progressLine(label: string, distance: Distance, elapsedMs: number, width: number): string {
  const { bytes, totalBytes } = distance
  const figures = figuresOf(distance, elapsedMs)
  const least = totalBytes === undefined ? 0 : LEAST_BAR + 2
  const lengthOf = (parts: readonly string[]) => textWidth([label, ...parts].join('  '))
  while (figures.length > 1 && lengthOf(figures) + least > width) figures.pop()
  if (totalBytes === undefined) return [label, ...figures].join('  ')
  const room = Math.min(BAR_WIDTH, width - lengthOf(figures) - 2)
  const bar = room < LEAST_BAR ? [] : [barText(bytes, totalBytes, room)]
  return [label, ...bar, ...figures].join('  ')
}

function figuresOf({ bytes, totalBytes, notes = [] }: Distance, elapsedMs: number): string[] {
  const perMs = elapsedMs < LEAST_RUN_MS ? 0 : bytes / elapsedMs
  const speed = perMs === 0 ? [] : [`${bytesText(perMs * 1000)}/s`]
  if (totalBytes === undefined) return [bytesText(bytes), ...speed, ...notes]
  const left = perMs === 0 || bytes >= totalBytes ? [] : [`${spanText((totalBytes - bytes) / perMs)} left`]
  return [
    percentText(bytes, totalBytes),
    `${bytesText(bytes)} of ${bytesText(totalBytes)}`,
    ...speed,
    ...left,
    ...notes,
  ]
}
