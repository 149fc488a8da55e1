import { styleText } from 'node:util'
import { plainJson } from './plain-text.ts'

export type Style = 'bold' | 'dim' | 'cyan' | 'green' | 'red' | 'yellow'

export type OutStream = NodeJS.WritableStream & Partial<Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'rows'>>

/** One of the two places a command writes to: what was asked for, and what is said about it. */
export interface Screen {
  readonly stream: OutStream
  /** A person looks at it, and what was written can be drawn over. */
  readonly isTerminal: boolean
  /** In columns; without a terminal nothing is cut. */
  width(): number
  /** In lines. */
  height(): number
  /** Puts a style upon a text, or hands it back where there are no styles (no terminal, `NO_COLOR`). */
  paint(style: Style, text: string): string
  /** A line, or several. */
  say(text?: string): void
}

/** What a terminal is taken for that does not say how large it is. */
const USUAL_WIDTH = 80
const USUAL_HEIGHT = 24

/** @param terminal what kind it says it is (`TERM`); a `dumb` one draws nothing over */
export function createScreen(stream: OutStream, terminal: string | undefined): Screen {
  const isTerminal = stream.isTTY === true && terminal !== 'dumb'
  return {
    stream,
    isTerminal,
    width: () => (isTerminal ? stream.columns || USUAL_WIDTH : Number.POSITIVE_INFINITY),
    height: () => (isTerminal ? stream.rows || USUAL_HEIGHT : Number.POSITIVE_INFINITY),
    paint: (style, text) => styleText(style, text, { stream }),
    say(text = '') {
      stream.write(`${text}\n`)
    },
  }
}

/** The API's JSON, byte for byte; on a terminal nothing in it is obeyed. */
export function sayJson(screen: Screen, json: string): void {
  screen.say(screen.isTerminal ? plainJson(json) : json)
}
