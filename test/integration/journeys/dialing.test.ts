import { expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { isOver, plainCampaign, startStage } from '../../support/stage.ts'

const HOUR_MS = 3_600_000

/** `HH:MM` in UTC, some hours from an instant. */
const clockTime = (at: number, hours: number) => new Date(at + hours * HOUR_MS).toISOString().slice(11, 16)

test('outside the calling window nobody is called; at its opening they are', async () => {
  const now = Date.now()
  const windows = { 'mon-sun': `${clockTime(now, 2)}-${clockTime(now, 4)}` }
  const stage = await startStage({
    campaigns: [{ ...plainCampaign, dial: { ...plainCampaign.dial, windows, timezone: 'UTC' } }],
  })
  await stage.send('call.requested', { campaign: 'roof', leadId: 'lead_1', phone: '+12125550123', timezone: 'UTC' })

  const waiting = await stage.journey('lead_1', journey => journey.steps[0]?.why === 'window')
  expect(waiting).toMatchObject({ state: 'scheduled', attempts: [] })
  expect(waiting.timeline.filter(entry => entry.what === 'window')).toHaveLength(1)
  expect(waiting.nextAt?.slice(11, 16)).toBe(clockTime(now, 2))
  expect(stage.simulator.truth().calls).toEqual([])

  stage.clock.advance(2 * HOUR_MS)
  await stage.journey('lead_1', isOver)
  expect(stage.simulator.truth().calls).toHaveLength(1)
})

test('a lead whose windows are all past its time is stopped, expired, without a call', async () => {
  const now = Date.now()
  const dial = {
    windows: { 'mon-sun': `${clockTime(now, 5)}-${clockTime(now, 6)}` },
    timezone: 'UTC',
    notAfter: 'PT2H',
  }
  const stage = await startStage({ campaigns: [{ ...plainCampaign, dial }] })
  await stage.send('call.requested', { campaign: 'roof', leadId: 'lead_1', phone: '+12125550123', timezone: 'UTC' })
  expect(await stage.journey('lead_1', isOver)).toMatchObject({ state: 'stopped', reason: 'expired', attempts: [] })
  expect(stage.simulator.truth().calls).toEqual([])
})

test('each outcome takes its own delays, in the order they occur, until the attempts are spent', async () => {
  const dial = {
    ...plainCampaign.dial,
    maxAttempts: 4,
    maxPer24h: 10,
    retry: { no_answer: ['PT1H', 'PT3H'], busy: ['PT30M'] },
  }
  const stage = await startStage({
    campaigns: [{ ...plainCampaign, dial }],
    control: { scripts: { lead_1: ['no_answer', 'busy', 'no_answer', 'no_answer'].map(status => ({ status })) } },
  })
  await stage.lead('lead_1', { phone: '+12025550123' })

  const delays: number[] = []
  for (const [attempt, delayMs] of [HOUR_MS, HOUR_MS / 2, 3 * HOUR_MS].entries()) {
    const journey = await stage.journey(
      'lead_1',
      ({ state, attempts }) => state === 'scheduled' && attempts.length === attempt + 1,
    )
    const ended = Date.parse(journey.attempts[attempt]?.endedAt ?? '')
    delays.push(Date.parse(journey.nextAt ?? '') - ended)
    stage.clock.advance(delayMs)
  }
  expect(delays).toEqual([HOUR_MS, HOUR_MS / 2, 3 * HOUR_MS])

  const journey = await stage.journey('lead_1', isOver)
  expect(journey).toMatchObject({ state: 'done', outcome: 'no_answer' })
  expect(journey.attempts.map(attempt => attempt.outcome)).toEqual(['no_answer', 'busy', 'no_answer', 'no_answer'])
  expect(stage.simulator.truth().calls).toHaveLength(4)
})

test('an outcome without a delay is not tried again; a retry past the time of the lead is not made', async () => {
  const dial = { ...plainCampaign.dial, retry: { busy: ['P2D'] }, notAfter: 'P1D' }
  const stage = await startStage({
    campaigns: [{ ...plainCampaign, dial }],
    control: { scripts: { lead_1: [{ status: 'no_answer' }], lead_2: [{ status: 'busy' }] } },
  })
  await stage.lead('lead_1', { phone: '+12025550121' })
  await stage.lead('lead_2', { phone: '+12025550122' })
  expect(await stage.journey('lead_1', isOver)).toMatchObject({ state: 'done', outcome: 'no_answer' })
  expect(await stage.journey('lead_2', isOver)).toMatchObject({ state: 'stopped', reason: 'expired', outcome: 'busy' })
})

test('one number: its 24 hours and its live call are shared by two campaigns and survive a restart', async () => {
  const dial = { ...plainCampaign.dial, maxAttempts: 3, maxPer24h: 3, retry: { no_answer: ['PT0S', 'PT0S'] } }
  const stage = await startStage({
    campaigns: [
      { ...plainCampaign, dial },
      { ...plainCampaign, id: 'solar', dial },
    ],
    control: { scripts: { '*': [{ status: 'no_answer', lengthMs: 30_000 }] } },
  })
  await stage.lead('lead_1', { phone: '+12025550123' })
  const journeys = await eventually(
    async () => {
      const found = await stage.journeysOf('lead_1')
      expect(found.flatMap(({ steps }) => steps.map(step => step.why))).toContain('budget')
      expect(stage.simulator.truth().calls).toHaveLength(3)
      return found
    },
    { timeoutMs: 25_000 },
  )
  expect(journeys.map(({ campaign }) => campaign).sort()).toEqual(['roof', 'solar'])

  await stage.restart()
  stage.clock.advance(23 * HOUR_MS)
  await eventually(async () => {
    const waiting = (await stage.journeysOf('lead_1')).filter(({ steps }) => steps.some(step => step.why === 'budget'))
    expect(waiting.length).toBeGreaterThan(0)
  })
  expect(stage.simulator.truth().calls).toHaveLength(3)

  // A call counts a minute longer than a day: it was placed after its intent.
  stage.clock.advance(HOUR_MS + 60_000)
  await eventually(async () => expect((await stage.journeysOf('lead_1')).every(isOver)).toBe(true), {
    timeoutMs: 25_000,
  })
  const { calls, duplicates } = stage.simulator.truth()
  expect(calls).toHaveLength(6)
  expect(duplicates?.calls).toEqual([])
  const times = calls.map(call => call.at).sort((a, b) => a - b)
  expect(Number(times[3]) - Number(times[0])).toBeGreaterThan(24 * HOUR_MS)
}, 60_000)

test('the minimum gap counts from the end of the last call to the number', async () => {
  const dial = { ...plainCampaign.dial, minGap: 'PT1H', retry: { no_answer: ['PT1M'] } }
  const stage = await startStage({
    campaigns: [{ ...plainCampaign, dial }],
    control: { scripts: { '*': [{ status: 'no_answer' }] } },
  })
  await stage.lead('lead_1', { phone: '+12025550123' })
  const first = await stage.journey('lead_1', ({ state, attempts }) => state === 'scheduled' && attempts.length === 1)
  expect(Date.parse(first.nextAt ?? '') - Date.parse(first.attempts[0]?.endedAt ?? '')).toBe(HOUR_MS)

  // Another lead with the same number is another journey of the same person.
  await stage.send('call.requested', { campaign: 'roof', leadId: 'lead_2', phone: '+12025550123' })
  await stage.event(
    String(
      (await stage.send('call.requested', { campaign: 'roof', leadId: 'lead_3', phone: '+1 (202) 555-0123' })).body[
        'eventId'
      ],
    ),
    event => event.state === 'joined',
  )
  expect(stage.simulator.truth().calls).toHaveLength(1)
})

test('budget that is spent past the time of the lead stops the journey', async () => {
  const stage = await startStage({
    campaigns: [
      { ...plainCampaign, dial: { ...plainCampaign.dial, maxPer24h: 1 } },
      { ...plainCampaign, id: 'solar', trigger: {}, dial: { ...plainCampaign.dial, maxPer24h: 1, notAfter: 'PT5H' } },
    ],
    control: { scripts: { '*': [{ status: 'completed' }] } },
  })
  await stage.lead('lead_1', { phone: '+12025550123' })
  await stage.journey('lead_1', isOver)
  await stage.send('call.requested', { campaign: 'solar', leadId: 'lead_1', phone: '+12025550123' })
  const stopped = await stage.journey('lead_1', journey => journey.campaign === 'solar' && isOver(journey))
  expect(stopped).toMatchObject({ state: 'stopped', reason: 'budget_spent', attempts: [] })
  expect(stage.simulator.truth().calls).toHaveLength(1)
})

test('progress adds up at every moment', async () => {
  const stage = await startStage({ control: { scripts: { '*': [{ status: 'completed', lengthMs: 200_000 }] } } })
  const leads = Array.from({ length: 60 }, (_, index) => `lead_${index}`)
  const sent = Promise.all(leads.map(leadId => stage.lead(leadId)))
  const totals: number[] = []
  const seen = new Set<string>()
  await eventually(
    async () => {
      const { total, ...states } = (await stage.campaign()).progress
      for (const [state, count] of Object.entries(states)) if (count > 0) seen.add(state)
      expect(Math.min(...Object.values(states))).toBeGreaterThanOrEqual(0)
      expect(Object.values(states).reduce((sum, count) => sum + count, 0)).toBe(total)
      totals.push(total)
      expect(states['done']).toBe(leads.length)
    },
    { everyMs: 1, timeoutMs: 20_000 },
  )
  await sent
  expect(totals).toEqual([...totals].sort((a, b) => a - b))
  expect(totals.at(-1)).toBe(leads.length)
  expect(totals.length).toBeGreaterThan(5)
  expect([...seen]).toEqual(expect.arrayContaining(['in_call', 'done']))
  expect((await stage.campaign()).outcomes).toEqual({ answered: leads.length })
})
