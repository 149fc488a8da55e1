import { expect, test } from 'vitest'
import type { EventForecast } from '../desk/event-forecast.ts'
import { replayPoints, sourceName } from './event-words.ts'
import { plainText } from './phrase.ts'

const roof = { id: 'roof', name: 'Roof quotes', test: false }

test.each<[EventForecast, string]>([
  [{ kind: 'starts', campaigns: [{ ...roof, result: 'begins' }] }, 'a new journey begins, and the lead is called'],
  [{ kind: 'starts', campaigns: [{ ...roof, result: 'begins' }] }, 'A real person is called.'],
  [{ kind: 'starts', campaigns: [{ ...roof, test: true, result: 'begins' }] }, 'its calls are marked as tests'],
  [{ kind: 'starts', campaigns: [{ ...roof, result: 'joins' }] }, 'nobody is called because of it'],
  [{ kind: 'starts', campaigns: [{ ...roof, result: 'too_soon' }] }, 'its reentry keeps them out'],
  [{ kind: 'looks' }, 'looked at again'],
  [{ kind: 'suppresses' }, 'is suppressed'],
  [{ kind: 'hears' }, 'an opt-out in it holds again'],
  [{ kind: 'nothing', reason: 'a test' }, 'Nothing will follow from it: a test.'],
  [{ kind: 'rejected', reason: 'leadId: is missing.' }, 'It will be rejected: leadId: is missing.'],
])('%j is told before anybody agrees to it', (forecast, told) => {
  expect(replayPoints(forecast).map(plainText).join(' ')).toContain(told)
})

test.each([
  ['standard', 'Standard Webhooks'],
  ['a_new-one', 'A new one'],
  ['valueOf', 'ValueOf'],
])('the source %s is called %s', (source, name) => {
  expect(sourceName(source)).toBe(name)
})
