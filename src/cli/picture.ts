import type { Screen } from './screen.ts'

/** Lines on a terminal that are drawn over by the next ones. */
export interface Picture {
  show(lines: readonly string[]): void
  /** Leaves the last one where it is. */
  end(): void
}

const HIDE_CURSOR = '\x1b[?25l'
const SHOW_CURSOR = '\x1b[?25h'
/** A line that wrapped would be two, and the next picture would stand too low: the terminal cuts it (DECAWM). */
const CUT_LINES = '\x1b[?7l'
const WRAP_LINES = '\x1b[?7h'

export function createPicture({ stream, height }: Screen): Picture {
  let drawn = 0
  return {
    show(lines) {
      const up = drawn === 0 ? `${HIDE_CURSOR}${CUT_LINES}` : `\x1b[${drawn}A\r\x1b[0J`
      const shown = lines.slice(0, height() - 1)
      stream.write(`${up}${shown.join('\n')}\n`)
      drawn = shown.length
    },
    end() {
      if (drawn > 0) stream.write(`${WRAP_LINES}${SHOW_CURSOR}`)
    },
  }
}
