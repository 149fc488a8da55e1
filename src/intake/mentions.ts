import type { Known } from '../ledger/erasures.ts'

/** Of a number that is written without its country; shorter ones are too common as parts of other numbers. */
const NATIONAL_DIGITS = 10

/**
 * Whether a body that nobody could read names a lead: by its id, an email address, or a number however it is written.
 * Names are not looked for, since many people share them.
 */
export function mentions(raw: Buffer, leadId: string, { phones, emails }: Known): boolean {
  const text = raw.toString('utf8').toLowerCase()
  const readable = text.includes('%') ? `${text} ${decoded(text)}` : text
  if (leadId !== '' && isWordOf(readable, leadId.toLowerCase())) return true
  if (emails.some(email => readable.includes(email.trim().toLowerCase()))) return true
  const digits = readable.replace(/(?<=\d)[\s().+/-]+(?=\d)/g, '')
  return phones.some(phone => {
    const own = phone.replace(/\D/g, '')
    return digits.includes(own.length > NATIONAL_DIGITS ? own.slice(-NATIONAL_DIGITS) : own)
  })
}

function isWordOf(text: string, word: string): boolean {
  const escaped = word.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
  return new RegExp(`(?<![\\p{L}\\p{N}_-])${escaped}(?![\\p{L}\\p{N}_-])`, 'u').test(text)
}

/** A form as its sender meant it; what is none stays as it is. */
function decoded(text: string): string {
  return text
    .replace(/\+/g, ' ')
    .replace(/%[0-9a-f]{2}/g, code => String.fromCharCode(Number.parseInt(code.slice(1), 16)))
}

/** Whether a value of a list that was taken in is this lead's: here names count, where they are the whole value. */
export function isWrittenBy(value: string, leadId: string, { phones, emails, names }: Known): boolean {
  const own = value.trim().toLowerCase()
  if (own === '') return false
  if ([leadId, ...emails, ...names].some(known => known.trim().toLowerCase() === own)) return true
  return mentions(Buffer.from(value), '', { phones, emails, names: [] })
}
