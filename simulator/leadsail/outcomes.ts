import { logNormal, type Random } from '../random.ts'

/** The usual mix of call statuses. */
const usualMix: Record<string, number> = {
  no_answer: 0.4,
  voicemail: 0.15,
  busy: 0.1,
  completed: 0.11,
  qualified: 0.1,
  disqualified: 0.05,
  incomplete: 0.03,
  scheduled_callback: 0.03,
  follow_up: 0.03,
}

/** Usual lengths from dialing to the end; every other status is a talk. */
const usualLengths: Record<string, { medianMs: number; sigma: number }> = {
  no_answer: { medianMs: 32_000, sigma: 0.08 },
  no_contact: { medianMs: 32_000, sigma: 0.08 },
  voicemail: { medianMs: 45_000, sigma: 0.15 },
  busy: { medianMs: 6_000, sigma: 0.2 },
}
const talkLength = { medianMs: 110_000, sigma: 0.9 }

const unspoken = new Set(['no_answer', 'no_contact', 'voicemail', 'busy', 'failed'])

/** Whether a call that ends like this was a talk with a person. */
export function isSpoken(status: string): boolean {
  return !unspoken.has(status)
}

/**
 * A status drawn by the shares. What they leave to 1 falls on the usual mix of the other statuses; shares of more than 1
 * in all are weights.
 */
export function drawStatus(random: Random, shares: Record<string, number>): string {
  const asked = Object.values(shares).reduce((sum, share) => sum + share, 0)
  let left = random() * Math.max(1, asked)
  if (left < asked || asked >= 1) return walk(shares, left)
  left -= asked
  const others = Object.fromEntries(Object.entries(usualMix).filter(([status]) => !(status in shares)))
  const usual = Object.values(others).reduce((sum, share) => sum + share, 0)
  return usual === 0 ? walk(shares, random() * asked) : walk(others, (left / (1 - asked)) * usual)
}

/** A length in milliseconds for a call that ends like this. */
export function drawLengthMs(
  random: Random,
  status: string,
  lengths: Record<string, { medianMs: number; sigma: number }>,
): number {
  const { medianMs, sigma } = lengths[status] ?? usualLengths[status] ?? talkLength
  return logNormal(random, medianMs, sigma)
}

function walk(shares: Record<string, number>, draw: number): string {
  let left = draw
  let last = 'completed'
  for (const [status, share] of Object.entries(shares)) {
    if (share === 0) continue
    if (left < share) return status
    left -= share
    last = status
  }
  return last
}
