import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { DryRun } from '../../../src/desk/dry-run.ts'
import { eventually } from '../../support/eventually.ts'
import { isOver, plainCampaign, type Stage, startStage } from '../../support/stage.ts'

const pixel = (event: string, more = {}) => ({ platform: 'facebook', pixelId: '1', event, ...more })
const followUps = [
  { id: 'coded', pixel: pixel('Lead', { testEventCode: 'TEST1' }) },
  { id: 'plain', pixel: pixel('Contact') },
]
const trial = { ...plainCampaign, id: 'trial', trigger: {}, test: true, followUps }
const ask = (stage: Stage, campaign: string, leadId: string, index: number) =>
  stage.send('call.requested', { campaign, leadId, phone: `+1202555010${index}`, timezone: 'America/New_York' })

/** What the first page says of real journeys: all of them, and those begun and ended in the last day. */
async function overview(stage: Stage): Promise<number[]> {
  const html = await (await fetch(`${stage.url}/dashboard/`)).text()
  const total = /In all<\/dt><dd[^>]*><a[^>]*>(\d+)</.exec(html)
  const day = /<b>(\d+)<\/b> journeys? begun, <b>(\d+)<\/b> ended/.exec(html)
  return [total?.[1], day?.[1], day?.[2]].map(Number)
}

test('tests are marked wherever they go, and counted in no sum of real ones, also after their campaign is none', async () => {
  const stage = await startStage({
    campaigns: [plainCampaign, trial],
    control: { scripts: { '*': [{ status: 'qualified', lengthMs: 10, summary: null }] } },
  })
  await ask(stage, 'roof', 'real_1', 1)
  await ask(stage, 'trial', 'test_1', 2)
  await ask(stage, 'trial', 'test_2', 3)
  for (const leadId of ['real_1', 'test_1', 'test_2']) await stage.journey(leadId, isOver)

  const { calls, pixels } = stage.simulator.truth()
  expect(calls.map(({ leadId, test: isTest }) => [leadId, isTest]).sort()).toEqual([
    ['real_1', false],
    ['test_1', true],
    ['test_2', true],
  ])
  expect(pixels.map(({ eventName, testEventCode }) => [eventName, testEventCode])).toEqual([
    ['Lead', 'TEST1'],
    ['Lead', 'TEST1'],
  ])
  const [journey] = await stage.journeysOf('test_1')
  expect(journey).toMatchObject({ test: true })
  expect(journey?.effects.find(({ rule }) => rule === 'plain')).toMatchObject({
    state: 'skipped',
    why: expect.stringContaining('testEventCode'),
  })
  expect(await stage.campaign('trial')).toMatchObject({
    test: true,
    progress: { total: 2, done: 2 },
    warnings: [{ path: 'followUps[1].pixel' }],
  })
  expect(await overview(stage)).toEqual([1, 1, 1])
  for (const by of ['lead', 'attempt']) {
    const text = await (await fetch(`${stage.url}/api/v1/campaigns/trial/export?by=${by}`)).text()
    const [head = '', ...rows] = text.trim().split('\r\n')
    const at = head.split(',').indexOf('test')
    expect(rows.map(row => row.split(',')[at])).toEqual(['true', 'true'])
  }

  // The trial is over: what comes now is real, and what came before stays a test.
  const real = { ...trial, test: false, followUps: [followUps[1]] }
  await writeFile(join(String(stage.env['CAMPAIGNS_DIR']), 'trial.yaml'), JSON.stringify(real))
  await eventually(async () => expect(await stage.campaign('trial')).toMatchObject({ test: false, tests: 2 }))
  await ask(stage, 'trial', 'real_2', 4)
  await stage.journey('real_2', isOver)
  expect(await overview(stage)).toEqual([2, 2, 2])
  expect(await stage.campaign('trial')).toMatchObject({ progress: { total: 3 }, tests: 2, outcomes: { qualified: 3 } })
  const dryRun = (await stage.api<DryRun>('/campaigns/trial/dryrun', { method: 'POST' })).body
  expect(dryRun).toMatchObject({ journeys: 1, leftOut: 2, changes: { added: 0, removed: 0, same: 1 } })
})
