import { expect, test } from 'vitest'
import { judgeSpace } from './check-data-dir.ts'

test.each([
  [0, 'bad'],
  [1_999_999_999, 'bad'],
  [2_000_000_000, 'good'],
  [5e12, 'good'],
])('%i free bytes are %s', (free, state) => {
  expect(judgeSpace('/data', free)).toMatchObject({ check: 'data_dir', state })
})
