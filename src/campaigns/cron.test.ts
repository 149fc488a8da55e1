import { expect, test } from 'vitest'
import { isCron } from './cron.ts'

test.each(['0 9 * * mon', '*/15 9-17 * * MON-FRI', '0 0 1,15 jan-jun *', '5/10 * * * 0,7', ' 0  9 * * * '])(
  '"%s" is',
  text => {
    expect(isCron(text)).toBe(true)
  },
)

test.each([
  '',
  '* * * *',
  '* * * * * *',
  '60 * * * *',
  '* 24 * * *',
  '* * 0 * *',
  '* * * 13 *',
  '* * * * 8',
  '* * * * fri-mon',
  '*/0 * * * *',
  '1-2-3 * * * *',
  '1/2/3 * * * *',
  'a b c d e',
  '1, * * * *',
])('"%s" is not', text => {
  expect(isCron(text)).toBe(false)
})
