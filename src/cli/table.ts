import { plainText } from './plain-text.ts'
import type { Screen, Style } from './screen.ts'
import { cutTo, textWidth } from './text-width.ts'

export interface Column<Row> {
  title: string
  of(row: Row): string | number | undefined
  style?(row: Row): Style | undefined
  align?: 'right'
  /** Is cut where the terminal is too narrow for the whole row. */
  shrinks?: true
  /** Is left out where the terminal is too narrow even so, the last one first. */
  isOptional?: true
}

export interface Table<Row> {
  /** Rows go out at once; the columns are as wide as the rows so far have asked for. */
  add(rows: readonly Row[]): void
}

const GAP = '  '
/** For what is not there: a column that is empty would be lost on programs that split at spaces. */
const NOTHING = '-'
/** A column that was cut below this would say nothing. */
const LEAST_WIDTH = 8

/** A table whose title line comes with the first rows. Texts are made harmless here. */
export function createTable<Row>(screen: Screen, columns: readonly Column<Row>[]): Table<Row> {
  const asked = columns.map(({ title }) => textWidth(title))
  let isBegun = false

  return {
    add(rows) {
      if (rows.length === 0) return
      const lines = rows.map(row => columns.map(column => cellText(column.of(row))))
      for (const cells of lines) {
        for (const [index, cell] of cells.entries()) asked[index] = Math.max(asked[index] ?? 0, textWidth(cell))
      }
      const widths = fitColumns(columns, asked, screen.width())
      const sayLine = (cells: readonly string[], paint: (text: string, column: Column<Row>) => string) => {
        const shown = columns.flatMap((column, index) => {
          const width = widths[index]
          if (width === undefined) return []
          const text = cutTo(cells[index] ?? '', width)
          const room = ' '.repeat(Math.max(0, width - textWidth(text)))
          return [column.align === 'right' ? `${room}${paint(text, column)}` : `${paint(text, column)}${room}`]
        })
        screen.say(shown.join(GAP).trimEnd())
      }
      const titles = columns.map(({ title }) => title)
      if (!isBegun) sayLine(titles, text => screen.paint('bold', text))
      isBegun = true
      for (const [index, row] of rows.entries()) {
        sayLine(lines[index] ?? [], (text, column) => {
          const style = column.style?.(row)
          return style === undefined ? text : screen.paint(style, text)
        })
      }
    },
  }
}

type Flexible = Pick<Column<unknown>, 'shrinks' | 'isOptional'>

/**
 * The width of every column so that a row fits, `undefined` for one that is left out: first those that shrink give way,
 * the widest first, then those that are optional.
 */
export function fitColumns(
  columns: readonly Flexible[],
  asked: readonly number[],
  width: number,
): readonly (number | undefined)[] {
  const fits: (number | undefined)[] = [...asked]
  const excess = () => {
    const shown = fits.filter(column => column !== undefined)
    return shown.reduce((sum, column) => sum + column, GAP.length * (shown.length - 1)) - width
  }
  const least = () => {
    const spare = columns.map(({ shrinks }, index) => (shrinks ? Math.max(0, (fits[index] ?? 0) - LEAST_WIDTH) : 0))
    return excess() - spare.reduce((sum, column) => sum + column, 0)
  }
  for (let index = columns.length - 1; index >= 0 && least() > 0; index -= 1) {
    if (columns[index]?.isOptional) fits[index] = undefined
  }
  for (let over = excess(); over > 0; over -= 1) {
    const widest = columns.reduce(
      (best, { shrinks }, index) =>
        shrinks && (fits[index] ?? 0) > Math.max(LEAST_WIDTH, fits[best] ?? 0) ? index : best,
      -1,
    )
    const shrunk = fits[widest]
    if (shrunk === undefined) break
    fits[widest] = shrunk - 1
  }
  return fits
}

function cellText(value: string | number | undefined): string {
  const text = value === undefined ? '' : plainText(String(value)).trim()
  return text === '' ? NOTHING : text
}
