import { maskedField, maskedText, maskedValue } from './masked-body.ts'
import type { Clearance } from './person-view.ts'

/** The body of an event, laid out for reading. Byte for byte it is only in the download. */
export interface EventBody {
  /** JSON in lines, a form field by field, anything else as it came. `undefined` where nothing of it may be shown. */
  text: string | undefined
  /** Of the whole body, as it came. */
  bytes: number
  contentType: string
  /** `text` is only its beginning. */
  isCut: boolean
  isMasked: boolean
}

/** More than anybody reads on a page; the rest is in the download. */
const MAX_SHOWN = 65_536

/**
 * A body for whoever may see it.
 * @param clearance `masked` leaves out who the person is; of what is neither JSON nor a form it shows nothing, because
 *   nobody can tell what stands where in it
 */
export function readBody(raw: Buffer, contentType: string, clearance: Clearance): EventBody {
  const isMasked = clearance !== 'full'
  const text = isMasked ? maskedTextOf(raw, contentType) : (laidOut(raw, contentType) ?? raw.toString('utf8'))
  const isCut = text !== undefined && text.length > MAX_SHOWN
  return { text: isCut ? text.slice(0, MAX_SHOWN) : text, bytes: raw.length, contentType, isCut, isMasked }
}

function laidOut(raw: Buffer, contentType: string): string | undefined {
  if (isForm(contentType)) return fieldsIn(raw).map(lineOf).join('\n')
  const parsed = parse(raw)
  return parsed && inLines(parsed.value)
}

function maskedTextOf(raw: Buffer, contentType: string): string | undefined {
  if (isForm(contentType)) {
    return fieldsIn(raw)
      .map(([name, value]) => lineOf([maskedField(name), maskedText(value, name)]))
      .join('\n')
  }
  const parsed = parse(raw)
  return parsed && inLines(maskedValue(parsed.value))
}

const isForm = (contentType: string) => contentType.toLowerCase().startsWith('application/x-www-form-urlencoded')
const fieldsIn = (raw: Buffer) => [...new URLSearchParams(raw.toString('utf8'))]
const lineOf = ([name, value]: readonly [string, string]) => `${name}: ${value}`

function parse(raw: Buffer): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(raw.toString('utf8')) }
  } catch {
    return undefined
  }
}

/** `undefined` for what is nested too deep to be written out. */
function inLines(value: unknown): string | undefined {
  try {
    return JSON.stringify(value, undefined, 2)
  } catch {
    return undefined
  }
}
