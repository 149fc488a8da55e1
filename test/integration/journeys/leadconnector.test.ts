import { expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { announce, contact, done, frontDesk, ring, startFrontDesk } from '../../support/leadconnector-stage.ts'
import { openLedger } from '../../support/list-journeys.ts'
import type { Stage } from '../../support/stage.ts'

const ask = (stage: Stage, index: number) =>
  stage.send('call.requested', { campaign: 'front-desk', leadId: `contact_${index}`, phone: contact(index).phone })

test('a call that was asked for is one journey, which the log of the call ends', async () => {
  const stage = await startFrontDesk({
    control: {
      scripts: {
        contact_1: [
          { status: 'no-answer', lengthMs: 100 },
          { status: 'qualified', lengthMs: 100 },
        ],
      },
    },
  })
  announce(stage)
  await stage.send('call.requested', { campaign: 'front-desk', leadId: 'contact_1', phone: contact(1).phone })
  await done(stage, 1)
  const ledger = await openLedger(stage.env, stage.clock)
  const [id = ''] = await ledger.leads.journeysOf('contact_1')
  const journey = await ledger.journeys.load(id)
  expect(journey?.attempts.map(({ state, outcome }) => ({ state, outcome }))).toEqual([
    { state: 'ended', outcome: 'no_answer' },
    { state: 'ended', outcome: 'qualified' },
  ])
  expect(new Set(journey?.attempts.map(({ interactionId }) => interactionId)).size).toBe(2)
  const { calls: placed, texts } = stage.simulator.truth()
  expect(placed).toHaveLength(2)
  expect(texts).toHaveLength(1)
  const walked = () =>
    stage.lines.filter(({ job, result }) => job === 'find-interactions' && result === 'walked').length
  const before = walked()
  await eventually(() => expect(walked()).toBeGreaterThan(before + 2))
  expect((await stage.campaign('front-desk')).progress.total).toBe(1)
})

test('an enrolment whose answer was lost is one call: it is waited for, never repeated while it may come', async () => {
  const stage = await startFrontDesk({
    // Its looks are over long before the call comes; the walk does not help.
    campaign: { poll: { ...frontDesk.poll, deadline: 'PT20S', walk: 'PT60S' } },
    overrides: { requestTimeoutMs: 300 },
    control: {
      timeScale: 1,
      leadconnector: { enrolmentMs: 5_000 },
      scripts: { contact_1: [{ status: 'qualified', lengthMs: 100 }] },
      faults: [{ match: { method: 'POST', path: '/workflow/' }, kind: 'reset_after', times: 1 }],
    },
  })
  await stage.send('call.requested', { campaign: 'front-desk', leadId: 'contact_1', phone: contact(1).phone })
  await done(stage, 1)
  expect(stage.simulator.truth().calls).toHaveLength(1)
  expect(stage.simulator.truth().duplicates).toMatchObject({ calls: [] })
}, 60_000)

test('a lead who rings while our own call is still to come ends nothing of ours', async () => {
  const stage = await startFrontDesk({
    control: {
      timeScale: 1,
      leadconnector: { enrolmentMs: 2_500 },
      scripts: { contact_1: [{ status: 'qualified', lengthMs: 50 }] },
    },
  })
  await ask(stage, 1)
  await eventually(async () => expect((await stage.campaign('front-desk')).progress['in_call']).toBe(1))
  ring(stage, { contactId: 'contact_1', direction: 'inbound', status: 'no_answer' })
  await done(stage, 1)
  expect(await stage.campaign('front-desk')).toMatchObject({ outcomes: { qualified: 1 } })
  const { calls: placed, foreignCalls, conversions } = stage.simulator.truth()
  expect([placed.length, foreignCalls.length, conversions.events.length]).toEqual([1, 1, 1])
  const ledger = await openLedger(stage.env, stage.clock)
  const [id = ''] = await ledger.leads.journeysOf('contact_1')
  expect((await ledger.journeys.load(id))?.attempts).toMatchObject([{ interactionId: placed[0]?.interactionId }])
})

test('a call from before is not taken for the one that comes next', async () => {
  const stage = await startFrontDesk({
    campaign: { dial: { ...frontDesk.dial, retry: { no_answer: ['PT1S'] } } },
    control: {
      timeScale: 1,
      leadconnector: { enrolmentMs: 100 },
      scripts: {
        contact_1: [
          { status: 'no-answer', lengthMs: 50 },
          { status: 'qualified', lengthMs: 50 },
        ],
      },
    },
  })
  await ask(stage, 1)
  await eventually(async () => expect((await stage.campaign('front-desk')).progress['scheduled']).toBe(1))
  ring(stage, { contactId: 'contact_1', direction: 'inbound', status: 'completed' })
  await done(stage, 1)
  const placed = stage.simulator.truth().calls
  expect(placed).toHaveLength(2)
  const ledger = await openLedger(stage.env, stage.clock)
  const [id = ''] = await ledger.leads.journeysOf('contact_1')
  const journey = await ledger.journeys.load(id)
  expect(journey?.attempts.map(({ interactionId }) => interactionId)).toEqual(
    placed.map(({ interactionId }) => interactionId),
  )
})

test('a lead who rings is called no more where the campaign says so', async () => {
  const stage = await startFrontDesk({
    campaign: { dial: { ...frontDesk.dial, retry: { no_answer: ['PT5S'] }, stopOn: ['inbound_call'] } },
    control: { timeScale: 1, scripts: { contact_1: [{ status: 'no-answer', lengthMs: 50 }] } },
  })
  await ask(stage, 1)
  await eventually(async () => expect((await stage.campaign('front-desk')).progress['scheduled']).toBe(1))
  ring(stage, { contactId: 'contact_1', direction: 'inbound', status: 'completed' })
  await eventually(async () => expect((await stage.campaign('front-desk')).progress['stopped']).toBe(1))
  expect(stage.simulator.truth().calls).toHaveLength(1)
})

test('a call that came to nothing does not take the next one for its own', async () => {
  const stage = await startFrontDesk({
    campaign: {
      trigger: { ...frontDesk.trigger, reentry: 'PT0S' },
      poll: { ...frontDesk.poll, deadline: 'PT0.5S' },
    },
    control: { leadconnector: { workflows: { wf_1: 'agent_elsewhere' } } },
  })
  await ask(stage, 1)
  await eventually(async () => expect((await stage.campaign('front-desk')).outcomes).toEqual({ timed_out: 1 }))
  const ledger = await openLedger(stage.env, stage.clock)
  const [id = ''] = await ledger.leads.journeysOf('contact_1')
  await eventually(async () => expect((await ledger.journeys.load(id))?.steps).toEqual([]))
  ring(stage, { contactId: 'contact_1', status: 'qualified' })
  await done(stage, 2)
  expect((await stage.campaign('front-desk')).outcomes).toEqual({ timed_out: 1, qualified: 1 })
})
