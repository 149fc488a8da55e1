import { expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import {
  answered,
  called,
  effectOf,
  HOUR_MS,
  noAnswer,
  PHONE,
  patient,
  rows,
  sms,
  textsOf,
} from '../../support/heard-lead.ts'
import { isOver, plainCampaign, startStage } from '../../support/stage.ts'

/** What the vendor shows of a lead is asked for right before it is texted, or called again. */

test('a STOP that stands in the thread alone is found before the text, which is skipped; the number stays suppressed', async () => {
  const stage = await startStage({
    campaigns: [{ ...plainCampaign, followUps: [{ id: 'now', sms: sms('Hello') }] }],
    control: {
      scripts: answered,
      leads: [{ leadId: 'lead_1', phone: PHONE }],
      inbound: [{ leadId: 'lead_1', text: 'STOP', at: Date.now() - 90 * 24 * HOUR_MS }],
    },
  })
  await stage.lead('lead_1', { phone: PHONE })
  const journey = await stage.journey('lead_1', isOver)
  expect(effectOf(journey, 'now')).toMatchObject({ state: 'skipped', why: 'the lead has opted out' })
  expect(await rows(stage)).toMatchObject([
    { reason: 'opted out by text', by: expect.stringMatching(/^interaction int_/) },
  ])
  expect(textsOf(stage)).toEqual([])
})

test('a STOP in the thread is found before a further call, not before the first, and costs one request each', async () => {
  const leads = [{ leadId: 'lead_1', phone: PHONE }]
  const stage = await startStage({ campaigns: [patient], control: { scripts: noAnswer, leads } })
  await called(stage)
  const asked = () => stage.simulator.truth().requests.byRoute['GET /interactions/lead/:leadId'] ?? 0
  expect(asked()).toBe(0)
  stage.clock.advance(HOUR_MS)
  await stage.journey('lead_1', ({ attempts }) => attempts[1]?.state === 'ended')
  expect(asked()).toBe(1)
  stage.simulator.control({ inbound: [{ leadId: 'lead_1', text: 'please stop calling' }] })
  stage.clock.advance(HOUR_MS)
  expect(await stage.journey('lead_1', isOver)).toMatchObject({ state: 'stopped', reason: 'suppressed' })
  expect(asked()).toBe(2)
  expect(await rows(stage)).toMatchObject([{ phone: PHONE, inferred: true, words: 'please stop calling' }])
  expect(stage.simulator.truth().calls).toHaveLength(2)
})

test('while the vendor cannot be asked nothing is sent or called; when it can, both go on', async () => {
  const stage = await startStage({
    campaigns: [{ ...patient, followUps: [{ id: 'now', when: { outcome: ['no_answer'] }, sms: sms('Hello') }] }],
    control: { scripts: noAnswer, faults: [{ match: { path: '/interactions/lead/' }, kind: 'status', status: 503 }] },
  })
  await called(stage)
  await stage.journey('lead_1', ({ steps }) => steps.some(({ kind, why }) => kind === 'text' && why !== undefined))
  stage.clock.advance(HOUR_MS)
  await stage.journey('lead_1', ({ steps }) => steps.some(({ kind, why }) => kind === 'dial' && why !== undefined))
  expect([stage.simulator.truth().calls.length, textsOf(stage)]).toEqual([1, []])
  stage.simulator.control({ faults: [] })
  stage.clock.advance(300_000)
  await stage.journey('lead_1', ({ attempts }) => attempts[1]?.state === 'ended')
  await eventually(() => expect(textsOf(stage)).toEqual(['Hello']))
})

test('a text that nobody could ask about for a day is given up', async () => {
  const stage = await startStage({
    campaigns: [{ ...plainCampaign, followUps: [{ id: 'now', sms: sms('Hello') }] }],
    control: { scripts: answered, faults: [{ match: { path: '/interactions/lead/' }, kind: 'status', status: 503 }] },
  })
  await stage.lead('lead_1', { phone: PHONE })
  await stage.journey('lead_1', ({ steps }) => steps.some(({ why }) => why !== undefined))
  stage.clock.advance(25 * HOUR_MS)
  expect(effectOf(await stage.journey('lead_1', isOver), 'now')).toMatchObject({ state: 'expired' })
  expect(textsOf(stage)).toEqual([])
})

test('calls that others made count in the number’s budget', async () => {
  const stage = await startStage({
    campaigns: [{ ...patient, dial: { ...patient.dial, maxPer24h: 3, minGap: 'PT30M', notAfter: 'PT20H' } }],
    control: { scripts: noAnswer, leads: [{ leadId: 'lead_1', phone: PHONE }] },
  })
  await called(stage)
  stage.clock.advance(HOUR_MS - 600_000)
  stage.simulator.control({ foreignCalls: [{ leadId: 'lead_1', status: 'no_answer' }] })
  stage.clock.advance(600_000)
  // Ten minutes after a colleague's call: the gap is kept.
  const waiting = await stage.journey('lead_1', ({ steps }) => steps.some(({ why }) => why === 'budget'))
  const leftMs = Date.parse(waiting.nextAt ?? '') - stage.clock.now()
  expect(leftMs).toBeGreaterThan(18 * 60_000)
  expect(leftMs).toBeLessThan(21 * 60_000)
  stage.clock.advance(leftMs + 1_000)
  await stage.journey('lead_1', ({ attempts }) => attempts[1]?.state === 'ended')
  // Two of ours and one of theirs within the day: there is no third.
  stage.clock.advance(HOUR_MS)
  expect(await stage.journey('lead_1', isOver)).toMatchObject({ state: 'stopped', reason: 'budget_spent' })
  expect(stage.simulator.truth().calls).toHaveLength(2)
})
