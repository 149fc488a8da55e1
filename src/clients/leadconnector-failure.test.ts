import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readLeadConnectorFailure, withoutActions } from './leadconnector-failure.ts'

const interval = { 'x-ratelimit-interval-milliseconds': '10000' }

test.each<[string, number, unknown, Record<string, string>, object | undefined]>([
  ['a text', 400, { statusCode: 400, message: 'Bad' }, {}, { message: 'Bad' }],
  [
    'a list',
    422,
    { statusCode: 422, message: ['one', 'two'], error: 'Unprocessable Entity' },
    {},
    { message: 'one; two' },
  ],
  ['an error alone', 401, { error: 'Unauthorized' }, {}, { message: 'Unauthorized' }],
  ['OAuth’s words', 400, { error: 'invalid_grant', error_description: 'Used' }, {}, { message: 'Used' }],
  ['nothing', 500, undefined, {}, undefined],
  ['a success', 200, { message: 'fine' }, {}, undefined],
  ['a 429 with its window', 429, undefined, interval, { retryAfterMs: 10_000 }],
  ['a 429 that says more', 429, {}, { ...interval, 'retry-after': '3' }, undefined],
  ['a 429 without anything', 429, {}, {}, undefined],
  ['the end of the day', 429, {}, { ...interval, 'x-ratelimit-daily-remaining': '0' }, { retryAfterMs: 3_600_000 }],
  ['a day that is not over', 429, {}, { ...interval, 'x-ratelimit-daily-remaining': '12' }, { retryAfterMs: 10_000 }],
  ['a window that is none', 429, {}, { 'x-ratelimit-interval-milliseconds': 'soon' }, undefined],
  ['a 400 with a window', 400, {}, interval, undefined],
])('%s', (_, status, body, headers, failure) => {
  expect(readLeadConnectorFailure(body, status, headers)).toEqual(failure)
})

test('the keys of other systems are cut off, wherever an answer breaks off', () => {
  const secret = 'token123-of-another-system'
  const action = {
    actionType: 'CUSTOM_ACTION',
    actionParameters: { apiDetails: { authenticationValue: secret, headers: [{ key: 'X-Api-Key', value: secret }] } },
  }
  const whole = JSON.stringify({ id: 'call_1', duration: 3, executedCallActions: [action], summary: 'x' })
  expect(withoutActions(whole)).toBe('{"id":"call_1","duration":3,…')
  expect(withoutActions(JSON.stringify(whole))).not.toContain(secret)
  fc.assert(
    fc.property(fc.nat(whole.length), length => {
      expect(withoutActions(whole.slice(0, length))).not.toContain('token123')
    }),
  )
  expect(withoutActions('{"message":"no"}')).toBe('{"message":"no"}')
})
