import { expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import {
  autoDialer,
  handedCampaign,
  handedList,
  handOverOf,
  handOverRequests,
  handOverRoute,
  happenings,
  importRows,
  journeysOfRoof,
  post,
  rowPhone,
  startHandOver,
  untilProgress,
} from '../../support/hand-over-stage.ts'
import { isOver, plainCampaign, startStage } from '../../support/stage.ts'

const HOUR_MS = 3_600_000
const text = (id: string, when: object) => ({ id, when, sms: { text: `About ${id}`, window: '00:00-24:00' } })
const pixel = { via: 'leadsail', platform: 'facebook', pixelId: '1', event: 'Lead' }

test('450 leads go out in three requests, each once; their calls become attempts, their ends and follow-ups are exact', async () => {
  const unanswered = { outcome: ['no_answer', 'voicemail', 'busy'], lastAttempt: true }
  const followUps = [text('sorry', unanswered), { id: 'lead-pixel', when: { outcome: ['qualified'] }, pixel }]
  const stage = await startStage({
    campaigns: [{ ...handedList, followUps }],
    control: { leadsail: { autoDialer } },
  })
  await importRows(stage, 450)
  await post(stage, '/campaigns/roof/start')
  let most = 0
  await eventually(
    async () => {
      const { progress, status } = await stage.campaign()
      const { total, ...states } = progress
      expect(Object.values(states).reduce((sum, count) => sum + count, 0)).toBe(total)
      most = Math.max(most, progress['scheduled'] ?? 0)
      expect(status).toBe('done')
    },
    { timeoutMs: 90_000 },
  )
  expect(most).toBeGreaterThan(0)

  const truth = stage.simulator.truth()
  expect(truth.requests.byRoute[handOverRoute]).toBe(3)
  expect(truth.handOvers).toHaveLength(450)
  expect(truth.duplicates).toMatchObject({ calls: [], texts: [], pixels: [], handOvers: [] })
  expect(truth.requests.byRoute['POST /voice/calls/initiate']).toBeUndefined()
  const journeys = await journeysOfRoof(stage)
  expect(journeys).toHaveLength(450)
  const calls = Map.groupBy(truth.calls, ({ leadId }) => leadId)
  for (const { leadId, state, attempts, effects } of journeys) {
    const own = (calls.get(leadId) ?? []).sort((a, b) => a.at - b.at)
    expect(state).toBe('done')
    expect(attempts.map(({ interactionId, status }) => [interactionId, status])).toEqual(
      own.map(({ interactionId, outcome }) => [interactionId, outcome]),
    )
    expect(effects.find(({ kind }) => kind === 'handover')).toMatchObject({ state: 'done', tries: 1 })
  }
  const last = journeys.map(({ leadId, attempts }) => ({ leadId, ...attempts.at(-1) }))
  const spent = last.filter(({ status }) => status === 'no_contact').map(({ leadId }) => leadId)
  expect(spent.length).toBeGreaterThan(50)
  expect(truth.texts.map(({ leadId }) => leadId).sort()).toEqual(spent.sort())
  const qualified = last.filter(({ outcome }) => outcome === 'qualified').map(({ leadId }) => leadId)
  expect(truth.pixels.map(({ leadId }) => leadId).sort()).toEqual(qualified.sort())
}, 120_000)

test('one lead by webhook: handed over, awaited as scheduled, followed through its calls', async () => {
  const stage = await startHandOver(handedCampaign, {
    leadsail: { autoDialer: { ...autoDialer, firstCallMs: 600_000 } },
    scripts: {
      lead_1: [
        { status: 'no_answer', lengthMs: 10 },
        { status: 'qualified', lengthMs: 400_000 },
      ],
    },
  })
  await stage.lead('lead_1', { phone: '+12025550123' })
  const waiting = await stage.journey('lead_1', ({ effects }) => effects[0]?.state === 'done')
  const nextCallAt = new Date(Number(stage.simulator.truth().handOvers[0]?.nextCallAt)).toISOString()
  expect(waiting).toMatchObject({ state: 'scheduled', attempts: [], nextAt: nextCallAt })
  expect(waiting.effects).toMatchObject([{ key: `handover:${waiting.id}`, kind: 'handover', result: { nextCallAt } }])
  expect(waiting.steps).toMatchObject([{ kind: 'walk', ref: '1', dueAt: nextCallAt }])

  await stage.journey('lead_1', ({ state, attempts }) => state === 'in_call' && attempts.length === 2)
  const journey = await stage.journey('lead_1', isOver)
  expect(journey).toMatchObject({ state: 'done', outcome: 'qualified' })
  const { calls } = stage.simulator.truth()
  expect(journey.attempts).toMatchObject([
    { number: 1, interactionId: calls[0]?.interactionId, outcome: 'no_answer' },
    { number: 2, interactionId: calls[1]?.interactionId, outcome: 'qualified' },
  ])
  const keys = [`handover:${journey.id}`, `call:${journey.id}:1`, `call:${journey.id}:2`]
  expect(journey.effects.map(({ key }) => key)).toEqual(keys)
  // Nobody is looked for before the vendor means to call.
  const looks = stage.simulator.requests().filter(({ route }) => route === 'GET /interactions/lead/:leadId')
  expect(Number(looks[0]?.at)).toBeGreaterThanOrEqual(Date.parse(nextCallAt) - 250)
  const rows = await fetch(`${stage.url}/api/v1/campaigns/roof/export?format=ndjson`)
  expect(JSON.parse(await rows.text())).toMatchObject({
    ...{ handOver: 'done', handedOverAt: expect.any(String) },
    ...{ attempts: 2, interactionId: calls[1]?.interactionId },
  })
})

test('leads that come one by one go out together', async () => {
  const stage = await startHandOver(handedCampaign)
  await Promise.all(Array.from({ length: 40 }, (_, index) => stage.lead(`lead_${index}`, { phone: rowPhone(index) })))
  await untilProgress(stage, { total: 40, done: 40 })
  expect(handOverRequests(stage).length).toBeLessThanOrEqual(4)
  expect(stage.simulator.truth().duplicates?.handOvers).toEqual([])
})

test('at the attempts that the campaign allows it ends, and so does it when its time is over', async () => {
  const followUps = [text('last', { lastAttempt: true }), text('more', { lastAttempt: false })]
  const unanswered = { scripts: { '*': [{ status: 'no_answer', lengthMs: 10 }] } }
  const dial = { ...handedCampaign.dial, maxAttempts: 2 }
  const few = await startHandOver({ ...handedCampaign, dial, followUps }, unanswered)
  await few.lead('lead_1', { phone: '+12025550123' })
  const journey = await few.journey('lead_1', isOver)
  expect(journey).toMatchObject({ state: 'done', outcome: 'no_answer', attempts: [{ number: 1 }, { number: 2 }] })
  expect(
    few.simulator
      .truth()
      .texts.map(sent => sent.text)
      .sort(),
  ).toEqual(['About last', 'About more'])

  // The dialer's next call would come in a week.
  const slow = { leadsail: { autoDialer: { ...autoDialer, retryMs: 7 * 24 * HOUR_MS * 1_000 } } }
  const late = await startHandOver({ ...handedCampaign, followUps }, { ...unanswered, ...slow })
  await late.lead('lead_1', { phone: '+12025550123' })
  await late.journey('lead_1', ({ state, attempts }) => state === 'scheduled' && attempts[0]?.state === 'ended')
  await eventually(() => expect(late.simulator.truth().texts.map(sent => sent.text)).toEqual(['About more']))
  late.clock.advance(73 * HOUR_MS)
  const over = await late.journey('lead_1', isOver)
  expect(over).toMatchObject({ state: 'done', outcome: 'no_answer', attempts: [{ number: 1 }], steps: [] })
  expect(happenings(over)).toContain('walk.ended')
  expect(late.simulator.truth().texts.map(sent => sent.text)).toEqual(['About more', 'About last'])
}, 30_000)

test('a lead whom the dialer never calls is stopped when the campaign’s time is over', async () => {
  const never = { leadsail: { autoDialer: { ...autoDialer, firstCallMs: 30 * 24 * HOUR_MS * 1_000 } } }
  const stage = await startHandOver(handedCampaign, never)
  await stage.lead('lead_1', { phone: '+12025550123' })
  await stage.journey('lead_1', ({ effects }) => effects[0]?.state === 'done')
  stage.clock.advance(73 * HOUR_MS)
  const journey = await stage.journey('lead_1', isOver)
  expect(journey).toMatchObject({
    state: 'stopped',
    reason: 'expired',
    reasonDetail: expect.stringContaining('no call'),
  })
  expect(handOverOf(journey)).toMatchObject({ state: 'done' })
})

test('a cancel takes back what has not gone out, and says of the rest that it cannot', async () => {
  const later = { leadsail: { autoDialer: { ...autoDialer, firstCallMs: 3_600_000_000 } } }
  const stage = await startHandOver(handedList, later)
  await importRows(stage, 1)
  await post(stage, '/campaigns/roof/start')
  const { id } = await stage.journey('row_0', ({ effects }) => effects[0]?.state === 'done')
  await post(stage, '/campaigns/roof/pause')
  await stage.send('call.requested', { campaign: 'roof', leadId: 'lead_2', phone: '+12025550199' })
  await stage.journey('lead_2', ({ state }) => state === 'scheduled')

  const { body } = await stage.api(`/journeys/${id}/cancel`, { method: 'POST' })
  const detail = expect.stringContaining('cannot be taken back')
  expect(body).toMatchObject({ state: 'stopped', reason: 'cancelled', reasonDetail: detail, steps: [] })
  await post(stage, '/campaigns/roof/cancel')
  const unsent = await stage.journey('lead_2', isOver)
  expect(unsent).toMatchObject({ state: 'stopped', reason: 'cancelled', effects: [{ state: 'skipped' }] })
  expect(unsent).not.toHaveProperty('reasonDetail')
  expect(happenings(await stage.journey('row_0', isOver))).toContain('handover.not_taken_back')
  expect(happenings(unsent)).not.toContain('handover.not_taken_back')
  expect((await stage.campaign()).progress).toMatchObject({ total: 2, stopped: 2 })
})

test('only calls of the dialer are taken: none of the lead’s own, none from before, none twice', async () => {
  const later = { leadsail: { autoDialer: { ...autoDialer, firstCallMs: 2_000_000 } } }
  const stage = await startHandOver({ ...handedCampaign, poll: { ...handedCampaign.poll, walk: 'PT0.05S' } }, later)
  await stage.lead('lead_1', { phone: '+12025550123' })
  await stage.journey('lead_1', ({ effects }) => effects[0]?.state === 'done')
  stage.simulator.control({
    inboundCalls: [{ leadId: 'lead_1', campaignId: 'HXZ' }],
    foreignCalls: [
      { leadId: 'lead_1', direction: 'outbound', campaignId: 'OTHER', createdAgoMs: HOUR_MS },
      { leadId: 'lead_1', direction: 'outbound', campaignId: 'HXZ', createdAgoMs: HOUR_MS },
    ],
  })
  const journey = await stage.journey('lead_1', isOver)
  expect(journey.attempts).toMatchObject([{ interactionId: stage.simulator.truth().calls[0]?.interactionId }])
})

test('an opt-out on a call suppresses; a status that nobody knows waits for a person, and then the walk goes on', async () => {
  const trigger = { ...handedCampaign.trigger, reentry: 'PT0S' }
  const stage = await startHandOver(
    { ...handedCampaign, trigger },
    {
      scripts: {
        lead_1: [{ status: 'dnc', lengthMs: 10 }],
        lead_2: [
          { status: 'weird', lengthMs: 10 },
          { status: 'no_answer', lengthMs: 10 },
        ],
      },
    },
  )
  await stage.lead('lead_1', { phone: '+12025550123' })
  expect(await stage.journey('lead_1', isOver)).toMatchObject({ state: 'done', outcome: 'opted_out' })
  await stage.lead('lead_3', { phone: '+12025550123' })
  expect(await stage.journey('lead_3', isOver)).toMatchObject({ state: 'stopped', reason: 'suppressed' })

  await stage.lead('lead_2', { phone: '+12025550124' })
  const parked = await stage.journey('lead_2', isOver)
  expect(parked).toMatchObject({ state: 'parked', effects: [{}, { kind: 'call', state: 'parked' }] })
  stage.simulator.control({ foreignCalls: [{ leadId: 'lead_2', campaignId: 'HXZ', status: 'qualified' }] })
  const key = encodeURIComponent(`call:${parked.id}:1`)
  await stage.api(`/parked/${key}`, { json: { happened: false } })
  const after = await stage.journey('lead_2', isOver)
  expect(after).toMatchObject({ state: 'done', outcome: 'qualified', attempts: [{ number: 1 }, { number: 2 }] })
  expect(stage.simulator.truth().requests.byRoute['POST /voice/calls/initiate']).toBeUndefined()
})

test('what a call’s summary is waited for is waited for here as well', async () => {
  const followUps = [{ id: 'sum', sms: { text: 'You said: {{ call.summary }}', window: '00:00-24:00' } }]
  const scripts = { '*': [{ status: 'completed', lengthMs: 10, summary: 'a new roof', summaryAfterMs: 50_000 }] }
  const stage = await startHandOver({ ...handedCampaign, followUps }, { scripts })
  await stage.lead('lead_1', { phone: '+12025550123' })
  await stage.journey('lead_1', isOver)
  expect(stage.simulator.truth().texts.map(sent => sent.text)).toEqual(['You said: a new roof'])
})

test('files that dial and hand over for one campaign of the vendor stop the start', async () => {
  const both = startStage({ campaigns: [plainCampaign, { ...handedCampaign, id: 'solar' }] })
  await expect(both).rejects.toThrow(/mode: is handover, but .*roof\.yaml has dial .*called twice/)
})
