import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { FailureGroupView } from '../../../src/desk/failures.ts'
import type { DryRun } from '../../../src/desk/replays.ts'
import { eventually } from '../../support/eventually.ts'
import { isOver, plainCampaign, type Stage, startStage } from '../../support/stage.ts'
import { ask, over } from './replaying.ts'

const HOUR_MS = 3_600_000
const always = { window: '00:00-24:00' }
const pixel = { via: 'meta', pixelId: '77', event: 'Lead' }
const call = (status: string) => ({ status, lengthMs: 10, summary: null })

/** The file says something else from now on. */
async function change(stage: Stage, campaign: Record<string, unknown>): Promise<void> {
  const changes = () => stage.lines.filter(({ msg }) => msg === 'campaign.changed').length
  const before = changes()
  await writeFile(join(String(stage.env['CAMPAIGNS_DIR']), 'roof.yaml'), JSON.stringify(campaign))
  await eventually(() => expect(changes()).toBe(before + 1))
}

test('a pixel that becomes once per lead while it waits is fired once, and its journey ends', async () => {
  const dial = { ...plainCampaign.dial, retry: { no_answer: ['PT1H'] } }
  const campaign = (once: string) => ({
    ...plainCampaign,
    dial,
    followUps: [{ id: 'paid', pixel: { ...pixel, once } }],
  })
  const stage = await startStage({
    campaigns: [campaign('journey')],
    control: {
      scripts: { lead_1: [call('no_answer'), call('qualified')] },
      faults: [{ match: { path: '/77/events' }, kind: 'status', status: 429, retryAfter: 7_200 }],
    },
  })
  await stage.lead('lead_1', { phone: '+12025550123' })
  await stage.journey('lead_1', ({ effects }) => effects.some(({ kind, tries }) => kind === 'pixel' && tries === 1))
  await change(stage, campaign('lead'))
  stage.clock.advance(HOUR_MS)
  const asked = await stage.journey('lead_1', ({ attempts }) => attempts[1]?.outcome === 'qualified')
  expect(asked.effects.filter(({ kind }) => kind === 'pixel')).toMatchObject([{ state: 'planned' }])
  stage.simulator.control({ faults: [] })
  stage.clock.advance(2 * HOUR_MS)
  const journey = await stage.journey('lead_1', isOver)
  expect(journey).toMatchObject({ state: 'done', steps: [] })
  expect(journey.effects.filter(({ kind }) => kind === 'pixel')).toMatchObject([{ state: 'done' }])
  expect(stage.simulator.truth().conversions.counts).toMatchObject({ receipts: 1 })
})

test('what waits for a rule that its file has lost stands as a failure, and is replayed once the rule is back', async () => {
  const followUps = [
    { id: 'paid', pixel },
    { id: 'thanks', sms: { text: 'Thanks', delay: 'PT1H', ...always } },
    { id: 'kept', sms: { text: 'Kept', delay: 'PT1H', ...always } },
  ]
  const whole = { ...plainCampaign, followUps }
  const stage = await startStage({
    campaigns: [whole],
    control: {
      scripts: { '*': [call('qualified')] },
      faults: [{ match: { path: '/77/events' }, kind: 'status', status: 429, retryAfter: 1_800 }],
    },
  })
  await stage.lead('lead_1', { phone: '+12025550123' })
  await stage.journey('lead_1', ({ effects }) => effects.some(({ kind, tries }) => kind === 'pixel' && tries === 1))
  await change(stage, { ...whole, followUps: [followUps[2], { id: 'thanks', pixel }] })
  await eventually(() =>
    expect(stage.lines).toContainEqual(
      expect.objectContaining({ msg: 'campaign.rules_lost', campaign: 'roof', rules: ['paid', 'thanks'] }),
    ),
  )
  stage.simulator.control({ faults: [] })
  stage.clock.advance(HOUR_MS)
  const lost = await stage.journey('lead_1', isOver)
  const gone = { state: 'refused', error: { code: 'RULE_GONE' } }
  expect(Object.fromEntries(lost.effects.map(({ rule, ...effect }) => [rule, effect]))).toMatchObject({
    ...{ paid: { ...gone, tries: 1 }, thanks: { ...gone, tries: 0 }, kept: { state: 'done' } },
  })
  expect(lost.timeline.filter(({ what }) => what === 'effect.rule_gone')).toHaveLength(2)
  const failures = async () => (await stage.api<{ failures: FailureGroupView[] }>('/failures')).body.failures
  expect((await failures()).map(({ kind, cause, count }) => [kind, cause, count]).sort()).toEqual([
    ['pixel', 'RULE_GONE: the campaign has no such rule any more', 1],
    ['sms', 'RULE_GONE: the campaign has no such rule any more', 1],
  ])
  const { body } = await stage.api<DryRun>('/replays', { json: { filter: {}, dryRun: true } })
  expect(body).toMatchObject({ count: 2, replayable: 0, refusals: [{ reason: 'rule_gone', count: 2 }] })

  await change(stage, whole)
  expect(await over(stage, (await ask(stage, {})).id)).toMatchObject({ matched: 2, done: 2, refused: 0 })
  const back = await stage.journey(
    'lead_1',
    journey => isOver(journey) && journey.effects.every(({ state }) => state === 'done'),
  )
  expect(back.state).toBe('done')
  expect(stage.simulator.truth().texts.map(({ text }) => text)).toEqual(['Kept', 'Thanks'])
  expect(stage.simulator.truth().conversions.counts).toMatchObject({ receipts: 1 })
  expect(await failures()).toEqual([])
})
