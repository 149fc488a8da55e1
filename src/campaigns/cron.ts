const months = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ')
const weekdays = 'sun mon tue wed thu fri sat'.split(' ')

interface Field {
  least: number
  most: number
  names?: readonly string[]
}

const fields: readonly Field[] = [
  { least: 0, most: 59 },
  { least: 0, most: 23 },
  { least: 1, most: 31 },
  { least: 1, most: 12, names: months },
  { least: 0, most: 7, names: weekdays },
]

/** Whether this is a cron expression of five fields: numbers, names, `*`, lists, ranges and steps. */
export function isCron(text: string): boolean {
  const parts = text.trim().toLowerCase().split(/\s+/)
  return parts.length === fields.length && fields.every((field, index) => isField(parts[index] ?? '', field))
}

function isField(text: string, field: Field): boolean {
  return text.split(',').every(item => {
    const [range = '', step, ...rest] = item.split('/')
    if (rest.length > 0 || (step !== undefined && !/^[1-9]\d?$/.test(step))) return false
    if (range === '*') return true
    const [from = '', to = from, ...more] = range.split('-')
    const first = numberOf(from, field)
    const last = numberOf(to, field)
    return more.length === 0 && first !== undefined && last !== undefined && first <= last
  })
}

function numberOf(text: string, { least, most, names = [] }: Field): number | undefined {
  const value = names.includes(text) ? names.indexOf(text) + least : /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN
  return value >= least && value <= most ? value : undefined
}
