import { z } from 'zod'

/**
 * Fields of a vendor's answer that we can do without: whatever is missing, `null`, empty or of another type is
 * `undefined`, because a changed detail must never cost the whole answer.
 */

const Words = z.union([z.string(), z.number().transform(String)]).transform(text => text.trim())

/** Non-empty text, trimmed; a number is its digits. */
export const Text = Words.transform(text => (text === '' ? undefined : text))
  .optional()
  .catch(undefined)

/** An id we cannot do without. */
export const Id = Words.refine(text => text !== '')

export const Flag = z
  .union([z.boolean(), z.enum(['true', 'false']).transform(word => word === 'true')])
  .optional()
  .catch(undefined)

/** A whole number, from a number or its digits. */
export const Whole = z
  .union([
    z.int(),
    z
      .string()
      .regex(/^\d{1,15}$/)
      .transform(Number),
  ])
  .optional()
  .catch(undefined)

const Numeric = z.union([z.number(), z.string().trim().min(1).transform(Number).pipe(z.number())])

/** Seconds, as milliseconds. */
export const Seconds = Numeric.pipe(z.number().nonnegative())
  .transform(seconds => Math.round(seconds * 1_000))
  .optional()
  .catch(undefined)

/** An instant in milliseconds since the epoch, from ISO 8601 or from an epoch in seconds or milliseconds. */
export const Instant = z
  .union([Numeric.transform(fromEpoch), z.string().transform(fromIso)])
  .optional()
  .catch(undefined)

/** Beyond this a number counts milliseconds: as seconds it would be the year 5138. */
const FIRST_MS = 1e11
/** Below this (September 2001) a number is no instant but a count, such as seconds into a call. */
const FIRST_SECONDS = 1e9

function fromEpoch(epoch: number): number | undefined {
  if (epoch < FIRST_SECONDS) return undefined
  return Math.round(epoch < FIRST_MS ? epoch * 1_000 : epoch)
}

/** Without an offset it is UTC: read as this machine's local time it would move with the machine. */
function fromIso(text: string): number | undefined {
  const local = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)$/.exec(text.trim())
  const at = Date.parse(local === null ? text : `${local[1]}T${local[2]}Z`)
  return Number.isNaN(at) ? undefined : at
}

type Present<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
}

/** The object without its undefined fields: absent is absent. */
export function present<T extends object>(fields: T): Present<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>
}
