import { isValidPhoneNumber } from 'libphonenumber-js'

/** Tells valid E.164 numbers from others; remembers what it has seen, since every request asks. */
export function createNumberCheck(): (phone: string) => boolean {
  const known = new Map<string, boolean>()
  return phone => {
    const before = known.get(phone)
    if (before !== undefined) return before
    const valid = /^\+[1-9]\d{6,14}$/.test(phone) && isValidPhoneNumber(phone)
    known.set(phone, valid)
    return valid
  }
}
