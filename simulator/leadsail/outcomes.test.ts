import { expect, test } from 'vitest'
import { randomOf } from '../random.ts'
import { drawLengthMs, drawStatus } from './outcomes.ts'

function sharesOf(shares: Record<string, number>): (status: string) => number {
  const random = randomOf('shares', JSON.stringify(shares))
  const statuses = Array.from({ length: 20_000 }, () => drawStatus(random, shares))
  return status => statuses.filter(each => each === status).length / statuses.length
}

test('the usual mix', () => {
  const share = sharesOf({})
  expect(share('no_answer')).toBeCloseTo(0.4, 1)
  expect(share('voicemail')).toBeCloseTo(0.15, 1)
  expect(share('busy')).toBeCloseTo(0.1, 1)
  expect(share('dnc')).toBe(0)
})

test('a share is a share, the rest is the usual mix of the others', () => {
  const share = sharesOf({ qualified: 0.5, dnc: 0.1, voicemail: 0 })
  expect(share('qualified')).toBeCloseTo(0.5, 1)
  expect(share('dnc')).toBeCloseTo(0.1, 1)
  expect(share('voicemail')).toBe(0)
  // 0.4 of the 0.75 that is left of the usual mix, in the 0.4 that the shares leave.
  expect(share('no_answer')).toBeCloseTo(0.213, 1)
})

test('shares of 1 leave nothing, more than 1 are weights', () => {
  expect(sharesOf({ weird_status: 1 })('weird_status')).toBe(1)
  expect(sharesOf({ busy: 3, dnc: 1 })('busy')).toBeCloseTo(0.75, 1)
})

test('lengths have their medians', () => {
  const medianOf = (status: string, lengths = {}) => {
    const random = randomOf('length', status)
    const drawn = Array.from({ length: 5001 }, () => drawLengthMs(random, status, lengths))
    return drawn.sort((one, other) => one - other)[2500] ?? 0
  }
  expect(medianOf('no_answer') / 32_000).toBeCloseTo(1, 1)
  expect(medianOf('voicemail') / 45_000).toBeCloseTo(1, 1)
  expect(medianOf('busy') / 6000).toBeCloseTo(1, 1)
  expect(Math.abs(medianOf('qualified') / 110_000 - 1)).toBeLessThan(0.07)
  expect(medianOf('qualified', { qualified: { medianMs: 500, sigma: 0 } })).toBe(500)
})
