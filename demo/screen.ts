import { styleText } from 'node:util'
import { drawPicture, nameOf, type Paint, seconds } from './picture.ts'
import type { View } from './view.ts'

/** Where the demo shows itself. */
export interface Screen {
  paint: Paint
  /** Lines that stay. */
  say(text: string): void
  /** How things stand: drawn over the last picture on a terminal, elsewhere a line now and then. */
  show(view: View): void
  /** Leaves the last picture where it is; what is said next comes below. */
  done(): void
}

type Out = NodeJS.WritableStream & Partial<Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'rows'>>

/** Without a terminal: so often at most. */
const LINE_EVERY_MS = 5_000

const HIDE_CURSOR = '\x1b[?25l'
const SHOW_CURSOR = '\x1b[?25h'

/** @param terminal what kind it says it is (`TERM`); a `dumb` one gets lines */
export function createScreen(out: Out, terminal: string | undefined): Screen {
  // styleText knows NO_COLOR, FORCE_COLOR and terminals without colors.
  const paint: Paint = (style, text) => styleText(style, text, { stream: out })
  return out.isTTY && terminal !== 'dumb' ? createPicture(out, paint) : createLines(out, paint)
}

function createPicture(out: Out, paint: Paint): Screen {
  let drawn = 0
  const up = () => (drawn === 0 ? '' : `\x1b[${drawn}A\r\x1b[0J`)
  return {
    paint,
    say(text) {
      out.write(`${text}\n`)
    },
    show(view) {
      // One column and one row are left free, so that the terminal neither wraps nor scrolls.
      const size = { width: (out.columns || 80) - 1, height: (out.rows || 24) - 1 }
      const lines = drawPicture(view, { ...size, paint })
      out.write(`${drawn === 0 ? HIDE_CURSOR : ''}${up()}${lines.join('\n')}\n`)
      drawn = lines.length
    },
    done() {
      if (drawn > 0) out.write(SHOW_CURSOR)
      drawn = 0
    },
  }
}

function createLines(out: Out, paint: Paint): Screen {
  let nextAt = 0
  let told = 0
  return {
    paint,
    say(text) {
      out.write(`${text}\n`)
    },
    show(view) {
      for (const { elapsedMs, leadId, what, notable } of view.news.slice(told)) {
        if (notable) out.write(`${seconds(elapsedMs).padStart(8)}  ${nameOf(leadId)}: ${what}\n`)
      }
      told = view.news.length
      if (view.elapsedMs < nextAt) return
      nextAt = view.elapsedMs + LINE_EVERY_MS
      out.write(`${seconds(view.elapsedMs).padStart(8)}  ${inOneLine(view)}\n`)
    },
    done() {},
  }
}

function inOneLine({ states, texts, pixels, sent }: View): string {
  const leads = states
    .filter(({ count }) => count > 0)
    .map(({ state, count }) => `${count} ${state.replaceAll('_', ' ')}`)
  const duplicates = sent.duplicates === 0 ? '' : `, ${sent.duplicates} duplicate`
  return `${sent.accepted} webhooks${duplicates}; leads: ${leads.join(', ') || 'none yet'}; texts ${texts.sent}, pixels ${pixels.fired}`
}
