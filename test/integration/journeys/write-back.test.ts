import { expect, test } from 'vitest'
import type { ControlInput } from '../../../simulator/control.ts'
import type { JourneyView } from '../../../src/desk/journey-view.ts'
import { eventually } from '../../support/eventually.ts'
import { openLedger } from '../../support/ledger-reader.ts'
import { isOver, plainCampaign, type Stage, startStage } from '../../support/stage.ts'

const HOUR_MS = 3_600_000
const phone = '+12025550123'
const ended = (...statuses: string[]) => ({ scripts: { '*': statuses.map(status => ({ status, lengthMs: 10 })) } })
const patches = { method: 'PATCH', path: '/(leads|submissions)/' }
const both = { submission: true, lead: true }

const stageWith = (campaign: object, control: Partial<ControlInput>) =>
  startStage({ campaigns: [{ ...plainCampaign, writeBack: both, ...campaign }], control })

/** Statuses in the order in which they were written, per record. */
function written(stage: Stage): Record<string, unknown[]> {
  const { writes } = stage.simulator.truth()
  const byRecord = Map.groupBy(writes, ({ kind, id }) => `${kind} ${id}`)
  return Object.fromEntries([...byRecord].map(([name, own]) => [name, own.map(({ fields }) => fields['status'])]))
}

const told = (journey: JourneyView, what: string) => journey.timeline.filter(line => line.what === what)
const isWritten = (times: number) => (journey: JourneyView) => told(journey, 'write_back.done').length === times

test.each([
  ['qualified', 'qualified'],
  ['disqualified', 'disqualified'],
  ['completed', 'contacted'],
  ['incomplete', 'contacted'],
  ['scheduled_callback', 'scheduled_callback'],
  ['dnc', 'dnc'],
  ['no_answer', 'no_contact'],
  ['voicemail', 'no_contact'],
  ['busy', 'no_contact'],
])('a journey whose only call ends as %s has the records say %s', async (status, expected) => {
  const stage = await stageWith({}, ended(status))
  await stage.lead('lead_1', { phone })
  const journey = await stage.journey('lead_1', isWritten(2))
  expect(isOver(journey)).toBe(true)
  expect(journey.steps).toEqual([])
  expect(written(stage)).toEqual({ 'submission sub_lead_1_1': [expected], 'lead lead_1': [expected] })
  const { writes } = stage.simulator.truth()
  expect(writes.map(({ fields }) => fields)).toEqual([{ status: expected }, { status: expected }])
})

test('what another attempt follows is told as such, and the last one as the last', async () => {
  const dial = { ...plainCampaign.dial, maxAttempts: 3, retry: { no_answer: ['PT1H'], voicemail: ['PT1H'] } }
  const stage = await stageWith({ dial, writeBack: { lead: true } }, ended('no_answer', 'voicemail', 'no_answer'))
  await stage.lead('lead_1', { phone })
  for (const times of [1, 2]) {
    await stage.journey('lead_1', isWritten(times))
    stage.clock.advance(HOUR_MS)
  }
  const journey = await stage.journey('lead_1', isWritten(3))
  expect(journey).toMatchObject({ state: 'done', outcome: 'no_answer' })
  expect(written(stage)).toEqual({ 'lead lead_1': ['no_answer', 'voicemail', 'no_contact'] })
})

test('a journey that is cancelled before its next attempt was the last one after all', async () => {
  const dial = { ...plainCampaign.dial, retry: { busy: ['P1D'] } }
  const stage = await stageWith({ dial }, ended('busy'))
  await stage.lead('lead_1', { phone })
  const { id } = await stage.journey('lead_1', isWritten(2))
  await stage.api(`/journeys/${id}/cancel`, { method: 'POST' })
  expect(await stage.journey('lead_1', isWritten(4))).toMatchObject({ state: 'stopped', reason: 'cancelled' })
  expect(written(stage)).toMatchObject({ 'lead lead_1': ['no_answer', 'no_contact'] })
})

test('nothing is written of a test, of what nobody understood, or where the campaign does not ask', async () => {
  const stage = await startStage({
    campaigns: [
      { ...plainCampaign, writeBack: both, test: true },
      { ...plainCampaign, id: 'quiet', account: { campaignId: 'QUI' } },
      { ...plainCampaign, id: 'odd', account: { campaignId: 'ODD' }, writeBack: both },
    ],
    control: {
      scripts: { lead_3: [{ status: 'line_cut', lengthMs: 10 }], '*': [{ status: 'qualified', lengthMs: 10 }] },
    },
  })
  await stage.lead('lead_1', { phone })
  await stage.lead('lead_2', { phone: '+12025550124' }, { campaignId: 'QUI' })
  await stage.lead('lead_3', { phone: '+12025550125' }, { campaignId: 'ODD' })
  for (const leadId of ['lead_1', 'lead_2', 'lead_3']) {
    expect(await stage.journey(leadId, isOver)).toMatchObject({ steps: [] })
  }
  expect(written(stage)).toEqual({})
})

test('a lead without a submission is written alone, and its timeline says so', async () => {
  const stage = await stageWith({}, ended('qualified'))
  await stage.send('call.requested', { campaign: 'roof', leadId: 'lead_1', phone, timezone: 'America/New_York' })
  const journey = await stage.journey('lead_1', isWritten(1))
  expect(written(stage)).toEqual({ 'lead lead_1': ['qualified'] })
  expect(told(journey, 'write_back.skipped')).toMatchObject([{ target: 'submission' }])
})

test.each([
  ['a 5xx', { kind: 'status', status: 503 }, 1],
  ['a 5xx after it was written', { kind: 'status', status: 502, afterCommit: true }, 2],
  ['a connection that breaks after it was written', { kind: 'reset_after' }, 2],
  ['an answer that cannot be read', { kind: 'bad_json' }, 2],
  ['throttling', { kind: 'status', status: 429, retryAfter: 1 }, 1],
] as const)('after %s it is written again, and holds nothing up', async (_name, fault, times) => {
  const faults = [{ match: patches, ...fault, times: 2 }]
  const stage = await stageWith({}, { ...ended('qualified'), faults })
  await stage.lead('lead_1', { phone })
  const waiting = await stage.journey('lead_1', journey => told(journey, 'write_back.put_off').length === 2)
  expect(waiting.state).toBe('done')
  expect(waiting).not.toHaveProperty('nextAt')
  stage.clock.advance(60_000)
  const journey = await stage.journey('lead_1', isWritten(2))
  expect(journey).toMatchObject({ state: 'done', endedAt: waiting.endedAt, steps: [] })
  expect(told(journey, 'write_back.done').map(line => Reflect.get(line, 'try'))).toEqual([2, 2])
  const own = Array(times).fill('qualified')
  expect(written(stage)).toEqual({ 'submission sub_lead_1_1': own, 'lead lead_1': own })
  expect(await stage.campaign()).toMatchObject({ progress: { total: 1, done: 1 } })
})

test('what was written before the process died is written once more, to the same end', async () => {
  let crashes = 2
  const stage = await startStage({
    campaigns: [{ ...plainCampaign, writeBack: both }],
    control: ended('qualified'),
    overrides: {
      recovery: { lockMs: 600, stalledCheckMs: 300, leaseMs: 1_500 },
      instrument(name, part) {
        if (name !== 'leadsail') return part
        return new Proxy(part, {
          get(object, property) {
            const value: unknown = Reflect.get(object, property)
            if (!String(property).startsWith('patch') || typeof value !== 'function') return value
            return async (...args: unknown[]) => {
              await value.apply(object, args)
              // A ledger that is away looks the same to the queue as a process that is gone: nothing is written down.
              if (crashes-- > 0) throw new Error('Connection is closed.')
            }
          },
        })
      },
    },
  })
  await stage.lead('lead_1', { phone })
  const journey = await stage.journey('lead_1', isWritten(2))
  expect(journey).toMatchObject({ state: 'done', steps: [] })
  expect(told(journey, 'write_back.put_off')).toEqual([])
  expect(written(stage)).toEqual({
    'submission sub_lead_1_1': ['qualified', 'qualified'],
    'lead lead_1': ['qualified', 'qualified'],
  })
})

test('what the vendor refuses is left with its words; a refused key is asked again', async () => {
  const refusal = { success: false, error: { code: 'NOT_FOUND', message: 'Resource not found' } }
  const submissions = { method: 'PATCH', path: '/submissions/' }
  const stage = await stageWith(
    {},
    {
      ...ended('qualified'),
      faults: [
        { match: submissions, kind: 'status', status: 404, body: refusal },
        { match: patches, kind: 'status', status: 401, times: 1 },
      ],
    },
  )
  await stage.lead('lead_1', { phone })
  const journey = await stage.journey('lead_1', found => told(found, 'write_back.refused').length === 1)
  expect(told(journey, 'write_back.refused')).toMatchObject([{ target: 'submission', try: 1, code: 'NOT_FOUND' }])
  stage.clock.advance(60_000)
  expect(await stage.journey('lead_1', isWritten(1))).toMatchObject({ state: 'done', steps: [] })
  expect(written(stage)).toEqual({ 'lead lead_1': ['qualified'] })
})

test('what cannot be written for three days is given up, and somebody is told', async () => {
  const faults = [{ match: patches, kind: 'status', status: 503 } as const]
  const stage = await stageWith({ writeBack: { lead: true } }, { ...ended('qualified'), faults })
  await stage.lead('lead_1', { phone })
  await stage.journey('lead_1', isOver)
  const journey = await eventually(async () => {
    stage.clock.advance(12 * HOUR_MS)
    return stage.journey('lead_1', found => told(found, 'write_back.given_up').length === 1, 100)
  })
  expect(journey).toMatchObject({ state: 'done', steps: [] })
  expect(told(journey, 'write_back.put_off')).toHaveLength(1)
  // Said once it is written down.
  const alarm = expect.objectContaining({ msg: 'write_back.given_up', alert: true })
  await eventually(() => expect(stage.lines).toContainEqual(alarm))
  using reader = await openLedger(stage.env)
  expect(await reader.left()).toBe(0)
})

test('under a pause of everything it goes on: nobody is called, texted or told of a conversion by it', async () => {
  const stage = await stageWith({}, { scripts: { '*': [{ status: 'qualified', lengthMs: 600_000 }] }, timeScale: 1 })
  await stage.lead('lead_1', { phone })
  await stage.journey('lead_1', ({ state }) => state === 'in_call')
  await stage.api('/pause', { method: 'POST' })
  stage.clock.advance(600_000)
  await stage.journey('lead_1', isWritten(2))
  expect(written(stage)).toMatchObject({ 'lead lead_1': ['qualified'] })
})
