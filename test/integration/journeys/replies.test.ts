import { expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
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
  textsOf,
  timelineOf,
  write,
} from '../../support/heard-lead.ts'
import { isOver, plainCampaign, startStage } from '../../support/stage.ts'

const stopping = (...stopOn: string[]) => ({ ...patient, dial: { ...patient.dial, stopOn } })

test('stopOn: a reply or a call of the lead ends the dialing, as it is heard of and as it is found', async () => {
  const stage = await startStage({ campaigns: [stopping('reply', 'inbound_call')], control: { scripts: noAnswer } })
  // Heard of: at once, an hour before the next call.
  await called(stage)
  const event = await write(stage, 'Yes, tomorrow is fine')
  const replied = await stage.journey('lead_1', isOver)
  expect(replied).toMatchObject({ state: 'stopped', reason: 'reply' })
  expect(event).toMatchObject({ state: 'processed', journeys: [replied.id] })
  expect(timelineOf(replied)).toContain('lead.replied')

  // Found: right before the next call.
  const others = { lead_2: '+12025550124', lead_3: '+12025550125', lead_4: '+12025550126' }
  for (const [leadId, phone] of Object.entries(others)) {
    await stage.lead(leadId, { phone })
    await stage.journey(leadId, ({ attempts }) => attempts[0]?.state === 'ended')
  }
  stage.simulator.control({
    inbound: [
      { leadId: 'lead_2', text: 'Who is this?' },
      // Before the journey began: an old story.
      { leadId: 'lead_4', text: 'Who is this?', at: stage.clock.now() - HOUR_MS },
    ],
    inboundCalls: [{ leadId: 'lead_3' }, { leadId: 'lead_4', createdAgoMs: HOUR_MS }],
  })
  stage.clock.advance(HOUR_MS)
  expect(await stage.journey('lead_2', isOver)).toMatchObject({ state: 'stopped', reason: 'reply' })
  expect(await stage.journey('lead_3', isOver)).toMatchObject({ state: 'stopped', reason: 'inbound_call' })
  await stage.journey('lead_4', ({ attempts }) => attempts[1]?.state === 'ended')
  expect(stage.simulator.truth().calls).toHaveLength(5)
  expect(await rows(stage)).toEqual([])
})

test('a reply while a call is going on costs nothing of what follows from the call, and no further call is made', async () => {
  const stage = await startStage({
    campaigns: [
      { ...stopping('reply'), followUps: [{ id: 'missed', when: { outcome: ['no_answer'] }, sms: sms('Hello') }] },
    ],
    control: { timeScale: 1, scripts: { '*': [{ status: 'no_answer', lengthMs: 700 }] } },
  })
  await stage.lead('lead_1', { phone: PHONE })
  await stage.journey('lead_1', ({ state }) => state === 'in_call')
  await write(stage, 'I am driving')
  await stage.journey('lead_1', ({ attempts }) => attempts[0]?.state === 'ended')
  await eventually(() => expect(textsOf(stage)).toEqual(['Hello']))
  stage.clock.advance(HOUR_MS)
  expect(await stage.journey('lead_1', isOver)).toMatchObject({ state: 'stopped', reason: 'reply' })
  expect(stage.simulator.truth().calls).toHaveLength(1)
})

test('without stopOn and cancelOn a reply ends nothing; cancelOn reply calls off texts planned before and after', async () => {
  const stage = await startStage({
    campaigns: [
      {
        ...patient,
        followUps: [
          later({ cancelOn: ['reply'] }),
          { id: 'anyway', sms: sms('Anyway', { delay: 'PT30M', cancelOn: [] }) },
          { id: 'second', when: { lastAttempt: true }, sms: sms('Second', { cancelOn: ['opt_out', 'reply'] }) },
        ],
      },
    ],
    control: { scripts: noAnswer },
  })
  await called(stage)
  await write(stage, 'Who is this?')
  const heard = await stage.journey('lead_1', journey => timelineOf(journey).includes('lead.replied'))
  expect(effectOf(heard, 'later')).toMatchObject({ state: 'skipped', why: 'the lead has replied' })
  expect(heard).toMatchObject({ state: 'scheduled' })
  stage.clock.advance(HOUR_MS)
  await stage.journey('lead_1', ({ attempts }) => attempts[1]?.state === 'ended')
  stage.clock.advance(HOUR_MS)
  const over = await stage.journey('lead_1', isOver)
  expect(over.attempts).toHaveLength(3)
  expect(effectOf(over, 'second')).toMatchObject({ state: 'skipped', why: 'the lead has replied' })
  expect(textsOf(stage)).toEqual(['Anyway'])
})

test('a reply that stands in the thread alone calls a text off right before it', async () => {
  const stage = await startStage({
    campaigns: [{ ...plainCampaign, followUps: [later({ cancelOn: ['reply'] })] }],
    control: { scripts: answered },
  })
  await stage.lead('lead_1', { phone: PHONE })
  await stage.journey('lead_1', ({ state }) => state === 'following_up')
  stage.simulator.control({ inbound: [{ leadId: 'lead_1', text: 'Thanks for the call' }] })
  stage.clock.advance(HOUR_MS)
  expect(effectOf(await stage.journey('lead_1', isOver), 'later')).toMatchObject({ state: 'skipped' })
  expect(textsOf(stage)).toEqual([])
})
