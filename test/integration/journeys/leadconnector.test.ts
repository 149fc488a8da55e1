import { expect, test } from 'vitest'
import type { ControlInput } from '../../../simulator/control.ts'
import { USUAL_LOCATION } from '../../../simulator/leadconnector/control.ts'
import type { Simulator } from '../../../simulator/simulator.ts'
import type { Overrides } from '../../../src/app.ts'
import { eventually } from '../../support/eventually.ts'
import { openLedger } from '../../support/list-journeys.ts'
import { plainCampaign, type Stage, startStage } from '../../support/stage.ts'

const isFull = process.env['TEST_SCALE'] === 'full'
const CALLS = isFull ? 1_000 : 24

const campaign = {
  ...plainCampaign,
  id: 'front-desk',
  provider: 'leadconnector',
  account: { agentIds: ['agent_1'], workflowId: 'wf_1' },
  trigger: { events: ['VoiceAiCallEnd'] },
  dial: { ...plainCampaign.dial, retry: { no_answer: ['PT0.3S'] }, maxAttempts: 2 },
  poll: { ...plainCampaign.poll, walk: 'PT0.2S', since: '2020-01-01' },
  reconcile: { grace: 'PT1S', looks: 2, skew: 'PT1S' },
  followUps: [
    {
      id: 'thanks',
      when: { outcome: ['qualified', 'answered'] },
      sms: { text: 'Thanks for calling.', window: '00:00-24:00' },
    },
    {
      id: 'conversion',
      when: { outcome: ['qualified'] },
      pixel: { via: 'meta', pixelId: '42', event: 'Lead', actionSource: 'phone_call' },
    },
  ],
}

const contact = (index: number) => ({ leadId: `contact_${index}`, phone: `+1202555${String(1_000 + index).slice(-4)}` })
const contacts = Array.from({ length: CALLS }, (_, index) => contact(index))
const calls = contacts.map(({ leadId }, index) => ({
  contactId: leadId,
  status: index % 2 === 0 ? 'qualified' : 'voicemail',
  lengthMs: 100 + (index % 7) * 50,
}))

const envOf = (simulator: Simulator) => ({
  LEADCONNECTOR_TOKEN: 'pit-test',
  LEADCONNECTOR_LOCATION_ID: USUAL_LOCATION,
  LEADCONNECTOR_BASE_URL: simulator.leadconnectorUrl,
  LEADCONNECTOR_RATE: '1000/s',
  LEADCONNECTOR_WEBHOOK_PUBLIC_KEY: simulator.leadConnectorPublicKey,
})

async function start(
  options: { control?: Partial<ControlInput>; campaign?: Record<string, unknown>; overrides?: Overrides } = {},
) {
  return startStage({
    overrides: options.overrides ?? {},
    campaigns: [{ ...campaign, ...options.campaign }],
    control: { leads: contacts, ...options.control },
    env: envOf,
  })
}

const announce = (stage: Stage) =>
  stage.simulator.control({ leadconnector: { webhooks: { url: `${stage.url}/webhooks/leadconnector` } } })

const done = (stage: Stage, total: number) =>
  eventually(async () => expect((await stage.campaign('front-desk')).progress).toMatchObject({ total, done: total }), {
    timeoutMs: isFull ? 120_000 : 20_000,
  })

/** Each call started one journey and was followed up once, whatever became of the webhooks. */
async function expectEachOnce(stage: Stage) {
  await done(stage, CALLS)
  const { outcomes } = await stage.campaign('front-desk')
  const qualified = calls.filter(({ status }) => status === 'qualified').length
  expect(outcomes).toEqual({ qualified, voicemail: CALLS - qualified })
  const { texts, conversions, duplicates } = stage.simulator.truth()
  expect(texts).toHaveLength(qualified)
  expect(conversions.events).toHaveLength(qualified)
  expect(duplicates).toEqual({ calls: [], texts: [], pixels: [], handOvers: [] })
  const ledger = await openLedger(stage.env, stage.clock)
  const holders = await Promise.all(contacts.map(async ({ leadId }) => (await ledger.leads.journeysOf(leadId)).length))
  expect(holders).toEqual(contacts.map(() => 1))
}

const once = { ...campaign.dial, retry: {}, maxAttempts: 1 }

test(`with every webhook lost, the walk over the call logs finds each of ${CALLS} calls once`, async () => {
  const stage = await start({ campaign: { dial: once } })
  stage.simulator.control({ leadconnector: { calls } })
  await expectEachOnce(stage)
  expect(stage.simulator.truth().webhooks.deliveries).toEqual([])
}, 180_000)

test('webhooks that come twice, late and in another order change nothing', async () => {
  const stage = await start({
    campaign: { dial: once },
    control: { webhooks: { doubled: 0.5, dropped: 0.2, shuffled: true } },
  })
  announce(stage)
  stage.simulator.control({ leadconnector: { calls } })
  await expectEachOnce(stage)
  expect(stage.simulator.truth().webhooks.deliveries.length).toBeGreaterThan(CALLS / 2)
}, 180_000)

test('a call that was asked for is one journey, which the log of the call ends', async () => {
  const stage = await start({
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
  const stage = await start({
    // Its looks are over long before the call comes; the walk does not help.
    campaign: { poll: { ...campaign.poll, deadline: 'PT20S', walk: 'PT60S' } },
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

test('calls from before the campaign looks for them start nothing', async () => {
  const stage = await start({ campaign: { poll: { ...campaign.poll, since: undefined } } })
  announce(stage)
  stage.simulator.control({
    leadconnector: {
      calls: [
        { contactId: 'contact_1', createdAgoMs: 3_600_000, status: 'qualified' },
        { contactId: 'contact_2', status: 'qualified', lengthMs: 50 },
      ],
    },
  })
  await done(stage, 1)
  const ledger = await openLedger(stage.env, stage.clock)
  expect(await ledger.leads.journeysOf('contact_1')).toEqual([])
  const { body } = await stage.api<{ events: { status: string; reason?: string }[] }>('/events?source=leadconnector')
  const reasons = body.events.filter(({ status }) => status === 'ignored').map(({ reason }) => reason)
  expect(reasons).toEqual([expect.stringContaining('poll.since')])
})

test('a trial call and a call of another agent start nothing, and say why', async () => {
  const stage = await start()
  announce(stage)
  stage.simulator.control({
    leadconnector: {
      calls: [
        { contactId: 'contact_1', trial: true, status: 'qualified' },
        { contactId: 'contact_2', agentId: 'agent_9', status: 'qualified' },
      ],
    },
  })
  const reasons = async () => {
    const { body } = await stage.api<{ events: { reason?: string }[] }>('/events?source=leadconnector')
    return body.events.map(({ reason }) => reason).sort()
  }
  await eventually(async () =>
    expect(await reasons()).toEqual([
      'a trial call of the vendor',
      'no campaign is started by VoiceAiCallEnd of agent_9',
    ]),
  )
  expect((await stage.campaign('front-desk')).progress.total).toBe(0)
})

test('a contact who must not be texted is not, and is suppressed from then on', async () => {
  const stage = await start()
  stage.simulator.control({ leadconnector: { dnd: [{ contactId: 'contact_1', channels: { SMS: 'active' } }] } })
  stage.simulator.control({ leadconnector: { calls: [{ contactId: 'contact_1', status: 'qualified' }] } })
  await done(stage, 1)
  expect(stage.simulator.truth().texts).toEqual([])
  expect(stage.simulator.truth().conversions.events).toHaveLength(1)
  const { body } = await stage.api<{ suppressions: { phone: string; channels: string[]; reason: string }[] }>(
    '/suppressions',
  )
  expect(body.suppressions).toMatchObject([
    { phone: contact(1).phone, channels: ['sms'], reason: 'leadconnector says: do not contact' },
  ])
})

const ask = (stage: Stage, index: number) =>
  stage.send('call.requested', { campaign: 'front-desk', leadId: `contact_${index}`, phone: contact(index).phone })

/** Calls of the lead's own, as the vendor lists them. */
const ring = (stage: Stage, call: { contactId: string; [more: string]: unknown }) =>
  stage.simulator.control({ leadconnector: { calls: [call] } })

const walks = (stage: Stage) =>
  stage.lines.filter(({ job, result }) => job === 'find-interactions' && result === 'walked').length

const afterWalks = async (stage: Stage, count: number) => {
  const before = walks(stage)
  await eventually(() => expect(walks(stage)).toBeGreaterThan(before + count))
}

const reads = (stage: Stage, route: RegExp) =>
  stage.simulator.requests().filter(request => route.test(request.route)).length

test('a lead who rings while our own call is still to come ends nothing of ours', async () => {
  const stage = await start({
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
  const stage = await start({
    campaign: { dial: { ...campaign.dial, retry: { no_answer: ['PT1S'] } } },
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
  const stage = await start({
    campaign: { dial: { ...campaign.dial, retry: { no_answer: ['PT5S'] }, stopOn: ['inbound_call'] } },
    control: { timeScale: 1, scripts: { contact_1: [{ status: 'no-answer', lengthMs: 50 }] } },
  })
  await ask(stage, 1)
  await eventually(async () => expect((await stage.campaign('front-desk')).progress['scheduled']).toBe(1))
  ring(stage, { contactId: 'contact_1', direction: 'inbound', status: 'completed' })
  await eventually(async () => expect((await stage.campaign('front-desk')).progress['stopped']).toBe(1))
  expect(stage.simulator.truth().calls).toHaveLength(1)
})

test('a call that is found long after it ended is followed up, although the first look at it fails', async () => {
  const stage = await start({
    control: {
      faults: [{ match: { method: 'GET', path: '/call-logs/call_' }, kind: 'status', status: 503, times: 1 }],
    },
  })
  ring(stage, { contactId: 'contact_1', status: 'qualified', createdAgoMs: 3 * 3_600_000 })
  await done(stage, 1)
  expect((await stage.campaign('front-desk')).outcomes).toEqual({ qualified: 1 })
  expect(stage.simulator.truth().conversions.events).toHaveLength(1)
})

test('two campaigns for one agent have a journey each, although the first try of one fails', async () => {
  const stage = await startStage({
    campaigns: [campaign, { ...campaign, id: 'second', followUps: [] }],
    control: {
      leads: contacts,
      faults: [{ match: { method: 'GET', path: '/contacts/contact_1' }, kind: 'status', status: 503, times: 1 }],
    },
    env: envOf,
  })
  ring(stage, { contactId: 'contact_1', status: 'qualified' })
  for (const id of ['front-desk', 'second']) {
    await eventually(async () => expect((await stage.campaign(id)).progress).toMatchObject({ total: 1, done: 1 }))
  }
})

test('a call that came to nothing does not take the next one for its own', async () => {
  const stage = await start({
    campaign: {
      trigger: { ...campaign.trigger, reentry: 'PT0S' },
      poll: { ...campaign.poll, deadline: 'PT0.5S' },
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

test('what was decided of a call stands, and costs no further request', async () => {
  const stage = await start({
    campaign: { trigger: { ...campaign.trigger, reentry: 'PT2S' } },
    control: { requestLog: true },
  })
  ring(stage, { contactId: 'contact_1', status: 'qualified' })
  await done(stage, 1)
  ring(stage, { contactId: 'contact_1', status: 'qualified' })
  const ignored = async () => {
    const { body } = await stage.api<{ events: unknown[] }>('/events?source=walk&status=ignored')
    return body.events.length
  }
  await eventually(async () => expect(await ignored()).toBe(1))
  const before = reads(stage, /contacts/)
  await afterWalks(stage, 12)
  expect(reads(stage, /contacts/)).toBe(before)
  expect((await stage.campaign('front-desk')).progress.total).toBe(1)
  expect(stage.simulator.truth().texts).toHaveLength(1)
}, 60_000)

test('a contact that the vendor refuses is an event to look at, and holds up no other', async () => {
  const stage = await start({
    control: { faults: [{ match: { method: 'GET', path: '/contacts/contact_1$' }, kind: 'status', status: 400 }] },
  })
  ring(stage, { contactId: 'contact_1', status: 'qualified' })
  ring(stage, { contactId: 'contact_2', status: 'qualified' })
  await done(stage, 1)
  const { body } = await stage.api<{ events: { reason?: string }[] }>('/events?source=walk&status=rejected')
  expect(body.events).toHaveLength(1)
})

test('a walk that is slow is walked by one at a time', async () => {
  const stage = await start({
    control: {
      requestLog: true,
      faults: [
        {
          match: { method: 'GET', path: '/dashboard/call-logs\\?|/dashboard/call-logs$' },
          kind: 'slow',
          delayMs: 1_500,
        },
      ],
    },
  })
  await eventually(() => expect(walks(stage)).toBeGreaterThan(1), { timeoutMs: 15_000 })
  const lists = stage.simulator.requests().filter(({ route }) => route.endsWith('/call-logs'))
  const [first, second] = lists.map(({ at }) => at)
  expect((second ?? 0) - (first ?? 0)).toBeGreaterThan(1_400)
  expect(stage.lines.some(({ job, result }) => job === 'find-interactions' && result === 'under_way')).toBe(true)
}, 30_000)

test('a list that must not be read is known as that until it may be, and then nothing was missed', async () => {
  const forbidden = { match: { method: 'GET', path: '/dashboard/call-logs$' }, kind: 'status' as const, status: 403 }
  const stage = await start({ control: { faults: [forbidden] } })
  ring(stage, { contactId: 'contact_1', status: 'qualified' })
  const ledger = await openLedger(stage.env, stage.clock)
  await eventually(async () => expect((await ledger.found.fault('leadconnector'))?.why).toContain('403'))
  stage.simulator.control({ faults: [] })
  await done(stage, 1)
  await eventually(async () => expect(await ledger.found.fault('leadconnector')).toBeUndefined())
})
