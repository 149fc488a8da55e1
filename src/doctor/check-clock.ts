import { PATIENCE_MS } from './ask.ts'
import { bad, type Finding, good, noted } from './finding.ts'

/** Signatures are refused past five minutes: who is a minute off already is on the way there. */
const MAX_OFF_MS = 60_000

/** What somebody else takes for the time, and what this machine took for it at that moment. */
export interface OtherClock {
  name: string
  atMs: number
  askedAtMs: number
}

/** @param clocks of Redis and of vendors, as far as they could be asked */
export function checkClock(clocks: readonly OtherClock[]): Finding {
  if (clocks.length === 0) return noted('clock', 'nobody was there to compare it with')
  const offs = clocks.map(({ name, atMs, askedAtMs }) => ({ name, offMs: askedAtMs - atMs }))
  const wrong = offs.filter(({ offMs }) => Math.abs(offMs) > MAX_OFF_MS)
  if (wrong.length === 0) return good('clock', `within a minute of ${offs.map(({ name }) => name).join(', ')}`)
  const told = wrong.map(({ name, offMs }) => `${span(offMs)} ${offMs > 0 ? 'ahead of' : 'behind'} ${name}`)
  return bad(
    'clock',
    `this machine's clock is ${told.join(', ')}`,
    'signed webhooks are refused five minutes off, and calling windows are kept by the wrong time',
    'let the machine keep its time: timedatectl set-ntp true, or start chronyd',
  )
}

function span(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1000)
  return seconds < 60 ? `${seconds} s` : `${Math.round(seconds / 60)} min`
}

/**
 * The time in the header `Date` of a vendor's answer, whatever else it answers; no key is sent.
 * @returns `undefined` when nobody answers, or without a date
 */
export async function askForDate(name: string, url: string, now: () => number): Promise<OtherClock | undefined> {
  try {
    const before = now()
    const init = { method: 'HEAD', redirect: 'manual' as const, signal: AbortSignal.timeout(PATIENCE_MS) }
    const { headers } = await fetch(url, init)
    const atMs = Date.parse(headers.get('Date') ?? '')
    // The header has whole seconds.
    return Number.isNaN(atMs) ? undefined : { name, atMs: atMs + 500, askedAtMs: (before + now()) / 2 }
  } catch {
    // Whoever cannot be reached is told of by its key.
    return undefined
  }
}
