import type { PrivateData } from './journey.ts'

/**
 * Takes a person out of words that were said about them. A vendor repeats in an error what it was sent, and errors stand
 * in log lines, on timelines and in lists that outlive the sealed part of a journey. It errs towards taking out too much.
 */

/** What is known of a person. */
export type KnownPerson = Pick<PrivateData, 'phone' | 'firstName' | 'lastName' | 'email' | 'fields' | 'extracted'>

/** Stands in the place of what was taken out, as it does in logs. */
const PRIVATE = '[private]'

/** No message of ours is longer; what stands behind it is not kept. */
const MAX_READ = 4_000
/** Single letters are initials, and stand in every text. */
const MIN_PART = 2
/** Of a name that was cut off at the end of a text so many letters tell who it is. */
const MIN_BEGINNING = 3
/** Vendors' words are cut off at this length, perhaps in a name. */
const CUT_AT = 500
/** How much of one person is looked for; a lead's fields may hold anything. */
const MAX_VALUES = 30
const MAX_VALUE = 200
const MAX_NAMES = 200

/** Fields that by their own name hold a person's. */
const TELLING = /name|mail|phone|mobile|contact/i

/** Route and status, which are ours, stand before the vendor's words. */
const HEAD = /^[A-Z]+ \/\S*(?: answered \d{3})?: /

/** The text without this person's names, addresses and numbers, however they are written in it. */
export function withoutPerson(text: string, person: KnownPerson): string {
  const names = namesOf(person)
  if (names.length === 0) return text.slice(0, MAX_READ)
  const head = HEAD.exec(text)?.[0] ?? ''
  return head + withoutNames(text.slice(head.length, MAX_READ), names)
}

/** The same of an error as a log shows it: its message, its stack and its cause. */
export function errorWithoutPerson(error: unknown, person: KnownPerson): Error {
  if (!(error instanceof Error)) return new Error(withoutPerson(String(error), person))
  const cause = error.cause === undefined ? {} : { cause: errorWithoutPerson(error.cause, person) }
  const bare = new Error(withoutPerson(error.message, person), cause)
  const { code, status } = { code: undefined, status: undefined, ...error }
  const stack = error.stack === undefined ? undefined : withoutPerson(error.stack, person)
  return Object.assign(bare, { name: error.name, code, status, stack })
}

function withoutNames(text: string, names: readonly string[]): string {
  const { plain, at } = fold(text)
  const spans = [...plain.matchAll(patternOf(names))].map(
    ({ index, 0: { length } }) => [at[index], at[index + length]] as const,
  )
  const cut = text.length >= CUT_AT ? cutOff(plain, names) : undefined
  if (cut !== undefined) spans.push([at[cut], text.length])
  let kept = ''
  let from = 0
  for (const [start = 0, end = text.length] of spans) {
    kept += text.slice(from, start) + PRIVATE
    from = Math.max(from, end)
  }
  // How many names somebody has is nobody's business either.
  return (kept + text.slice(from)).replace(/\[private\](?:[\s,.+_-]*\[private\])+/g, PRIVATE)
}

/** Where a name begins that the end of the text has cut off. */
function cutOff(plain: string, names: readonly string[]): number | undefined {
  const [last = ''] = /[\p{L}\p{N}]+(?=…?$)/u.exec(plain) ?? []
  const isBeginning = last.length >= MIN_BEGINNING && names.some(name => name.startsWith(last))
  return isBeginning ? plain.lastIndexOf(last) : undefined
}

/** Every spelling of what is known, plain, the longest first. What the lead is called goes before what its fields say. */
function namesOf({ phone, firstName, lastName, email, fields = {}, extracted = {} }: KnownPerson): string[] {
  const own = [firstName, lastName].filter(name => name !== undefined)
  const both = own.length === 2 ? [own.join(' '), own.join(''), own.toReversed().join('')] : []
  const address = email === undefined ? [] : [email, email.split('@')[0] ?? '']
  const digits = phone?.replace(/\D/g, '') ?? ''
  const numbers = [digits, digits.replace(/^1(?=\d{10}$)/, '')]
  const telling = [fields, ...Object.values(extracted)].flatMap(record =>
    Object.entries(record).flatMap(([name, value]) => (TELLING.test(name) ? [String(value)] : [])),
  )
  const known = [...own, ...both, ...address, ...numbers, ...telling].slice(0, MAX_VALUES)
  const spelt = known.flatMap(value => spellingsOf(value.slice(0, MAX_VALUE)))
  return [...new Set(spelt)].slice(0, MAX_NAMES).sort((a, b) => b.length - a.length)
}

function spellingsOf(value: string): string[] {
  return [value, ...value.split(/[^\p{L}\p{M}\p{N}]+/u)]
    .map(name => name.trim())
    .filter(name => [...name].length >= MIN_PART && /\p{L}|\d{4}/u.test(name))
    .flatMap(spellings)
}

/** With and without what plain letters have above them, in the German way as well, and as programs write it. */
function spellings(name: string): string[] {
  const plain = fold(name).plain
  const inGerman = fold(name.normalize('NFC').replace(/[äöü]/gi, letter => `${letter}e`)).plain
  const escaped = JSON.stringify(name)
    .slice(1, -1)
    .replace(/[^\x20-\x7e]/g, unit => {
      return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
    })
  const encoded = [encodeURIComponent(name.toWellFormed()), escaped].map(text => text.toLowerCase())
  return [plain, inGerman, plain.replace(/(?<=[aou])e/g, ''), ...encoded]
}

/** Scripts that put no blanks between words. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Khmer}\p{Script=Lao}]/u

/** Whole words, the longest name first: a plan is nothing of Ann's. */
function patternOf(names: readonly string[]): RegExp {
  const written = (of: readonly string[]) =>
    of.map(name => name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&').replace(/\s+/g, '\\s+')).join('|')
  const unspaced = names.filter(name => UNSPACED.test(name))
  const words = names.filter(name => !UNSPACED.test(name))
  const ways = [
    ...(unspaced.length === 0 ? [] : [written(unspaced)]),
    ...(words.length === 0
      ? []
      : [`(?<=^|[^\\p{L}\\p{N}]|%[\\da-f]{2}|\\\\[nrt])(?:${written(words)})(?![\\p{L}\\p{N}])`]),
  ]
  return new RegExp(ways.join('|'), 'gu')
}

/** Letters that no decomposition takes to their plain one. */
const plainLetters: Readonly<Record<string, string>> = {
  ...{ ı: 'i', ł: 'l', ø: 'o', đ: 'd', ð: 'd', þ: 'th', ß: 'ss', æ: 'ae', œ: 'oe' },
}

/** A text in small plain letters, and for each of them where it stands in the text itself. */
function fold(text: string): { plain: string; at: number[] } {
  let plain = ''
  const at: number[] = []
  let index = 0
  for (const letter of text) {
    const folded = letter
      .normalize('NFKD')
      .replace(/[\p{M}\p{Cf}]/gu, '')
      .toLowerCase()
      .replace(/[ıłøđðþßæœ]/g, known => plainLetters[known] ?? known)
    for (let unit = 0; unit < folded.length; unit += 1) at.push(index)
    plain += folded
    index += letter.length
  }
  at.push(text.length)
  return { plain, at }
}
