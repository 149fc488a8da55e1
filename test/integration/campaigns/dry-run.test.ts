import { expect, test } from 'vitest'
import type { DryRun } from '../../../src/desk/dry-run.ts'
import { isOver, plainCampaign, type Stage, startStage } from '../../support/stage.ts'

const sms = (text: string, more = {}) => ({ text, window: '00:00-24:00', ...more })
const pixel = (event: string, more = {}) => ({ platform: 'facebook', pixelId: '1', event, ...more })
const call = (status: string, lengthMs = 10) => ({ status, lengthMs, summary: null })
const followUps = [
  { id: 'thanks', when: { outcome: ['qualified', 'answered'] }, sms: sms('Thanks {{ lead.firstName }}') },
  { id: 'lead', when: { outcome: ['qualified'] }, pixel: pixel('Lead', { once: 'lead' }) },
  { id: 'gone', when: { outcome: ['no_answer'], lastAttempt: true }, sms: sms('Sorry we missed you') },
]
const dial = { ...plainCampaign.dial, retry: { no_answer: ['PT0S'] }, maxAttempts: 2, maxPer24h: 20 }
const campaign = { ...plainCampaign, dial, followUps, trigger: { events: ['lead.processed'], reentry: 'PT0S' } }
const scripts = {
  won: [call('qualified')],
  talked: [call('completed', 20_000)],
  missed: [call('no_answer'), call('no_answer')],
  back: [call('no_answer'), call('completed')],
  strange: [call('weird')],
}

async function playedStage(more = {}): Promise<Stage> {
  const stage = await startStage({ campaigns: [{ ...campaign, ...more }], control: { scripts } })
  for (const [index, leadId] of Object.keys(scripts).entries()) {
    await stage.lead(leadId, { phone: `+1202555010${index}` })
    await stage.journey(leadId, isOver)
  }
  return stage
}

const dryRun = async (stage: Stage, rules?: unknown, query = '') =>
  stage.api<DryRun & { errors?: unknown[]; detail?: string }>(`/campaigns/roof/dryrun${query}`, {
    method: 'POST',
    ...(rules === undefined ? {} : { body: typeof rules === 'string' ? rules : JSON.stringify(rules) }),
  })

const countsOf = ({ wouldFire }: DryRun) => Object.fromEntries(wouldFire.map(({ rule, count }) => [rule, count]))

test('the rules in force would send again exactly what they sent, and a dry run sends nothing', async () => {
  const stage = await playedStage()
  const before = stage.simulator.truth()
  const { status, body } = await dryRun(stage)
  expect(status).toBe(200)
  expect(countsOf(body)).toEqual({ thanks: 3, lead: 1, gone: 1 })
  expect(body).toMatchObject({
    ...{ campaign: 'roof', journeys: 5, calls: 7, isWhole: true, leftOut: 0, unknown: [], silent: [] },
    changes: { added: 0, removed: 0, same: 5, reworded: 0, notSent: 0 },
  })
  expect(body.wouldFire[0]?.sample).toContainEqual({
    journey: expect.stringMatching(/^jrn_/),
    ...{ leadId: 'won', outcome: 'qualified', text: 'Thanks Ann' },
  })
  expect((await dryRun(stage, '{}')).body).toEqual(body)
  expect(await stage.api('/campaigns/nowhere/dryrun', { method: 'POST' })).toMatchObject({ status: 404 })
  const after = stage.simulator.truth()
  expect([after.texts, after.pixels]).toEqual([before.texts, before.pixels])
  expect(after.requests.total).toBe(before.requests.total)
})

test('changed rules: what would be new, what would be missing, and of what nobody can tell', async () => {
  const stage = await playedStage()
  const rules = `
outcomes: { weird: answered }
followUps:
  - id: thanks
    when: { outcome: [answered], minTalk: PT0.015S }
    sms: { text: "Thank you {{ lead.firstName }}", window: "00:00-24:00" }
  - id: lead
    when: { outcome: [answered] }
    pixel: { platform: facebook, pixelId: "1", event: Lead, once: lead }
  - id: rich
    when: { outcome: [qualified], extracted: { budget: high } }
    sms: { text: For you, window: "00:00-24:00" }
  - id: quote
    when: { outcome: [qualified, no_answer], summary: quote }
    sms: { text: Your quote, window: "00:00-24:00" }
  - id: empty
    when: { outcome: [qualified] }
    sms: { text: "{{ lead.fields.wish }}", window: "00:00-24:00" }
  - id: never
    when: { outcome: [busy] }
    sms: { text: x, window: "00:00-24:00" }
`
  const { status, body } = await dryRun(stage, rules)
  expect(status).toBe(200)
  expect(countsOf(body)).toEqual({ thanks: 1, lead: 3 })
  expect(body.changes).toMatchObject({ added: 3, removed: 4, same: 1, reworded: 1, notSent: 0 })
  expect(body.changes.rules.find(({ rule }) => rule === 'gone')).toMatchObject({ kind: 'sms', removed: 1, added: 0 })
  expect(body.unknown).toMatchObject([
    { rule: 'rich', count: 1, missing: ['extracted'], sample: [{ leadId: 'won' }] },
    { rule: 'quote', count: 3, missing: ['summary'] },
  ])
  expect(body.refused).toEqual([{ rule: 'empty', kind: 'sms', count: 1, reason: 'its text is empty for this lead' }])
  expect(body.silent).toEqual(['rich', 'quote', 'empty', 'never'])
  // Nothing of the change is in force.
  expect((await dryRun(stage)).body.changes).toMatchObject({ added: 0, removed: 0 })
})

test('what a rule has asked for is kept, so that other rules can be held against it', async () => {
  const stage = await startStage({
    campaigns: [
      {
        ...campaign,
        followUps: [
          { id: 'rich', when: { extracted: { budget: 'high' } }, sms: sms('rich') },
          { id: 'quote', when: { summary: 'quote' }, sms: sms('quote') },
        ],
      },
    ],
    control: {
      scripts: { won: [{ status: 'qualified', lengthMs: 10, summary: 'Wants a new roof' }] },
      leads: [{ leadId: 'won', questionnaire: { budget: 'low', colour: 'red' } }],
    },
  })
  await stage.lead('won', { phone: '+12025550100' })
  await stage.journey('won', isOver)
  const { body } = await dryRun(stage, {
    followUps: [
      { id: 'red', when: { extracted: { colour: 'RED' } }, sms: sms('red') },
      { id: 'roof', when: { summary: 'roof' }, sms: sms('roof') },
      { id: 'high', when: { extracted: { budget: 'high' } }, sms: sms('high') },
    ],
  })
  expect(countsOf(body)).toEqual({ red: 1, roof: 1 })
  expect(body.unknown).toEqual([])
})

test('a pixel once for a lead counts once, however many journeys the lead has', async () => {
  const stage = await playedStage()
  const [first] = await stage.journeysOf('won')
  stage.clock.advance(60_000)
  await stage.lead('won', { phone: '+12025550100' })
  const second = await stage.journey('won', journey => journey.id !== first?.id && isOver(journey))
  expect(second.effects.find(({ rule }) => rule === 'lead')).toMatchObject({ state: 'skipped' })
  const { body } = await dryRun(stage)
  expect(countsOf(body)).toMatchObject({ lead: 1 })
  expect(body.changes).toMatchObject({ added: 0, removed: 0 })
  const rules = { followUps: [{ id: 'new', when: { outcome: ['qualified'] }, pixel: pixel('Buy', { once: 'lead' }) }] }
  expect(countsOf((await dryRun(stage, rules)).body)).toEqual({ new: 1 })
})

test('the newest journeys are looked at, as many and as far back as asked', async () => {
  const stage = await playedStage()
  const newest = (await dryRun(stage, undefined, '?limit=2')).body
  expect(newest).toMatchObject({ journeys: 2, isWhole: false })
  stage.clock.advance(3_600_000)
  const since = new Date(stage.clock.now()).toISOString()
  await stage.lead('later', { phone: '+12025550109' })
  await stage.journey('later', isOver)
  expect((await dryRun(stage, undefined, `?since=${since}`)).body).toMatchObject({ journeys: 1, isWhole: true })
  expect(await dryRun(stage, undefined, '?limit=0')).toMatchObject({ status: 400 })
  expect(await dryRun(stage, undefined, '?since=yesterday')).toMatchObject({ status: 400 })
})

test('rules that do not fit are refused with every fault', async () => {
  const stage = await startStage()
  const rules = 'followUps:\n  - id: a\n    when: { outcome: [gone] }\n    sms: { text: "{{ lead.nme }}" }\n  - id: a\n'
  const { status, body } = await dryRun(stage, rules)
  expect(status).toBe(422)
  expect(body.errors).toEqual([
    { line: 3, path: 'followUps[0].when.outcome[0]', reason: expect.stringMatching(/^must be one of/) },
    { line: 4, path: 'followUps[0].sms.text', reason: expect.stringMatching(/^unknown variable/) },
    { line: 5, path: 'followUps[1].id', reason: '"a" is the id of another rule' },
    { line: 5, path: 'followUps[1]', reason: 'needs exactly one of sms and pixel' },
  ])
  expect((await dryRun(stage, `followUps: [${' '.repeat(300_000)}]`)).status).toBe(413)
  const whole = JSON.stringify({ ...plainCampaign, id: 'solar' })
  expect((await dryRun(stage, whole)).body.errors).toEqual([
    { line: 1, path: 'id', reason: 'must be the name of the file: "roof"' },
  ])
  expect((await dryRun(stage, { ...plainCampaign, followUps })).status).toBe(200)
})
