import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import type { ControlInput } from '../../../simulator/control.ts'
import type { JourneyView } from '../../../src/desk/journey-view.ts'
import { isOver, plainCampaign, type Stage, startStage } from '../../support/stage.ts'

const chats = {
  ...plainCampaign,
  ...{ provider: 'naturalead', account: { channel: 'whatsapp' }, trigger: {} },
  reconcile: { grace: 'PT1S', looks: 2, skew: 'PT0.3S' },
}
const pixel = {
  id: 'lead-pixel',
  when: { outcome: ['qualified'] },
  pixel: { via: 'meta', pixelId: '77', event: 'Lead' },
}
const sms = (more = {}) => ({
  id: 'thanks',
  sms: { text: 'Hi {{ lead.firstName }}', via: 'leadsail', window: '00:00-24:00', ...more },
})
const phone = '+12025550123'
const asked = { campaign: 'roof', leadId: '7', phone, timezone: 'America/New_York', firstName: 'Ann' }
const ended = (status: string, more = {}) => ({ scripts: { '*': [{ status, lengthMs: 1_000, ...more }] } })
const begin = { method: 'POST', path: '/conversations/start' }

const stageWith = (campaign: object, control: Partial<ControlInput>) =>
  startStage({
    campaigns: [{ ...chats, ...campaign }],
    control: { ...control, leads: [{ leadId: '7', phone }] },
    overrides: { requestTimeoutMs: 500 },
  })

const effectOf = (journey: JourneyView, rule: string) => journey.effects.find(effect => effect.rule === rule)
const started = (stage: Stage) => stage.simulator.truth().calls.filter(({ vendor }) => vendor === 'naturalead')

test('a lead that is asked for is written to once and followed to the end, and Meta told of the conversion', async () => {
  const stage = await stageWith({ followUps: [pixel] }, ended('qualified', { lengthMs: 600_000, summary: 'Wants it.' }))
  await stage.send('call.requested', asked)
  await stage.journey('7', ({ state }) => state === 'in_call')
  const journey = await stage.journey('7', isOver)
  expect(journey).toMatchObject({ state: 'done', outcome: 'qualified' })
  const conversations = started(stage)
  expect(conversations).toMatchObject([{ leadId: '7', phone, campaignId: 'whatsapp', outcome: 'qualified' }])
  expect(journey.attempts).toMatchObject([
    { number: 1, state: 'ended', outcome: 'qualified', interactionId: conversations[0]?.interactionId },
  ])
  expect(effectOf(journey, 'lead-pixel')).toMatchObject({ state: 'done', tries: 1 })
  const { conversions, requests } = stage.simulator.truth()
  const ph = createHash('sha256').update('12025550123').digest('hex')
  expect(conversions.events).toMatchObject([{ vendor: 'meta', pixelId: '77', userData: { ph: [ph] } }])
  expect(requests.byVendor['naturalead']?.byRoute['naturalead POST /conversations/start']).toBe(1)
  expect(requests.byVendor['leadsail']).toBeUndefined()
})

test.each([
  ['qualified', 'qualified', true],
  ['disqualified', 'disqualified', false],
  ['completed', 'answered', false],
  ['handed_off', 'callback_requested', false],
  ['dropped', 'incomplete', false],
])('one that ends as %s is %s, and a conversion: %s', async (status, outcome, isConversion) => {
  const stage = await stageWith({ followUps: [pixel] }, ended(status))
  await stage.send('call.requested', asked)
  expect(await stage.journey('7', isOver)).toMatchObject({ state: 'done', outcome })
  expect(stage.simulator.truth().conversions.counts.receipts).toBe(isConversion ? 1 : 0)
})

test('one that ends in no known way is put before a person', async () => {
  const stage = await stageWith({ followUps: [pixel, sms()] }, ended('archived'))
  await stage.send('call.requested', { ...asked, fields: { leadsailLeadId: 'lead_9' } })
  expect(await stage.journey('7', isOver)).toMatchObject({ state: 'parked', outcome: 'unmapped' })
  const { texts, conversions } = stage.simulator.truth()
  expect([texts, conversions.receipts]).toEqual([[], []])
})

test('what follows elsewhere needs the name of the lead there, and is skipped with the reason without it', async () => {
  const paid = { id: 'paid', pixel: { platform: 'facebook', pixelId: '1', event: 'Lead', once: 'lead' } }
  const stage = await stageWith({ followUps: [sms(), paid] }, ended('completed'))
  await stage.send('call.requested', { ...asked, fields: { leadsailLeadId: '  ' } })
  const journey = await stage.journey('7', isOver)
  const why = 'the lead is not known at leadsail: fields.leadsailLeadId is missing'
  expect(journey.state).toBe('done')
  expect(['thanks', 'paid'].map(rule => effectOf(journey, rule))).toMatchObject([
    { state: 'skipped', tries: 0, why },
    { state: 'skipped', tries: 0, why },
  ])
  expect(stage.simulator.truth()).toMatchObject({ texts: [], pixels: [] })

  // With it the lead is texted and told of under that name, though an earlier journey could not.
  await stage.api('/journeys', { json: { ...asked, force: true, fields: { leadsailLeadId: ' lead_9 ' } } })
  const second = await stage.journey('7', found => found.id !== journey.id && isOver(found))
  expect(['thanks', 'paid'].map(rule => effectOf(second, rule)?.state)).toEqual(['done', 'done'])
  expect(stage.simulator.truth()).toMatchObject({
    texts: [{ vendor: 'leadsail', leadId: 'lead_9', to: phone, text: 'Hi Ann' }],
    pixels: [{ leadId: 'lead_9' }],
  })
})

test.each([
  ['a connection that breaks after the conversation began', { kind: 'reset_after' }],
  ['a 5xx after the conversation began', { kind: 'status', status: 502, afterCommit: true }],
  ['an answer that cannot be read', { kind: 'bad_json' }],
] as const)('%s: it is found by its lead and channel, adopted and followed', async (_name, fault) => {
  const stage = await stageWith({}, { ...ended('completed'), faults: [{ match: begin, ...fault }] })
  stage.simulator.control({ foreignConversations: [{ leadId: '7', channel: 'telegram' }, { leadId: '8' }] })
  await stage.send('call.requested', asked)
  const journey = await stage.journey('7', isOver)
  expect(journey).toMatchObject({ state: 'done', outcome: 'answered' })
  const conversations = started(stage)
  expect(conversations).toHaveLength(1)
  expect(journey.attempts).toMatchObject([{ number: 1, interactionId: conversations[0]?.interactionId }])
  expect(journey.effects[0]).toMatchObject({ state: 'done', tries: 1, result: { adopted: true } })
})

test('a start that never came: its absence is seen over the grace, then it is begun again, once', async () => {
  const faults = [{ match: begin, kind: 'reset_before', times: 1 }] as const
  const stage = await stageWith({}, { ...ended('completed'), faults: [...faults], requestLog: true })
  await stage.send('call.requested', asked)
  const journey = await stage.journey('7', isOver)
  expect(journey.effects[0]).toMatchObject({ state: 'done', tries: 2 })
  expect(started(stage)).toHaveLength(1)
  const starts = stage.simulator.requests().filter(({ route }) => route === 'naturalead POST /conversations/start')
  expect(Number(starts[1]?.at) - Number(starts[0]?.at)).toBeGreaterThanOrEqual(300 + 1_000)
})

test('two that could be it are put before a person, and nothing is begun again', async () => {
  // The other one begins a moment before ours.
  const reconcile = { ...chats.reconcile, skew: 'PT2S' }
  const control = { ...ended('completed'), faults: [{ match: begin, kind: 'reset_after' as const }] }
  const stage = await stageWith({ reconcile }, control)
  stage.simulator.control({ foreignConversations: [{ leadId: '7', lengthMs: 60_000 }] })
  await stage.send('call.requested', asked)
  const journey = await stage.journey('7', isOver)
  expect(journey).toMatchObject({ state: 'parked' })
  expect(journey.effects[0]?.why).toContain('2 calls could be it')
  expect(started(stage)).toHaveLength(1)
})

test('a refusal stops the journey with its words; a refused key does not', async () => {
  const refuse = { code: '', message: 'No agent for this lead', status: 400 }
  const stage = await stageWith({}, { scripts: { '8': [{ refuse }], '*': [{ status: 'completed', lengthMs: 10 }] } })
  await stage.send('call.requested', { ...asked, leadId: '8', phone: '+12025550124' })
  const refused = await stage.journey('8', isOver)
  expect(refused).toMatchObject({ state: 'stopped', reason: 'refused', effects: [{ state: 'refused' }] })
  expect(refused.effects[0]?.error?.message).toContain('No agent for this lead')

  stage.simulator.control({ naturalead: { scopes: ['conversations:view'] } })
  await stage.send('call.requested', asked)
  const waiting = await stage.journey('7', ({ effects }) => effects[0]?.error !== undefined)
  expect(waiting).toMatchObject({ state: 'scheduled', effects: [{ state: 'planned', error: { code: 'FORBIDDEN' } }] })
  stage.simulator.control({ naturalead: { scopes: null } })
  stage.clock.advance(10_000)
  expect(await stage.journey('7', isOver)).toMatchObject({ state: 'done' })
})

test('whoever writes STOP in the conversation is neither written to nor texted again', async () => {
  const transcript = [
    { role: 'user', message: 'Who is this?' },
    { role: 'agent', message: 'Riley, about your roof.' },
    { role: 'user', message: 'STOP' },
  ] as const
  const dial = { ...chats.dial, maxAttempts: 3, retry: { incomplete: ['PT0.1S'] } }
  const control = ended('dropped', { transcript: [...transcript] })
  const stage = await stageWith({ dial, followUps: [sms({ cancelOn: [] })] }, control)
  await stage.send('call.requested', { ...asked, fields: { leadsailLeadId: 'lead_9' } })
  const journey = await stage.journey('7', isOver)
  expect(effectOf(journey, 'thanks')).toMatchObject({ state: 'skipped', why: 'suppressed' })
  expect(started(stage)).toHaveLength(1)
  expect(stage.simulator.truth().texts).toEqual([])
  const { body } = await stage.api<{ suppressions: object[] }>('/suppressions')
  expect(body.suppressions).toMatchObject([{ phone, channels: ['voice', 'sms'] }])
})

test('the number and the name of a lead that came without them are read from its record', async () => {
  const stage = await stageWith({ followUps: [sms()] }, ended('completed'))
  const more = Array.from({ length: 120 }, (_, index) => ({ leadId: `${index + 1_000}` }))
  stage.simulator.control({ leads: [...more, { leadId: '2000', phone: '+12025550177', firstName: 'Zoe' }] })
  const { firstName: _, phone: __, ...bare } = asked
  await stage.send('call.requested', { ...bare, leadId: '2000', fields: { leadsailLeadId: 'lead_9' } })
  expect(await stage.journey('2000', isOver)).toMatchObject({ state: 'done' })
  expect(stage.simulator.truth().texts).toMatchObject([{ to: '+12025550177', text: 'Hi Zoe' }])
})

test('a conversation that began elsewhere is found, followed, and counts once', async () => {
  const poll = { ...chats.poll, walk: 'PT0.2S' }
  const trigger = { events: ['conversation.found'] }
  const stage = await stageWith({ poll, trigger, followUps: [pixel] }, {})
  stage.simulator.control({
    foreignConversations: [
      { leadId: '7', channel: 'whatsapp', status: 'qualified', lengthMs: 100 },
      { leadId: '8', channel: 'email', status: 'qualified' },
    ],
  })
  const journey = await stage.journey('7', isOver)
  const { foreignCalls, conversions } = stage.simulator.truth()
  expect(journey).toMatchObject({
    ...{ state: 'done', outcome: 'qualified' },
    attempts: [{ number: 1, interactionId: foreignCalls[0]?.interactionId }],
  })
  expect(conversions.counts.receipts).toBe(1)
  expect(started(stage)).toEqual([])
  expect(await stage.journeysOf('8')).toEqual([])
})
