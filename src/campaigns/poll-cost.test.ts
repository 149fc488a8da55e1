import { expect, test } from 'vitest'
import { callMixNames, drawCalls, endedByOf } from '../../test/support/call-mixes.ts'
import { learnedLooks, looksBy } from '../../test/support/learned-looks.ts'
import { fixedAsLate, fixedLooks, followCalls, optimalLooks } from '../../test/support/look-costs.ts'

const poll = { firstMs: 20_000, minMs: 5_000, maxMs: 60_000, deadlineMs: 3_600_000 }

/** Learned from so many calls of a campaign, judged on those that follow. */
const LEARNED = 200
const JUDGED = 10_000

const seeds = Array.from({ length: 20 }, (_, seed) => seed)

function split(calls: readonly number[]) {
  return { known: calls.slice(0, LEARNED), judged: calls.slice(LEARNED) }
}

test.each(callMixNames)('looks at calls (%s) cost at most a twentieth more than the best rule there is', name => {
  const best = optimalLooks(endedByOf(name), poll)
  const excess = seeds.map(seed => {
    const { known, judged } = split(drawCalls(name, seed, LEARNED + JUDGED))
    return followCalls(learnedLooks(known, poll), judged, poll).cost / followCalls(best, judged, poll).cost - 1
  })
  expect(Math.max(...excess)).toBeLessThanOrEqual(0.05)
  expect(excess.reduce((sum, share) => sum + share, 0) / seeds.length).toBeLessThanOrEqual(0.02)
})

test('on a realistic mix three quarters of the requests find ends as soon as fixed intervals do', () => {
  const shares = seeds.map(seed => {
    const { known, judged } = split(drawCalls('realistic', seed, LEARNED + JUDGED))
    const ours = followCalls(learnedLooks(known, poll), judged, poll)
    const fixed = followCalls(fixedLooks(fixedAsLate(ours.meanDelayMs, judged, poll)), judged, poll)
    expect(Math.abs(fixed.meanDelayMs / ours.meanDelayMs - 1)).toBeLessThan(0.02)
    return ours.looks / fixed.looks
  })
  expect(shares.reduce((sum, share) => sum + share, 0) / seeds.length).toBeLessThanOrEqual(0.76)
})

test('thirty calls are enough to do better than the plain rule, whatever the mix', () => {
  for (const name of callMixNames) {
    const costs = seeds.map(seed => {
      const { known, judged } = split(drawCalls(name, seed, LEARNED + 1_000))
      const learned = followCalls(learnedLooks(known.slice(0, 30), poll), judged, poll).cost
      return learned / followCalls(looksBy(poll), judged, poll).cost
    })
    expect(Math.max(...costs)).toBeLessThan(1)
  }
})
