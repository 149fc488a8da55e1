import { expect, test } from 'vitest'
import { versionProblem } from './safety.ts'

test.each(['6.2.0', '6.10.1', '7.0.15', '7.2.4', '8.0.0', '255.255.255'])('version %s is new enough', version => {
  expect(versionProblem(version)).toEqual([])
})

test.each(['6.0.16', '5.0.14', '2.8.24', ''])('version %j is too old, and no setting makes up for that', version => {
  expect(versionProblem(version)).toEqual([expect.objectContaining({ setting: 'version', acceptable: false })])
})

test('a version that may not be asked for can be vouched for', () => {
  expect(versionProblem(undefined)).toEqual([expect.objectContaining({ setting: 'version', acceptable: true })])
})
