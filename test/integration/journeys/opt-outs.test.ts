import { expect, test } from 'vitest'
import {
  answered,
  called,
  effectOf,
  HOUR_MS,
  later,
  noAnswer,
  PHONE,
  patient,
  rows,
  sms,
  timelineOf,
  write,
} from '../../support/heard-lead.ts'
import { isOver, plainCampaign, startStage } from '../../support/stage.ts'

test("a vendor's refusal that says do not call suppresses the number, of a call and of a text; another refusal does not", async () => {
  const refuse = { code: 'VALIDATION_ERROR', message: 'Lead is on the Do Not Call list' }
  const stage = await startStage({
    campaigns: [
      { ...plainCampaign, followUps: [{ id: 'now', sms: sms('Hello') }] },
      { ...plainCampaign, id: 'solar', trigger: {} },
    ],
    control: {
      scripts: {
        lead_1: [{ refuse }],
        lead_3: [{ status: 'completed', lengthMs: 10 }],
        lead_4: [{ refuse: { code: 'VALIDATION_ERROR', message: 'Outside of operating hours' } }],
      },
      faults: [
        {
          match: { path: '/sms/send' },
          kind: 'status',
          status: 400,
          body: { success: false, error: { code: 'SMS_FAILED', message: 'Error 21610: unsubscribed recipient' } },
        },
      ],
    },
  })
  await stage.lead('lead_1', { phone: PHONE })
  const refused = await stage.journey('lead_1', isOver)
  expect(refused).toMatchObject({ state: 'stopped', reason: 'refused' })
  expect(timelineOf(refused)).toContain('number.suppressed')
  expect(await rows(stage)).toMatchObject([
    { phone: PHONE, channels: ['voice', 'sms'], reason: 'the vendor refused: do not contact', by: refused.id },
  ])
  await stage.send('call.requested', { campaign: 'solar', leadId: 'lead_2', phone: PHONE })
  expect(await stage.journey('lead_2', isOver)).toMatchObject({ state: 'stopped', reason: 'suppressed' })

  await stage.lead('lead_3', { phone: '+12025550124' })
  expect(effectOf(await stage.journey('lead_3', isOver), 'now')).toMatchObject({ state: 'refused' })
  await stage.lead('lead_4', { phone: '+12025550125' })
  expect(await stage.journey('lead_4', isOver)).toMatchObject({ state: 'stopped', reason: 'refused' })
  expect((await rows(stage)).map(({ phone }) => phone)).toEqual(['+12025550124', PHONE])
})

test('START takes back what the number itself wrote and nothing else, in the order in which it was written', async () => {
  const stage = await startStage({
    campaigns: [{ ...plainCampaign, followUps: [later({ cancelOn: [] })] }],
    control: { scripts: answered },
  })
  await write(stage, 'STOP')
  expect(await rows(stage)).toHaveLength(1)
  await write(stage, 'yes start')
  await write(stage, 'YES')
  expect(await rows(stage)).toHaveLength(1)
  await write(stage, 'START')
  expect(await rows(stage)).toEqual([])

  // What an operator, an event or a vendor said stands.
  for (const stated of ['api', 'event']) {
    if (stated === 'api')
      await stage.api('/suppressions', { json: { phone: PHONE, channels: ['voice'], reason: 'asked on the phone' } })
    else await stage.event(String((await stage.send('lead.opted_out', { phone: PHONE })).body['eventId']))
    await write(stage, 'STOP')
    await write(stage, 'UNSTOP')
    const [row] = await rows(stage)
    expect(row).toMatchObject({ channels: stated === 'api' ? ['voice'] : ['voice', 'sms'] })
    expect(row?.['reason']).toBe(stated === 'api' ? 'asked on the phone' : 'opted out')
    expect((await stage.api(`/suppressions/${encodeURIComponent(PHONE)}`, { method: 'DELETE' })).status).toBe(204)
  }

  // Between the plan of a text and its time: it goes out, for its campaign does not mind.
  await stage.lead('lead_1', { phone: PHONE })
  await stage.journey('lead_1', ({ state }) => state === 'following_up')
  await write(stage, 'stop')
  await write(stage, 'start')
  // The thread shows the old STOP alone: it was heard, and taken back since.
  stage.simulator.control({ inbound: [{ leadId: 'lead_1', text: 'STOP', at: stage.clock.now() - 60_000 }] })
  stage.clock.advance(HOUR_MS)
  expect(effectOf(await stage.journey('lead_1', isOver), 'later')).toMatchObject({ state: 'done' })
})

test('START of one number of a lead says nothing of its other number', async () => {
  const stage = await startStage({ campaigns: [patient], control: { scripts: noAnswer } })
  await called(stage)
  const other = '+12025550188'
  await write(stage, 'STOP', { phone: other, leadId: 'lead_1' })
  expect((await rows(stage)).map(({ phone }) => phone).sort()).toEqual([PHONE, other])
  await write(stage, 'START', { phone: other, leadId: 'lead_1' })
  expect((await rows(stage)).map(({ phone }) => phone)).toEqual([PHONE])
  await write(stage, 'START', { leadId: 'lead_1' })
  expect(await rows(stage)).toEqual([])
})

test('what a person took back is not read again out of the same text', async () => {
  const stage = await startStage({
    campaigns: [{ ...plainCampaign, followUps: [later()] }],
    control: { scripts: answered, leads: [{ leadId: 'lead_1', phone: PHONE }] },
  })
  stage.simulator.control({ inbound: [{ leadId: 'lead_1', text: 'You could stop the work at five, could you not' }] })
  await stage.lead('lead_1', { phone: PHONE })
  await stage.journey('lead_1', ({ state }) => state === 'following_up')
  stage.simulator.control({ inbound: [{ leadId: 'lead_1', text: 'Stop sending the wrong invoice' }] })
  const at = stage.simulator.truth().now
  await write(stage, 'Stop sending the wrong invoice', { phone: PHONE, sentAt: new Date(at + 1).toISOString() })
  const [row] = await rows(stage, '?inferred=true')
  expect(row).toMatchObject({ inferred: true, words: 'Stop sending the wrong invoice' })
  await stage.api(`/suppressions/${encodeURIComponent(PHONE)}`, { method: 'DELETE' })
  stage.clock.advance(HOUR_MS)
  expect(effectOf(await stage.journey('lead_1', isOver), 'later')).toMatchObject({ state: 'done' })
  expect(await rows(stage)).toEqual([])
})
