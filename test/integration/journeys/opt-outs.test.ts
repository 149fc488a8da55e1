import { expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { isOver, plainCampaign, type Stage, startStage } from '../../support/stage.ts'

const HOUR_MS = 3_600_000
const PHONE = '+12025550123'
const sms = (text: string, more = {}) => ({ text, window: '00:00-24:00', ...more })
const noAnswer = { '*': [{ status: 'no_answer', lengthMs: 10 }] }
const answered = { '*': [{ status: 'completed', lengthMs: 10 }] }
const later = (more = {}) => ({ id: 'later', sms: sms('Hello', { delay: 'PT1H', ...more }) })

/** Calls again after an hour, twice. */
const patient = {
  ...plainCampaign,
  dial: { ...plainCampaign.dial, maxPer24h: 9, retry: { no_answer: ['PT1H', 'PT1H'] } },
}
const stopping = (...stopOn: string[]) => ({ ...patient, dial: { ...patient.dial, stopOn } })

const rows = async (stage: Stage, query = '') =>
  (await stage.api<{ suppressions: Record<string, unknown>[] }>(`/suppressions${query}`)).body.suppressions
const write = async (stage: Stage, text: string, more: object = { phone: PHONE }) =>
  stage.event(String((await stage.send('text.received', { text, ...more })).body['eventId']))
const timelineOf = (journey: { timeline: { what: string }[] }) => journey.timeline.map(({ what }) => what)
const effectOf = (journey: { effects: { rule: string }[] }, rule: string) =>
  journey.effects.find(entry => entry.rule === rule)
const textsOf = (stage: Stage) => stage.simulator.truth().texts.map(({ text }) => text)

/** A journey whose first call is over and was not answered; the next one is an hour away. */
async function called(stage: Stage, leadId = 'lead_1') {
  await stage.lead(leadId, { phone: PHONE })
  return stage.journey(leadId, ({ attempts }) => attempts[0]?.state === 'ended')
}

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
