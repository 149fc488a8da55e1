import { expect, test } from 'vitest'
import { isWrittenByLead } from './written-by.ts'

test.each([
  ['user', undefined, true],
  ['user', 'inbound', true],
  ['agent', 'inbound', true],
  ['agent', 'Inbound', true],
  [undefined, 'INBOUND', true],
  ['user', 'sms', true],
  ['User', 'Inbound', true],
  ['user', 'something new', true],
  ['user', 'manual', false],
  ['user', 'Manual', false],
  ['user', 'api', false],
  ['user', 'sms_agent', false],
  ['user', 'system', false],
  ['agent', undefined, false],
  ['agent', 'sms', false],
  [undefined, undefined, false],
])('role %s with source %s: %s', (role, source, isTheirs) => {
  expect(isWrittenByLead({ role, source })).toBe(isTheirs)
})
