import { logNormal, type Random, randomOf } from '../../simulator/random.ts'

/** Calls of a campaign, by kinds: the share of each, its median length, and how widely its lengths are spread (log-normal). */
type CallMix = readonly { share: number; medianMs: number; sigma: number }[]

const kind = (share: number, medianS: number, sigma: number) => ({ share, medianMs: medianS * 1_000, sigma })

/** Nobody answers, a voicemail, a busy line, and conversations; the first three are spread by `sigma`. */
const realistic = (sigma: number): CallMix => [
  kind(0.4, 32, sigma),
  kind(0.15, 45, sigma),
  kind(0.1, 6, sigma),
  kind(0.35, 110, 0.9),
]

export const callMixes = {
  realistic: realistic(0.15),
  'realistic, sharp': realistic(0.05),
  'realistic, blurred': realistic(0.25),
  'nobody answers': [kind(1, 32, 0.1)],
  'conversations only': [kind(1, 110, 0.9)],
  'mostly conversations': [kind(0.2, 32, 0.1), kind(0.8, 180, 0.7)],
  'half of it very long': [kind(0.5, 25, 0.1), kind(0.5, 200, 1.3)],
} satisfies Record<string, CallMix>

export type CallMixName = keyof typeof callMixes

export const callMixNames = Object.keys(callMixes) as CallMixName[]

/** Lengths of a campaign's calls in their order, ms: the same for the same seed. */
export function drawCalls(name: CallMixName, seed: number, calls: number): number[] {
  const random = randomOf('calls', name, seed)
  return Array.from({ length: calls }, () => drawLength(callMixes[name], random))
}

function drawLength(mix: CallMix, random: Random): number {
  let left = random()
  const found = mix.find(({ share }) => {
    left -= share
    return left < 0
  })
  const { medianMs, sigma } = found ?? mix.at(-1) ?? kind(1, 0, 0)
  return logNormal(random, medianMs, sigma)
}

/** The true share of calls that last no longer than so many ms. */
export function endedByOf(name: CallMixName): (ageMs: number) => number {
  const mix: CallMix = callMixes[name]
  return ageMs => {
    if (ageMs <= 0) return 0
    return mix.reduce((sum, { share, medianMs, sigma }) => sum + share * normal(Math.log(ageMs / medianMs) / sigma), 0)
  }
}

/** The standard normal distribution, to 1.5e-7 (Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26). */
function normal(z: number): number {
  const x = Math.abs(z) / Math.SQRT2
  const t = 1 / (1 + 0.3275911 * x)
  const poly = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t
  const half = (poly * Math.exp(-x * x)) / 2
  return z < 0 ? half : 1 - half
}
