import { expect, test } from 'vitest'
import type { DryRun } from '../../../src/desk/dry-run.ts'
import { eventually } from '../../support/eventually.ts'
import { isOver, plainCampaign, type Stage, startStage } from '../../support/stage.ts'
import { ask, over } from './replaying.ts'

const always = { window: '00:00-24:00' }
const asked = (more = {}) => ({
  campaign: 'roof',
  leadId: 'lead_1',
  phone: '+12025550123',
  timezone: 'America/New_York',
  ...more,
})
const answered = { scripts: { '*': [{ status: 'completed', lengthMs: 10, summary: null }] } }
const textsOf = (stage: Stage) => stage.simulator.truth().texts.map(({ text }) => text)

test('a text that comes out empty or too long for a lead is skipped with the reason; the others go', async () => {
  const stage = await startStage({
    campaigns: [
      {
        ...plainCampaign,
        followUps: [
          { id: 'empty', sms: { text: '{{ lead.lastName }} ', ...always } },
          { id: 'long', sms: { text: '{{ lead.fields.wish }}{{ lead.fields.wish }}', ...always } },
          { id: 'longest', sms: { text: '{{ lead.fields.wish }}', ...always } },
          { id: 'default', sms: { text: "Hi {{ lead.firstName | default: 'there' }} 😀", ...always } },
        ],
      },
    ],
    control: answered,
  })
  const wish = 'x'.repeat(1_600)
  await stage.send('call.requested', asked({ firstName: '  ', fields: { wish } }))
  const journey = await stage.journey('lead_1', isOver)
  expect(journey.state).toBe('done')
  expect(textsOf(stage).sort()).toEqual(['Hi there 😀', wish])
  const why = (rule: string) => journey.effects.find(effect => effect.rule === rule)
  expect(why('empty')).toMatchObject({ state: 'skipped', why: 'its text is empty for this lead' })
  expect(why('long')).toMatchObject({
    state: 'skipped',
    why: 'its text has 3200 characters for this lead, and no text may have more than 1600',
  })
  const timeline: Record<string, unknown>[] = journey.timeline
  const skipped = timeline.filter(({ what }) => what === 'sms.skipped')
  expect(skipped.map(({ why: told }) => told).sort()).toEqual([why('empty')?.why, why('long')?.why].sort())
  const sent = timeline.filter(({ what }) => what === 'sms.done')
  expect(sent.map(({ segments, encoding }) => [segments, encoding]).sort()).toEqual([
    [1, 'UCS-2'],
    [11, 'GSM-7'],
  ])
})

test('texts of a journey go to one thread, whatever number the campaign sends from meanwhile', async () => {
  const stage = await startStage({
    campaigns: [
      {
        ...plainCampaign,
        followUps: [
          { id: 'first', sms: { text: 'first', ...always } },
          { id: 'second', sms: { text: 'second', delay: 'PT1H', ...always } },
        ],
      },
    ],
    control: { ...answered, campaigns: { HXZ: { phoneNumber: '+12025550001' } } },
  })
  await stage.send('call.requested', asked())
  await stage.journey('lead_1', ({ effects }) =>
    effects.some(({ rule, state }) => rule === 'first' && state === 'done'),
  )
  stage.simulator.control({ campaigns: { HXZ: { phoneNumber: '+12025550002' } } })
  stage.clock.advance(3_600_000)
  await stage.journey('lead_1', isOver)
  const threads = stage.simulator.truth().texts.map(({ interactionId }) => interactionId)
  expect(threads).toHaveLength(2)
  expect(new Set(threads).size).toBe(1)
})

test('another attempt calls off the texts whose rules say so, and only those', async () => {
  const stage = await startStage({
    campaigns: [
      {
        ...plainCampaign,
        dial: { ...plainCampaign.dial, retry: { no_answer: ['PT1H'] } },
        followUps: [
          {
            id: 'missed',
            when: { outcome: ['no_answer'] },
            sms: { text: 'missed', delay: 'PT2H', cancelOn: ['opt_out', 'attempt'], ...always },
          },
          { id: 'stays', when: { outcome: ['no_answer'] }, sms: { text: 'stays', delay: 'PT2H', ...always } },
          {
            id: 'own',
            when: { outcome: ['answered'] },
            sms: { text: 'own', delay: 'PT2H', cancelOn: ['attempt'], ...always },
          },
        ],
      },
    ],
    control: {
      scripts: {
        lead_1: [
          { status: 'no_answer', lengthMs: 10, summary: null },
          // Three seconds, so that it is seen while it goes on.
          { status: 'completed', lengthMs: 3_000_000, summary: null },
        ],
      },
    },
  })
  await stage.send('call.requested', asked())
  await stage.journey('lead_1', ({ attempts }) => attempts[0]?.outcome === 'no_answer')
  stage.clock.advance(3_600_000)
  const called = await stage.journey('lead_1', ({ attempts }) => attempts[1]?.state === 'live')
  const missed = called.effects.find(({ rule }) => rule === 'missed')
  expect(missed).toMatchObject({ state: 'skipped', why: 'another call was made' })
  await stage.journey('lead_1', ({ attempts }) => attempts[1]?.outcome === 'answered')
  expect(textsOf(stage)).toEqual([])
  stage.clock.advance(2 * 3_600_000)
  expect(await stage.journey('lead_1', isOver)).toMatchObject({ state: 'done' })
  expect(textsOf(stage).sort()).toEqual(['own', 'stays'])
})

test('while it is open whether another call was made, a text that it would call off waits', async () => {
  const stage = await startStage({
    campaigns: [
      {
        ...plainCampaign,
        dial: { ...plainCampaign.dial, retry: { no_answer: ['PT1H'] } },
        followUps: [
          {
            id: 'missed',
            when: { outcome: ['no_answer'] },
            sms: { text: 'missed', delay: 'PT2H', cancelOn: ['attempt'], ...always },
          },
        ],
        reconcile: { grace: 'PT4H', looks: 2, skew: 'PT0S' },
      },
    ],
    control: {
      scripts: { lead_1: ['no_answer', 'completed'].map(status => ({ status, lengthMs: 10, summary: null })) },
      lists: { lagMs: 2 * 3_600_000 },
    },
  })
  await stage.send('call.requested', asked())
  await stage.journey('lead_1', ({ attempts }) => attempts[0]?.outcome === 'no_answer')
  stage.simulator.control({
    faults: [{ match: { method: 'POST', path: '/voice/calls/initiate' }, kind: 'reset_after', times: 1 }],
  })
  stage.clock.advance(3_600_000)
  await stage.journey('lead_1', ({ attempts }) => attempts[1]?.state === 'unknown')
  stage.clock.advance(3_600_000)
  const open = await stage.journey(
    'lead_1',
    ({ attempts, steps }) =>
      attempts[1]?.state === 'unknown' && steps.some(({ kind, why }) => kind === 'text' && why === 'another_attempt'),
  )
  expect(open.effects.find(({ rule }) => rule === 'missed')).toMatchObject({ state: 'planned' })
  expect(textsOf(stage)).toEqual([])
  stage.clock.advance(5 * 3_600_000)
  const over = await stage.journey('lead_1', ({ attempts }) => attempts[1]?.outcome === 'answered', 20_000)
  expect(over.effects.find(({ rule }) => rule === 'missed')).toMatchObject({ state: 'skipped' })
  expect(textsOf(stage)).toEqual([])
})

test.each([
  ['in the night in which clocks go forward', '2027-03-14T04:30:00Z', '2027-03-14T13:00:00.000Z'],
  ['in the night in which clocks go back', '2027-11-07T03:30:00Z', '2027-11-07T14:00:00.000Z'],
  ['in a night like any other', '2027-02-10T04:30:00Z', '2027-02-10T14:00:00.000Z'],
])('quiet hours %s end at nine by the lead’s own clock', async (_, now, opensAt) => {
  const stage = await startStage({
    campaigns: [{ ...plainCampaign, followUps: [{ id: 'thanks', sms: { text: 'thanks', window: '09:00-20:00' } }] }],
    control: answered,
  })
  stage.clock.advance(Date.parse(now) - stage.clock.now())
  await stage.send('call.requested', asked())
  const quiet = await stage.journey('lead_1', ({ steps }) => steps.some(({ why }) => why === 'quiet_hours'))
  expect(quiet).toMatchObject({ state: 'following_up', nextAt: opensAt })
  stage.clock.advance(Date.parse(opensAt) - stage.clock.now() - 60_000)
  const before = await stage.journey('lead_1', ({ nextAt }) => nextAt === opensAt)
  expect(before.effects.at(-1)).toMatchObject({ kind: 'sms', state: 'planned' })
  expect(textsOf(stage)).toEqual([])
  stage.clock.advance(60_000)
  expect(await stage.journey('lead_1', isOver)).toMatchObject({ state: 'done' })
  expect(stage.simulator.truth().texts.map(({ at }) => at >= Date.parse(opensAt))).toEqual([true])
})

test('a text keeps to the hours of its number’s state where the campaign asks for that: in Texas on Sundays from noon', async () => {
  const stage = await startStage({
    campaigns: [
      {
        ...plainCampaign,
        dial: { ...plainCampaign.dial, stateRules: 'us', holidays: ['2027-01-10'] },
        followUps: [{ id: 'thanks', sms: { text: 'thanks', window: '09:00-20:00', delay: 'PT13H' } }],
      },
    ],
    control: answered,
  })
  const saturday = '2027-01-10T02:00:00Z'
  const [nine, noon] = ['2027-01-10T15:00:00.000Z', '2027-01-10T18:00:00.000Z']
  stage.clock.advance(Date.parse(saturday) - stage.clock.now())
  const texan = '+12145550123'
  for (const [leadId, phone] of [
    ['in_texas', texan],
    ['in_new_york', '+12125550123'],
  ]) {
    await stage.send('call.requested', { campaign: 'roof', leadId, phone, timezone: 'America/Chicago' })
    await stage.journey(String(leadId), ({ state }) => state === 'following_up')
  }
  stage.clock.advance(Date.parse(nine) + 60_000 - stage.clock.now())
  await stage.journey('in_new_york', isOver)
  const waiting = await stage.journey('in_texas', ({ steps }) => steps.some(({ why }) => why === 'quiet_hours'))
  expect(waiting).toMatchObject({ state: 'following_up', nextAt: noon })
  expect(stage.simulator.truth().texts.map(({ leadId }) => leadId)).toEqual(['in_new_york'])
  stage.clock.advance(Date.parse(noon) - stage.clock.now())
  await stage.journey('in_texas', isOver)
  const sent = stage.simulator.truth().texts.filter(({ leadId }) => leadId === 'in_texas')
  expect(sent.map(({ at }) => at >= Date.parse(noon))).toEqual([true])
})

test('a text that each further call calls off goes out after the last one, and a dry run says the same', async () => {
  const missed = {
    id: 'missed',
    when: { outcome: ['no_answer'] },
    sms: { text: 'We missed you after {{ call.talkSeconds }} s', delay: 'PT6H', cancelOn: ['attempt'], ...always },
  }
  const stage = await startStage({
    campaigns: [
      {
        ...plainCampaign,
        dial: { ...plainCampaign.dial, maxAttempts: 2, retry: { no_answer: ['PT2H'] } },
        followUps: [missed],
      },
    ],
    control: {
      scripts: {
        lead_1: [
          { status: 'no_answer', lengthMs: 10, summary: null },
          { status: 'no_answer', lengthMs: 20_000, summary: null },
        ],
      },
    },
  })
  await stage.send('call.requested', asked())
  await stage.journey('lead_1', ({ attempts }) => attempts[0]?.outcome === 'no_answer')
  stage.clock.advance(2 * 3_600_000)
  const second = await stage.journey('lead_1', ({ attempts }) => attempts[1]?.outcome === 'no_answer')
  expect(second.effects.filter(({ kind }) => kind === 'sms')).toMatchObject([{ state: 'planned', tries: 0 }])
  const endedAt = Date.parse(second.attempts[1]?.endedAt ?? '')
  expect(second.nextAt).toBe(new Date(endedAt + 6 * 3_600_000).toISOString())
  stage.clock.advance(6 * 3_600_000)
  const journey = await stage.journey('lead_1', isOver)
  expect(textsOf(stage)).toHaveLength(1)
  const told = journey.timeline.map(({ what }) => what).filter(what => what.startsWith('sms.'))
  expect(told).toEqual(['sms.planned', 'sms.skipped', 'sms.planned', 'sms.intended', 'sms.done'])

  const { body } = await stage.api<DryRun>('/campaigns/roof/dryrun', { method: 'POST' })
  expect(body).toMatchObject({
    wouldFire: [{ rule: 'missed', count: 1, sample: [{ text: textsOf(stage)[0] }] }],
    changes: { added: 0, removed: 0, same: 1, reworded: 0, notSent: 0 },
  })
})

test('a text that was to come weeks after its call can be replayed for a week from then on', async () => {
  const stage = await startStage({
    campaigns: [{ ...plainCampaign, followUps: [{ id: 'later', sms: { text: 'later', delay: 'P20D', ...always } }] }],
    control: {
      ...answered,
      faults: [
        {
          ...{ match: { path: '/sms/send' }, kind: 'status', status: 400 },
          body: { success: false, error: { code: 'VALIDATION_ERROR', message: 'no' } },
        },
      ],
    },
  })
  await stage.send('call.requested', asked())
  await stage.journey('lead_1', ({ state }) => state === 'following_up')
  stage.clock.advance(20 * 24 * 3_600_000)
  const refused = await stage.journey('lead_1', isOver)
  expect(refused.effects.at(-1)).toMatchObject({ kind: 'sms', state: 'refused' })
  // A replay that fails as well gives it no more time.
  stage.clock.advance(5 * 24 * 3_600_000)
  expect(await over(stage, (await ask(stage, {})).id)).toMatchObject({ done: 1 })
  await stage.journey('lead_1', journey => isOver(journey) && journey.effects.at(-1)?.state === 'refused')
  stage.simulator.control({ faults: [] })
  stage.clock.advance(2 * 24 * 3_600_000 + 60_000)
  expect(await over(stage, (await ask(stage, {})).id)).toMatchObject({ done: 0, refusals: { too_late: 1 } })
  stage.clock.advance(-60_000 - 60_000)
  expect(await over(stage, (await ask(stage, {})).id)).toMatchObject({ done: 1 })
  await eventually(() => expect(textsOf(stage)).toEqual(['later']))
})
