import { maskEmail, maskName, maskPhone } from './person-view.ts'

/**
 * A body of somebody else's making with everything taken out that may tell who a person is: names, numbers, addresses,
 * whatever was said. What a field means is not known here, so a text stays readable only where its field's name ends in
 * one of these words and the text looks like an id, an instant or a word of some vocabulary. All else is masked.
 */
const harmless = new Set(
  `id ids sid uuid type event status source channel channels direction provider campaign version timezone zone
  timestamp at time duration seconds currency platform mode test attempt attempts count`.split(/\s+/),
)

/** An id, an instant, a zone, a word: nothing with a space or an @ in it. */
const LIKE_WORD = /^[\w.:/+-]{1,80}$/

const LIKE_NUMBER = /^\+?[\d\s().-]{7,25}$/
const LIKE_EMAIL = /^[^\s@]+@[^\s@]+$/
/** In the name of a field: some senders make one of a number or an address. */
const PRIVATE_IN_NAME = /@|\d{7}/

/** A small whole number is a count; a longer one may be a telephone number or a postcode. */
const MAX_SHOWN_NUMBER = 9_999

/** What lies deeper is left out. */
const MAX_DEPTH = 32

const HIDDEN = '•••••'

/** A parsed JSON value without what tells who somebody is. Fields and lists keep their places. */
export function maskedValue(value: unknown, field = '', depth = 0): unknown {
  if (value === null || typeof value === 'boolean') return value
  if (typeof value === 'string') return maskedText(value, field)
  if (typeof value === 'number') return maskedNumber(value, field)
  if (depth >= MAX_DEPTH) return HIDDEN
  if (Array.isArray(value)) return value.map(entry => maskedValue(entry, field, depth + 1))
  if (typeof value !== 'object') return HIDDEN
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => [maskedField(name), maskedValue(entry, name, depth + 1)]),
  )
}

/** The text of one field: whole where its name and its looks say that it is harmless. */
export function maskedText(text: string, field: string): string {
  if (text === '') return text
  if (LIKE_NUMBER.test(text)) return maskPhone(text)
  if (LIKE_EMAIL.test(text)) return maskEmail(text)
  return isHarmless(field) && LIKE_WORD.test(text) ? text : maskName(text)
}

/** The name of a field, which is shown unless it is somebody's number or address. */
export function maskedField(name: string): string {
  return PRIVATE_IN_NAME.test(name) ? HIDDEN : name
}

function maskedNumber(value: number, field: string): number | string {
  const isSmall = Number.isInteger(value) && Math.abs(value) <= MAX_SHOWN_NUMBER
  return isSmall || ['timestamp', 'at', 'time'].includes(lastWord(field)) ? value : HIDDEN
}

const isHarmless = (field: string) => harmless.has(lastWord(field))

/** `callStatus`, `call_status` and `CallStatus` all end in `status`. */
function lastWord(field: string): string {
  const words = field.replace(/([a-z\d])([A-Z])/g, '$1 $2').split(/[\s_.-]+/)
  return (words.at(-1) ?? '').toLowerCase()
}
