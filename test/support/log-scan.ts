import { expect } from 'vitest'

/** What is known to be private in one test. */
export interface PrivateWords {
  /** Numbers, addresses and names of people, as they were sent in. */
  people: Set<string>
  /** Settings of the service. */
  env: Readonly<Record<string, string | undefined>>
}

/** Names of fields that hold a person's data wherever they stand in what is sent in. */
const ofPeople: ReadonlySet<string> = new Set(['phone', 'email', 'firstName', 'lastName', 'senderPhone'])

/** Notes whatever somebody sends in that no log may hold. */
export function notePeople(people: Set<string>, sent: unknown): void {
  if (typeof sent !== 'object' || sent === null) return
  for (const [name, value] of Object.entries(sent)) {
    if (ofPeople.has(name) && typeof value === 'string') people.add(value)
    else notePeople(people, value)
  }
}

const EMAIL = /[\w.%+-]+@[\w-]+\.[\w.-]+/
const NUMBER = /\+\d[\d ().-]{6,18}\d/

/** Shorter ones are too common as parts of other words. */
const MIN_NAME = 3
const MIN_DIGITS = 10
const MIN_SECRET = 8

/** Which settings are secrets; a public key is none. */
const SECRET = /(?:_KEY|_KEYS|_SECRET|_TOKEN)$/
const PUBLIC = /_PUBLIC_KEY$/

/** What log lines hold that they must not, with the message of each such line. */
export function findPrivate(lines: readonly Record<string, unknown>[], { people, env }: PrivateWords): string[] {
  const secrets = Object.entries(env)
    .filter(([name]) => SECRET.test(name) && !PUBLIC.test(name))
    .flatMap(([, value = '']) => value.split(',').map(one => one.split(':').at(-1)?.trim() ?? ''))
    .filter(secret => secret.length >= MIN_SECRET)
  const digits = [...people].map(value => value.replace(/\D/g, '')).filter(value => value.length >= MIN_DIGITS)
  const names = [...people]
    .map(name => name.trim())
    .filter(name => /^\p{L}[\p{L}\p{M}' -]+$/u.test(name) && name.length >= MIN_NAME)
  const named = names.map(
    name => [name, new RegExp(`(?<![\\p{L}\\p{N}_])${escaped(name)}(?![\\p{L}\\p{N}_])`, 'u')] as const,
  )
  return lines.flatMap(line => {
    const text = JSON.stringify(line)
    const found = [
      EMAIL.exec(text)?.[0],
      NUMBER.exec(text)?.[0],
      ...digits.filter(number => text.includes(number.slice(-MIN_DIGITS))),
      ...secrets.filter(secret => text.includes(secret)),
      ...named.filter(([, pattern]) => pattern.test(text)).map(([name]) => name),
    ].filter(what => what !== undefined)
    return found.length === 0 ? [] : [`${String(line['msg'])} holds ${found.join(', ')}: ${text.slice(0, 500)}`]
  })
}

/** Fails when a line says whom it is about, or with which key. */
export function expectNothingPrivate(lines: readonly Record<string, unknown>[], words: PrivateWords): void {
  expect(findPrivate(lines, words), 'private words in the log').toEqual([])
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}
