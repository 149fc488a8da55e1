import { leads } from './leads.ts'
import type { View } from './view.ts'

export type Style = 'bold' | 'dim' | 'cyan' | 'green' | 'magenta' | 'red' | 'yellow'

/** Puts a style upon a text, or hands the text back where there are no styles. */
export type Paint = (style: Style, text: string) => string

type Span = string | readonly [style: Style, text: string]

const LABEL = 14
const COLUMN = 38
/** Room for a number and a space beside a bar. */
const NUMBER = 4
/** Below this the outcomes stand under the states, not beside them. */
const TWO_COLUMNS = COLUMN * 2

const colors: Readonly<Record<string, Style>> = {
  dialing: 'cyan',
  in_call: 'cyan',
  following_up: 'magenta',
  done: 'green',
  parked: 'red',
  qualified: 'green',
  answered: 'green',
}

/**
 * The picture as lines, none of them wider than `width`, not more of them than `height`. What is cut first when there is
 * little room are old news.
 */
export function drawPicture(view: View, { width, height, paint }: { width: number; height: number; paint: Paint }) {
  const lines = [...header(view), ...tables(view, width), ...calls(view), [] as Span[]]
  const room = Math.max(0, height - lines.length)
  const news = view.news.slice(-Math.min(room, 8))
  const latest =
    room === 0
      ? []
      : news.map(({ elapsedMs, leadId, what }): Span[] => [
          ['dim', seconds(elapsedMs).padStart(8)],
          `  ${nameOf(leadId).padEnd(6)} ${what}`,
        ])
  return [...lines, ...latest].slice(0, height).map(spans => paintLine(spans, width, paint))
}

function header({ elapsedMs, finished, total, sent }: View): Span[][] {
  const again = sent.duplicates === 0 ? '' : `, ${sent.duplicates} of them twice (duplicate: nothing happens)`
  return [
    [],
    [['bold', seconds(elapsedMs).padStart(8)], `  ${sent.accepted} of ${total} webhooks sent${again}`],
    [
      ['green', `${'█'.repeat(finished)}`.padStart(finished + 10)],
      ['dim', '░'.repeat(Math.max(0, total - finished))],
      ` ${finished} of ${total} leads finished`,
    ],
    [],
  ]
}

function tables({ states, outcomes, total }: View, width: number): Span[][] {
  const left = table(
    'Leads',
    states.map(({ state, count }) => [state, count]),
    total,
  )
  const right = table(
    'Outcomes',
    outcomes.map(({ outcome, count }) => [outcome, count]),
    total,
  )
  if (width < TWO_COLUMNS) return [...left, ...right]
  return Array.from({ length: Math.max(left.length, right.length) }, (_, row) => {
    const start = left[row] ?? []
    return [...start, ' '.repeat(Math.max(0, COLUMN - lengthOf(start))), ...(right[row] ?? [])]
  })
}

function table(title: string, rows: readonly (readonly [name: string, count: number])[], total: number): Span[][] {
  const most = COLUMN - LABEL - NUMBER - 4
  return [
    [['bold', `  ${title}`]],
    ...rows.map(([name, count]): Span[] => {
      const size = Math.ceil((count / Math.max(total, 1)) * most)
      const label = `  ${name.replaceAll('_', ' ')}`.padEnd(LABEL + 4)
      if (count === 0) return [['dim', `${label} 0`]]
      return [label, ` ${count} `.padEnd(NUMBER), [colors[name] ?? 'yellow', '█'.repeat(size)]]
    }),
  ]
}

function calls({ live, texts, pixels }: View): Span[][] {
  const talking = live.map(({ leadId, sinceMs }) => `${nameOf(leadId)} ${seconds(sinceMs)}`).join(' · ')
  const waiting = (count: number) => (count === 0 ? '' : `, ${count} waiting`)
  return [
    [],
    [['bold', '  Live calls'.padEnd(LABEL)], ` ${live.length}  `, ['cyan', talking]],
    [
      ['bold', '  Follow-ups'.padEnd(LABEL)],
      ` texts ${texts.sent} sent${waiting(texts.waiting)} · pixels ${pixels.fired} fired${waiting(pixels.waiting)}`,
    ],
  ]
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}

export function nameOf(leadId: string): string {
  return leads.find(lead => lead.leadId === leadId)?.firstName ?? leadId
}

const textOf = (span: Span) => (typeof span === 'string' ? span : span[1])
const lengthOf = (spans: readonly Span[]) => spans.reduce((sum, span) => sum + textOf(span).length, 0)

/** Cut first and painted then, so that no style is ever cut in two. */
function paintLine(spans: readonly Span[], width: number, paint: Paint): string {
  let left = width
  return spans
    .map(span => {
      const text = textOf(span).slice(0, Math.max(0, left))
      left -= text.length
      return typeof span === 'string' || text === '' ? text : paint(span[0], text)
    })
    .join('')
}
