import { expect, test } from 'vitest'
import { createNews } from './news.ts'

type Journey = Parameters<ReturnType<typeof createNews>>[0][number]
type Attempt = Journey['attempts'][number]
type Effect = Journey['effects'][number]

const at = '2026-11-20T10:00:00.000Z'
const journey = (fields: Partial<Journey>): Journey => ({
  id: 'j1',
  campaign: 'solar-quotes',
  leadId: 'lead_01',
  state: 'scheduled',
  createdAt: at,
  eventId: 'standard_1',
  attempts: [],
  effects: [],
  steps: [],
  ...fields,
})
const attempt = (fields: Partial<Attempt>): Attempt => ({ number: 1, state: 'live', intendedAt: at, ...fields })
const effect = (fields: Partial<Effect>): Effect => ({
  key: 'k',
  rule: 'r',
  kind: 'sms',
  state: 'done',
  tries: 1,
  ...fields,
})

/** What is told look by look. */
function tell(...looks: Partial<Journey>[]): string[][] {
  const news = createNews()
  return looks.map(fields => news([journey(fields)], 0).map(({ what }) => what))
}

test('tells each thing once, in words', () => {
  const called: Partial<Journey> = { state: 'in_call', attempts: [attempt({})] }
  const missed = attempt({ state: 'ended', outcome: 'no_answer' })
  expect(
    tell(
      {},
      called,
      called,
      { attempts: [missed], steps: [{ kind: 'dial', ref: '2', dueAt: at }] },
      { state: 'in_call', attempts: [missed, attempt({ number: 2 })] },
      {
        state: 'following_up',
        attempts: [missed, attempt({ number: 2, state: 'ended', outcome: 'qualified', talkMs: 61_000 })],
        effects: [effect({ key: 'p', kind: 'pixel' }), effect({ state: 'planned' })],
      },
    ),
  ).toEqual([
    ['came in'],
    ['is called'],
    [],
    ['no answer; to be called again'],
    ['is called again (call 2)'],
    ['qualified after 61 s of talk', 'pixel fired'],
  ])
})

test('a call that began and ended between two looks is told whole', () => {
  expect(tell({}, { attempts: [attempt({ state: 'ended', outcome: 'busy' })] })).toEqual([
    ['came in'],
    ['is called', 'busy'],
  ])
})

test('tells of a lost answer, and that it was not dialed again for it', () => {
  const [, lost, found] = tell({}, { attempts: [attempt({ state: 'unknown' })] }, { attempts: [attempt({})] })
  expect(lost).toEqual([expect.stringContaining('the answer was lost')])
  expect(found).toEqual([expect.stringContaining('not placed again')])
})

test('tells of throttling and of what was put before a person', () => {
  const putOff = effect({
    kind: 'call',
    state: 'planned',
    error: { class: 'RateLimitedError', code: 'HTTP_429', message: '', status: 429 },
  })
  expect(tell({}, { effects: [putOff] }, { effects: [putOff] })).toEqual([
    ['came in'],
    ['the vendor throttles (429); dialed a little later'],
    [],
  ])
  expect(tell({}, { state: 'parked', effects: [effect({ state: 'parked' })] })[1]).toEqual([
    'text parked',
    'waits for a person',
  ])
})
