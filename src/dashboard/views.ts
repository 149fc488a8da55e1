import { fileURLToPath } from 'node:url'
import { Liquid } from 'liquidjs'

/** Turns views into HTML. Whatever a view puts out is escaped. */
export type RenderView = (view: string, values: object) => Promise<string>

/** Views are read when they are first needed, and kept. A view that names something unknown fails. */
export function createViews(folder: URL): RenderView {
  const liquid = new Liquid({
    root: fileURLToPath(folder),
    extname: '.liquid',
    cache: true,
    outputEscape: 'escape',
    ownPropertyOnly: true,
    strictFilters: true,
    strictVariables: true,
    // `{% if note %}` may ask for what is not there.
    lenientIf: true,
  })
  liquid.registerFilter('count', count)
  liquid.registerFilter('span', spanOf)
  liquid.registerFilter('utc', utc)
  liquid.registerFilter('share', share)
  return (view, values) => liquid.renderFile(view, values)
}

/** `12345` as `12,345`. */
function count(value: number): string {
  return value.toLocaleString('en-US')
}

/** A length of time as people say it: `45 s`, `1 min 30 s`, `2 h 5 min`. */
export function spanOf(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  const rest = (value: number, unit: string) => (value === 0 ? '' : ` ${value} ${unit}`)
  return minutes < 60
    ? `${minutes} min${rest(seconds % 60, 's')}`
    : `${Math.floor(minutes / 60)} h${rest(minutes % 60, 'min')}`
}

/** For those without scripts: `2026-12-01 09:05:07 UTC`. */
export function utc(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 19)} UTC`
}

/** `share(1, 3)` is `33%`; what is there but rounds to nothing is `<1%`. */
export function share(part: number, whole: number): string {
  if (whole === 0) return '0%'
  const percent = (100 * part) / whole
  return percent > 0 && percent < 1 ? '<1%' : `${Math.round(percent)}%`
}
