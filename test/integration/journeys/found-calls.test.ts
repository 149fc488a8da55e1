import { expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import {
  announce,
  CALLS,
  contact,
  contacts,
  done,
  frontDesk,
  leadConnectorEnv,
  ring,
  startFrontDesk,
} from '../../support/leadconnector-stage.ts'
import { openLedger } from '../../support/list-journeys.ts'
import { type Stage, startStage } from '../../support/stage.ts'

const calls = contacts.map(({ leadId }, index) => ({
  contactId: leadId,
  status: index % 2 === 0 ? 'qualified' : 'voicemail',
  lengthMs: 100 + (index % 7) * 50,
}))

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

const once = { ...frontDesk.dial, retry: {}, maxAttempts: 1 }

const walks = (stage: Stage) =>
  stage.lines.filter(({ job, result }) => job === 'find-interactions' && result === 'walked').length

const afterWalks = async (stage: Stage, count: number) => {
  const before = walks(stage)
  await eventually(() => expect(walks(stage)).toBeGreaterThan(before + count))
}

const reads = (stage: Stage, route: RegExp) =>
  stage.simulator.requests().filter(request => route.test(request.route)).length

test(`with every webhook lost, the walk over the call logs finds each of ${CALLS} calls once`, async () => {
  const stage = await startFrontDesk({ campaign: { dial: once } })
  stage.simulator.control({ leadconnector: { calls } })
  await expectEachOnce(stage)
  expect(stage.simulator.truth().webhooks.deliveries).toEqual([])
}, 180_000)

test('webhooks that come twice, late and in another order change nothing', async () => {
  const stage = await startFrontDesk({
    campaign: { dial: once },
    control: { webhooks: { doubled: 0.5, dropped: 0.2, shuffled: true } },
  })
  announce(stage)
  stage.simulator.control({ leadconnector: { calls } })
  await expectEachOnce(stage)
  expect(stage.simulator.truth().webhooks.deliveries.length).toBeGreaterThan(CALLS / 2)
}, 180_000)

test('calls from before the campaign looks for them start nothing', async () => {
  const stage = await startFrontDesk({ campaign: { poll: { ...frontDesk.poll, since: undefined } } })
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
  const stage = await startFrontDesk()
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
  const stage = await startFrontDesk()
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

test('a call that is found long after it ended is followed up, although the first look at it fails', async () => {
  const stage = await startFrontDesk({
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
    campaigns: [frontDesk, { ...frontDesk, id: 'second', followUps: [] }],
    control: {
      leads: contacts,
      faults: [{ match: { method: 'GET', path: '/contacts/contact_1' }, kind: 'status', status: 503, times: 1 }],
    },
    env: leadConnectorEnv,
  })
  ring(stage, { contactId: 'contact_1', status: 'qualified' })
  for (const id of ['front-desk', 'second']) {
    await eventually(async () => expect((await stage.campaign(id)).progress).toMatchObject({ total: 1, done: 1 }))
  }
})

test('what was decided of a call stands, and costs no further request', async () => {
  const stage = await startFrontDesk({
    campaign: { trigger: { ...frontDesk.trigger, reentry: 'PT2S' } },
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
  const stage = await startFrontDesk({
    control: { faults: [{ match: { method: 'GET', path: '/contacts/contact_1$' }, kind: 'status', status: 400 }] },
  })
  ring(stage, { contactId: 'contact_1', status: 'qualified' })
  ring(stage, { contactId: 'contact_2', status: 'qualified' })
  await done(stage, 1)
  const { body } = await stage.api<{ events: { reason?: string }[] }>('/events?source=walk&status=rejected')
  expect(body.events).toHaveLength(1)
})

test('a walk that is slow is walked by one at a time', async () => {
  const stage = await startFrontDesk({
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
  const stage = await startFrontDesk({ control: { faults: [forbidden] } })
  ring(stage, { contactId: 'contact_1', status: 'qualified' })
  const ledger = await openLedger(stage.env, stage.clock)
  await eventually(async () => expect((await ledger.found.fault('leadconnector'))?.why).toContain('403'))
  stage.simulator.control({ faults: [] })
  await done(stage, 1)
  await eventually(async () => expect(await ledger.found.fault('leadconnector')).toBeUndefined())
})
