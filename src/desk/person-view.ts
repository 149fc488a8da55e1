import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import type { Ledger } from '../ledger/index.ts'
import type { PrivateData } from '../ledger/journey.ts'

/** How much of a person somebody may see. */
export type Clearance = 'full' | 'masked'

/** Who a lead is, as far as it is known and may be seen. */
export interface PersonView {
  name?: string
  phone?: string
  email?: string
}

export interface PersonDetails extends PersonView {
  /** Fields that came with the lead. Empty when masked. */
  fields: { name: string; value: string }[]
  /** Text of each SMS as sent, by effect key. Empty when masked. */
  texts: Readonly<Record<string, string>>
  /** Summary of each call, by attempt number. Empty when masked. */
  summaries: Readonly<Record<string, string>>
}

export interface PersonDesk {
  /** The people of some journeys, by journey id. Journeys that are gone are left out. */
  of(journeyIds: readonly string[], clearance: Clearance): Promise<Map<string, PersonView>>
  show(journeyId: string, clearance: Clearance): Promise<PersonDetails | undefined>
}

export function createPersonDesk(parts: { ledger: Pick<Ledger, 'journeys'> }): PersonDesk {
  const { journeys } = parts.ledger
  return {
    async of(journeyIds, clearance) {
      const loaded = await Promise.all(journeyIds.map(id => journeys.load(id)))
      return new Map(
        loaded.flatMap(journey => (journey ? [[journey.id, personView(journey.private, clearance)] as const] : [])),
      )
    },
    async show(journeyId, clearance) {
      const journey = await journeys.load(journeyId)
      if (journey === undefined) return undefined
      const { fields = {}, texts = {}, summaries = {} } = clearance === 'full' ? journey.private : {}
      return {
        ...personView(journey.private, clearance),
        fields: Object.entries(fields).map(([name, value]) => ({ name, value })),
        texts,
        summaries,
      }
    },
  }
}

export function personView(details: PrivateData, clearance: Clearance): PersonView {
  const { firstName, lastName, phone, email } = details
  const names = [firstName, lastName].filter(name => name !== undefined && name.trim() !== '') as string[]
  const isFull = clearance === 'full'
  return {
    ...(names.length === 0 ? {} : { name: names.map(name => (isFull ? name : maskName(name))).join(' ') }),
    ...(phone === undefined ? {} : { phone: isFull ? phone : maskPhone(phone) }),
    ...(email === undefined ? {} : { email: isFull ? email : maskEmail(email) }),
  }
}

const DOTS = '•••••'

/** Digits of a number that stay readable: enough to recognise it, too few to dial it. */
const SHOWN_DIGITS = 4

/** `+12025550123` becomes `+1•••••0123`; the dots do not tell how many digits they stand for. */
export function maskPhone(phone: string): string {
  const parsed = parsePhoneNumberFromString(phone)
  if (parsed === undefined) return DOTS
  const { countryCallingCode, nationalNumber } = parsed
  // Of a short number four digits would be most of it.
  const shown = Math.min(SHOWN_DIGITS, Math.floor(nationalNumber.length / 2))
  return `+${countryCallingCode}${DOTS}${shown === 0 ? '' : nationalNumber.slice(-shown)}`
}

/** `Ann` becomes `A••`, whatever its length. */
export function maskName(name: string): string {
  return `${firstLetter(name)}••`
}

/** `ann@example.com` becomes `a••@example.com`. */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf('@')
  return at < 1 ? DOTS : `${firstLetter(email)}••${email.slice(at)}`
}

const letters = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

function firstLetter(text: string): string {
  return [...letters.segment(text.trim())][0]?.segment ?? ''
}
