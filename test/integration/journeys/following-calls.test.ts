import { expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { isOver, plainCampaign, type Stage, startStage } from '../../support/stage.ts'

const HOUR_MS = 3_600_000

/** When the simulator was asked for the interaction, ms. */
function looks(stage: Stage): number[] {
  return stage.simulator
    .requests()
    .filter(({ route }) => route === 'GET /interactions/:interactionId')
    .map(({ at }) => at)
}

test('looks keep within the campaign’s bounds', async () => {
  const poll = { first: 'PT0.3S', min: 'PT0.1S', max: 'PT0.4S', deadline: 'PT1H' }
  const stage = await startStage({
    campaigns: [{ ...plainCampaign, poll }],
    control: { requestLog: true, timeScale: 1, scripts: { lead_1: [{ status: 'completed', lengthMs: 4_000 }] } },
  })
  await stage.lead('lead_1', { phone: '+12025550123' })
  await stage.journey('lead_1', isOver)

  const at = looks(stage)
  const placedAt = Number(stage.simulator.truth().calls[0]?.at)
  expect(Number(at[0]) - placedAt).toBeGreaterThanOrEqual(300)
  const gaps = at.slice(1).map((time, index) => time - Number(at[index]))
  // The lower bound is exact. The upper one is the wish plus what a round of the scheduler and a request take here.
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(95)
  expect(Math.max(...gaps)).toBeLessThan(400 + 600)
  expect(at.length).toBeLessThan(30)
})

test('a hint looks at once, and only a look tells what the call came to', async () => {
  const poll = { first: 'PT1H', min: 'PT1H', max: 'PT1H', deadline: 'PT5H' }
  const stage = await startStage({
    campaigns: [{ ...plainCampaign, poll }],
    control: { scripts: { lead_1: [{ status: 'qualified', lengthMs: 10 }] } },
  })
  await stage.lead('lead_1', { phone: '+12025550123' })
  const live = await stage.journey('lead_1', ({ state }) => state === 'in_call')
  const interactionId = live.attempts[0]?.interactionId
  const hint = await stage.send('call.ended', { provider: 'leadsail', interactionId })
  expect(await stage.journey('lead_1', isOver)).toMatchObject({ state: 'done', outcome: 'qualified' })
  expect(await stage.event(String(hint.body['eventId']))).toMatchObject({ state: 'processed', journeys: [live.id] })

  const foreign = await stage.send('call.ended', { provider: 'leadsail', interactionId: 'int_of_somebody_else' })
  expect(await stage.event(String(foreign.body['eventId']))).toMatchObject({ state: 'ignored' })
})

test('a hint that comes too early changes nothing but one look', async () => {
  const stage = await startStage({
    campaigns: [{ ...plainCampaign, poll: { first: 'PT1H', min: 'PT1H', max: 'PT1H', deadline: 'PT5H' } }],
    control: { requestLog: true, scripts: { lead_1: [{ status: 'completed', neverEnds: true }] } },
  })
  await stage.lead('lead_1', { phone: '+12025550123' })
  const live = await stage.journey('lead_1', ({ state }) => state === 'in_call')
  await stage.send('call.ended', { provider: 'leadsail', interactionId: live.attempts[0]?.interactionId })
  await stage.journey('lead_1', ({ attempts }) => attempts[0]?.looks === 1)
  expect(looks(stage)).toHaveLength(1)
  expect(await stage.journey('lead_1', () => true)).toMatchObject({ state: 'in_call' })
})

test('a call that never reports times out at its deadline, frees the number and is not dialed again; its late end is noted', async () => {
  const dial = { ...plainCampaign.dial, retry: { no_answer: ['PT0S'] } }
  const followUps = [{ id: 'sorry', when: { outcome: ['answered'] }, sms: { text: 'Hello', window: '00:00-24:00' } }]
  const stage = await startStage({
    campaigns: [
      { ...plainCampaign, dial, followUps, poll: { first: 'PT1H', min: 'PT1H', max: 'PT1H', deadline: 'PT2H' } },
      { ...plainCampaign, id: 'solar', trigger: {} },
    ],
    control: { timeScale: 1, scripts: { lead_1: [{ status: 'completed', lengthMs: 3 * HOUR_MS }] } },
  })
  await stage.lead('lead_1', { phone: '+12025550123' })
  const live = await stage.journey('lead_1', ({ state }) => state === 'in_call')
  stage.clock.advance(HOUR_MS)
  await stage.journey('lead_1', ({ attempts }) => attempts[0]?.looks === 1)
  stage.clock.advance(HOUR_MS)
  const timedOut = await stage.journey('lead_1', isOver)
  expect(timedOut).toMatchObject({ state: 'done', outcome: 'timed_out' })
  expect(timedOut.effects.map(({ kind }) => kind)).toEqual(['call'])

  // The number is free for others although the call was never seen to end.
  await stage.send('call.requested', { campaign: 'solar', leadId: 'lead_2', phone: '+12025550123' })
  await stage.journey('lead_2', ({ state }) => state === 'in_call')

  stage.clock.advance(HOUR_MS)
  await stage.send('call.ended', { provider: 'leadsail', interactionId: live.attempts[0]?.interactionId })
  const late = await eventually(async () => {
    const { body } = await stage.api<typeof live>(`/journeys/${live.id}`)
    expect(body.timeline.at(-1)).toMatchObject({ what: 'call.ended_late', outcome: 'answered' })
    return body
  })
  expect(late).toMatchObject({ state: 'done', outcome: 'timed_out' })
  expect(stage.simulator.truth().texts).toEqual([])
})

test('without any hint a late end is found by one more look', async () => {
  const poll = { first: 'PT1H', min: 'PT1H', max: 'PT1H', deadline: 'PT1H' }
  const stage = await startStage({
    campaigns: [{ ...plainCampaign, poll }],
    control: { timeScale: 1, scripts: { lead_1: [{ status: 'completed', lengthMs: 1.5 * HOUR_MS }] } },
  })
  await stage.lead('lead_1', { phone: '+12025550123' })
  await stage.journey('lead_1', ({ state }) => state === 'in_call')
  stage.clock.advance(HOUR_MS)
  await stage.journey('lead_1', isOver)
  stage.clock.advance(HOUR_MS)
  await stage.journey('lead_1', ({ timeline }) => timeline.at(-1)?.what === 'call.ended_late')
})

test('a status that nobody knows parks the journey, alerts and follows up on nothing', async () => {
  const stage = await startStage({
    campaigns: [
      {
        ...plainCampaign,
        dial: { ...plainCampaign.dial, retry: { no_answer: ['PT0S'] } },
        followUps: [{ id: 'always', sms: { text: 'Hello', window: '00:00-24:00' } }],
      },
    ],
    control: { scripts: { lead_1: [{ status: 'weird_status' }] } },
  })
  await stage.lead('lead_1', { phone: '+12025550123' })
  const journey = await stage.journey('lead_1', isOver)
  expect(journey).toMatchObject({ state: 'parked', outcome: 'unmapped' })
  expect(journey.effects).toMatchObject([
    { kind: 'call', state: 'parked', why: expect.stringContaining('weird_status') },
  ])
  expect(stage.lines.filter(line => line['msg'] === 'outcome.unmapped')).toMatchObject([
    { alert: true, level: 'error' },
  ])
  const truth = stage.simulator.truth()
  expect([truth.calls.length, truth.texts.length]).toEqual([1, 0])
})

test('a campaign may map a status of its own', async () => {
  const stage = await startStage({
    campaigns: [{ ...plainCampaign, outcomes: { weird_status: 'answered' } }],
    control: { scripts: { lead_1: [{ status: 'weird_status' }] } },
  })
  await stage.lead('lead_1', { phone: '+12025550123' })
  expect(await stage.journey('lead_1', isOver)).toMatchObject({ state: 'done', outcome: 'answered' })
})

test('a summary that comes after the status is picked up by one more look, and rules see it', async () => {
  const script = { status: 'completed', lengthMs: 10, spokenTo: true, summary: 'Wants a QUOTE for the roof.' }
  const stage = await startStage({
    campaigns: [
      {
        ...plainCampaign,
        poll: { ...plainCampaign.poll, first: 'PT0.5S', settle: 'PT2S' },
        followUps: [
          {
            id: 'quote',
            when: { summary: 'quote|estimate' },
            sms: { text: 'About: {{ call.summary }}', window: '00:00-24:00' },
          },
          { id: 'other', when: { summary: 'complaint' }, sms: { text: 'Sorry', window: '00:00-24:00' } },
        ],
      },
    ],
    control: {
      requestLog: true,
      timeScale: 1,
      scripts: { lead_1: [{ ...script, summaryAfterMs: 1_500 }], lead_2: [{ ...script, summaryAfterMs: HOUR_MS }] },
    },
  })
  await stage.lead('lead_1', { phone: '+12025550121' })
  await stage.lead('lead_2', { phone: '+12025550122' })
  const journey = await stage.journey('lead_1', isOver)
  expect(journey.attempts[0]?.looks).toBe(2)
  expect(stage.simulator.truth().texts).toMatchObject([
    { leadId: 'lead_1', text: 'About: Wants a QUOTE for the roof.' },
  ])

  // It is waited for once, not for ever.
  const other = await stage.journey('lead_2', isOver)
  expect(other.attempts[0]?.looks).toBe(2)
  expect(other).toMatchObject({ state: 'done', outcome: 'answered' })
  expect(stage.simulator.truth().texts).toHaveLength(1)
})
