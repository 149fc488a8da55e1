import { isValidPhoneNumber } from 'libphonenumber-js'
import { hashOf, pick, type Random, randomOf } from '../random.ts'

const firstNames = [
  'Ava',
  'Noah',
  'Mia',
  'Liam',
  'Zoe',
  'Ethan',
  'Ruth',
  'Omar',
  'Grace',
  'Luis',
  'Nora',
  'Kofi',
] as const
const lastNames = ['Reed', 'Patel', 'Young', 'Garcia', 'Kim', 'Brooks', 'Okafor', 'Silva', 'Meyer', 'Hayes'] as const

/** Area codes by the zone that the whole area lies in. */
const areaCodes = {
  'America/New_York': [
    '202',
    '212',
    '215',
    '305',
    '404',
    '410',
    '412',
    '516',
    '617',
    '646',
    '704',
    '716',
    '718',
    '813',
    '919',
  ],
  'America/Chicago': ['214', '312', '314', '414', '504', '512', '612', '615', '713', '773', '816', '901'],
  'America/Denver': ['303', '505', '720', '801'],
  'America/Phoenix': ['480', '602', '623'],
  'America/Los_Angeles': ['206', '213', '310', '415', '503', '510', '619', '702', '818', '916'],
  'America/Anchorage': ['907'],
  'Pacific/Honolulu': ['808'],
} as const

const places = Object.entries(areaCodes).flatMap(([timezone, codes]) => codes.map(code => ({ code, timezone })))
const userAgents = [
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36',
] as const

export interface Person {
  firstName: string
  lastName: string
  email: string
}

/** Who a lead is: made of the seed and the lead id alone. */
export function personOf(seed: number, leadId: string): Person {
  const random = randomOf(seed, 'person', leadId)
  const firstName = pick(random, firstNames)
  const lastName = pick(random, lastNames)
  const email = `${firstName}.${lastName}.${hashOf(leadId).toString(36)}@example.com`.toLowerCase()
  return { firstName, lastName, email }
}

/** Where a lead came from, as LeadSail keeps it for the ad platforms. */
export function attributionOf(seed: number, leadId: string): Record<string, unknown> {
  const random = randomOf(seed, 'attribution', leadId)
  const fbclid = tokenOf(random, 40)
  const clickedAt = 1_793_000_000_000 + Math.floor(random() * 1_000_000_000)
  return {
    // A block set aside for documentation (RFC 5737).
    ipAddress: `203.0.113.${1 + Math.floor(random() * 254)}`,
    userAgent: pick(random, userAgents),
    captureUrl: 'https://quotes.example.com/start',
    params: { utm_source: 'facebook', utm_medium: 'paid' },
    fbclid,
    fbc: `fb.1.${clickedAt}.${fbclid}`,
    fbp: `fb.1.${clickedAt}.${1_000_000_000 + Math.floor(random() * 1_000_000_000)}`,
    ttclid: tokenOf(random, 32),
    ttp: tokenOf(random, 27),
  }
}

/**
 * A valid US number that `isTaken` does not know, with the zone of its area: in the 555 exchange, which belongs to nobody,
 * as long as there is room.
 */
export function numberOf(
  seed: number,
  leadId: string,
  isTaken: (phone: string) => boolean,
): { phone: string; timezone: string } {
  const random = randomOf(seed, 'number', leadId)
  for (let tries = 0; ; tries += 1) {
    const place = places[Math.floor(random() * places.length)]
    if (place === undefined) continue
    const exchange = tries < 32 ? 555 : 200 + Math.floor(random() * 800)
    const line = String(Math.floor(random() * 10_000)).padStart(4, '0')
    const phone = `+1${place.code}${exchange}${line}`
    if (!isTaken(phone) && (exchange === 555 || isValidPhoneNumber(phone))) return { phone, timezone: place.timezone }
  }
}

/** A US number that a campaign calls from. */
export function campaignNumberOf(seed: number, campaignId: string): string {
  return numberOf(seed, `campaign ${campaignId}`, () => false).phone
}

function tokenOf(random: Random, length: number): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-'
  return Array.from({ length }, () => letters[Math.floor(random() * letters.length)]).join('')
}
