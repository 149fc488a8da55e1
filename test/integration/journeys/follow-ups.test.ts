import { expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { isOver, plainCampaign, startStage } from '../../support/stage.ts'

const HOUR_MS = 3_600_000
const sms = (text: string, more = {}) => ({ text, window: '00:00-24:00', ...more })
const pixel = (event: string, more = {}) => ({ via: 'leadsail', platform: 'facebook', pixelId: '1', event, ...more })

test('rules choose by outcome, talk time, spokenTo and summary; all conditions of a rule must hold', async () => {
  const stage = await startStage({
    campaigns: [
      {
        ...plainCampaign,
        followUps: [
          { id: 'outcome', when: { outcome: ['answered', 'qualified'] }, sms: sms('outcome') },
          { id: 'other-outcome', when: { outcome: ['voicemail'] }, sms: sms('other-outcome') },
          { id: 'long-enough', when: { minTalk: 'PT30S' }, sms: sms('long-enough') },
          { id: 'too-short', when: { minTalk: 'PT31S' }, sms: sms('too-short') },
          { id: 'spoken', when: { spokenTo: true }, sms: sms('spoken') },
          { id: 'unspoken', when: { spokenTo: false }, sms: sms('unspoken') },
          { id: 'summary', when: { summary: 'estimate' }, sms: sms('summary') },
          { id: 'half', when: { outcome: ['answered'], minTalk: 'PT1H' }, sms: sms('half') },
          { id: 'always', sms: sms('always') },
        ],
      },
    ],
    control: {
      scripts: {
        lead_1: [{ status: 'completed', lengthMs: 30_000, spokenTo: true, summary: 'Asked for an Estimate.' }],
      },
    },
  })
  await stage.lead('lead_1', { phone: '+12025550123' })
  const journey = await stage.journey('lead_1', isOver)
  expect(journey).toMatchObject({ state: 'done', outcome: 'answered' })
  const sent = stage.simulator.truth().texts.map(({ text }) => text)
  expect(sent.sort()).toEqual(['always', 'long-enough', 'outcome', 'spoken', 'summary'])
})

test('one rule acts once per journey, and on the last attempt only where it says so', async () => {
  const dial = { ...plainCampaign.dial, retry: { no_answer: ['PT0S', 'PT0S'] } }
  const stage = await startStage({
    campaigns: [
      {
        ...plainCampaign,
        dial,
        followUps: [
          { id: 'missed', when: { outcome: ['no_answer'] }, sms: sms('missed') },
          { id: 'gave-up', when: { outcome: ['no_answer'], lastAttempt: true }, sms: sms('gave up') },
        ],
      },
    ],
    control: { scripts: { '*': [{ status: 'no_answer', lengthMs: 10 }] } },
  })
  await stage.lead('lead_1', { phone: '+12025550123' })
  const journey = await stage.journey('lead_1', isOver)
  expect(journey.attempts).toHaveLength(3)
  expect(stage.simulator.truth().texts.map(({ text }) => text)).toEqual(['missed', 'gave up'])
  expect(journey.effects.find(({ rule }) => rule === 'gave-up')).toMatchObject({ state: 'done' })
})

test('a pixel once per lead is fired once, over journeys and campaigns of the lead’s life', async () => {
  const stage = await startStage({
    campaigns: [
      {
        ...plainCampaign,
        trigger: { events: ['lead.processed'], reentry: 'PT1S' },
        dial: { ...plainCampaign.dial, maxPer24h: 9 },
        followUps: [
          { id: 'per-lead', pixel: pixel('Lead', { once: 'lead' }) },
          { id: 'per-journey', pixel: pixel('Contact') },
        ],
      },
    ],
    control: { scripts: { '*': [{ status: 'qualified', lengthMs: 10 }] } },
  })
  await stage.lead('lead_1', { phone: '+12025550123' })
  const first = await stage.journey('lead_1', isOver)
  stage.clock.advance(HOUR_MS)
  await stage.lead('lead_1', { phone: '+12025550123' })
  const second = await stage.journey('lead_1', journey => journey.id !== first.id && isOver(journey))
  expect(second.effects.find(({ rule }) => rule === 'per-lead')).toMatchObject({ state: 'skipped' })
  const fired = stage.simulator.truth().pixels.map(({ eventName }) => eventName)
  expect(fired.sort()).toEqual(['Contact', 'Contact', 'Lead'])
})

test('a text waits for its delay and then for the end of the quiet hours in the lead’s zone', async () => {
  const now = Date.now()
  const opensAt = new Date(now + 3 * HOUR_MS).toISOString().slice(11, 16)
  const closesAt = new Date(now + 4 * HOUR_MS).toISOString().slice(11, 16)
  const stage = await startStage({
    campaigns: [
      {
        ...plainCampaign,
        followUps: [{ id: 'later', sms: { text: 'Hello', delay: 'PT1H', window: `${opensAt}-${closesAt}` } }],
      },
    ],
    control: { scripts: { '*': [{ status: 'completed', lengthMs: 10 }] } },
  })
  await stage.send('call.requested', { campaign: 'roof', leadId: 'lead_1', phone: '+12125550123', timezone: 'Etc/UTC' })
  const delayed = await stage.journey('lead_1', ({ state }) => state === 'following_up')
  expect(delayed.effects.at(-1)).toMatchObject({ kind: 'sms', state: 'planned' })
  stage.clock.advance(HOUR_MS)
  const quiet = await stage.journey('lead_1', ({ steps }) => steps[0]?.why === 'quiet_hours')
  expect(quiet).toMatchObject({ state: 'following_up' })
  expect(quiet.nextAt?.slice(11, 16)).toBe(opensAt)
  expect(stage.simulator.truth().texts).toEqual([])
  stage.clock.advance(2 * HOUR_MS)
  await stage.journey('lead_1', isOver)
  expect(stage.simulator.truth().texts).toHaveLength(1)
})

test('a number that opted out is neither called nor texted, whatever was planned before', async () => {
  const stage = await startStage({
    campaigns: [
      { ...plainCampaign, followUps: [{ id: 'later', sms: sms('Hello', { delay: 'PT1H' }) }] },
      { ...plainCampaign, id: 'solar', trigger: {} },
    ],
    control: { scripts: { '*': [{ status: 'completed', lengthMs: 10 }] } },
  })
  await stage.lead('lead_1', { phone: '+12025550123' })
  await stage.journey('lead_1', ({ state }) => state === 'following_up')
  const optOut = await stage.send('lead.opted_out', { leadId: 'lead_1' })
  expect(await stage.event(String(optOut.body['eventId']))).toMatchObject({ state: 'processed' })
  stage.clock.advance(HOUR_MS)
  const texted = await stage.journey('lead_1', isOver)
  expect(texted.effects.at(-1)).toMatchObject({ kind: 'sms', state: 'skipped', why: 'suppressed' })

  await stage.send('call.requested', { campaign: 'solar', leadId: 'lead_2', phone: '(202) 555-0123' })
  expect(await stage.journey('lead_2', isOver)).toMatchObject({ state: 'stopped', reason: 'suppressed', attempts: [] })
  const truth = stage.simulator.truth()
  expect([truth.calls.length, truth.texts.length]).toEqual([1, 0])
})

test('an opt-out for texts alone leaves calls alone, and the outcome opted_out stops both', async () => {
  const stage = await startStage({
    campaigns: [
      { ...plainCampaign, followUps: [{ id: 'thanks', sms: sms('Hello') }] },
      { ...plainCampaign, id: 'solar', trigger: {} },
    ],
    control: {
      scripts: { lead_1: [{ status: 'completed', lengthMs: 10 }], lead_2: [{ status: 'dnc', lengthMs: 10 }] },
    },
  })
  await stage.event(
    String((await stage.send('lead.opted_out', { phone: '+12025550121', channels: ['sms'] })).body['eventId']),
  )
  await stage.lead('lead_1', { phone: '+12025550121' })
  const journey = await stage.journey('lead_1', isOver)
  expect(journey.effects.map(({ kind, state }) => [kind, state])).toEqual([
    ['call', 'done'],
    ['sms', 'skipped'],
  ])

  await stage.lead('lead_2', { phone: '+12025550122' })
  expect(await stage.journey('lead_2', isOver)).toMatchObject({ state: 'done', outcome: 'opted_out' })
  await stage.send('call.requested', { campaign: 'solar', leadId: 'lead_3', phone: '+12025550122' })
  expect(await stage.journey('lead_3', isOver)).toMatchObject({ state: 'stopped', reason: 'suppressed' })
  expect(stage.simulator.truth().texts).toEqual([])
})

test('a stuck pixel endpoint holds up nothing but pixels', async () => {
  const campaign = {
    ...plainCampaign,
    poll: { ...plainCampaign.poll, first: 'PT0.02S', min: 'PT0.02S' },
    followUps: [{ id: 'lead-pixel', pixel: pixel('Lead') }],
  }
  const stage = await startStage({
    campaigns: [campaign],
    control: { scripts: { '*': [{ status: 'qualified', lengthMs: 10 }] } },
    env: { SHUTDOWN_TIMEOUT: 'PT1S' },
  })
  // The simulator is asked, in this process, when the calls are there: asking the service would load what is measured.
  const dialDelays = async (name: string): Promise<number[]> => {
    const leads = Array.from({ length: 40 }, (_, index) => `${name}_${index}`)
    const placed = stage.simulator.truth().calls.length + leads.length
    for (const leadId of leads) await stage.lead(leadId)
    await eventually(() => expect(stage.simulator.truth({ lists: false }).counts.calls).toBe(placed))
    const journeys = await Promise.all(
      leads.map(leadId => stage.journey(leadId, ({ attempts }) => attempts.length === 1)),
    )
    return journeys.map(({ attempts, createdAt }) => Date.parse(attempts[0]?.intendedAt ?? '') - Date.parse(createdAt))
  }
  const lowerQuartile = (values: number[]) => Number([...values].sort((a, b) => a - b)[Math.floor(values.length / 4)])
  await dialDelays('warm')
  const before = lowerQuartile(await dialDelays('before'))
  const counts = () => stage.simulator.truth({ lists: false })
  await eventually(() => expect(counts().counts.pixels).toBe(80))
  stage.simulator.control({ faults: [{ match: { path: '/pixels/fire' }, kind: 'hang' }] })
  await dialDelays('stuck')
  await eventually(() => expect(counts().requests.byRoute['POST /pixels/fire']).toBe(120))
  const during = lowerQuartile(await dialDelays('during'))
  console.log(`dial start delay, lower quartile: ${before} ms before, ${during} ms while 40 to 80 pixels hang`)
  // The lower quartile leaves out what else the machine was doing; a queue held up by hanging pixels would cost seconds.
  expect(during).toBeLessThanOrEqual(before * 1.1 + 15)
  expect(stage.simulator.truth().pixels).toHaveLength(80)
  stage.simulator.control({ faults: [] })
}, 60_000)
