/** `12345` as `12,345`. */
export function countText(count: number): string {
  return count.toLocaleString('en-US')
}

/** `countOf(1, 'lead')` is `1 lead`, of 2 it is `2 leads`. */
export function countOf(count: number, noun: string): string {
  return `${countText(count)} ${noun}${count === 1 ? '' : 's'}`
}

const units = ['kB', 'MB', 'GB', 'TB']

/** Bytes as people say them, in powers of a thousand: `512 B`, `1.5 kB`, `12.4 MB`. */
export function bytesText(bytes: number): string {
  if (bytes < 999.5) return `${Math.round(bytes)} B`
  let value = bytes
  let unit = ''
  for (const next of units) {
    if (value < 999.95) break
    value /= 1000
    unit = next
  }
  return `${value.toFixed(1)} ${unit}`
}

/** A length of time: `0.8 s`, `45 s`, `1 min 30 s`, `2 h 5 min`. */
export function spanText(ms: number): string {
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  const rest = (value: number, unit: string) => (value === 0 ? '' : ` ${value} ${unit}`)
  if (minutes < 60) return `${minutes} min${rest(seconds % 60, 's')}`
  return `${Math.floor(minutes / 60)} h${rest(minutes % 60, 'min')}`
}

/** `percentText(1, 3)` is `33 %`; it says 100 % only of the whole. */
export function percentText(part: number, whole: number): string {
  if (whole <= 0) return '0 %'
  const percent = Math.floor((100 * part) / whole)
  return part > 0 && percent === 0 ? '<1 %' : `${Math.min(100, percent)} %`
}

/** A bar of `width` columns of which `part` of `whole` is full. What is there at all is seen. */
export function barText(part: number, whole: number, width: number): string {
  const share = whole <= 0 ? 0 : Math.min(1, part / whole)
  const full = part > 0 ? Math.max(1, Math.floor(share * width)) : 0
  return '█'.repeat(full) + '░'.repeat(Math.max(0, width - full))
}
