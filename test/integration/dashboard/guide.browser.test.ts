import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { delimiter, resolve } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { openLedger } from '../../support/list-journeys.ts'
import { pixelCampaign, plantEffects } from '../../support/planted-effects.ts'
import { isOver, plainCampaign, type Stage, startStage } from '../../support/stage.ts'
import { openPage } from './browser.ts'
import { ADMIN_API_KEYS, KEYS } from './visitor.ts'

/** What somebody in a hurry may take for one of the guides. */
const MINUTE_MS = 60_000

interface Guide {
  /** Bold names of its numbered steps, in their order. */
  names: string[]
  commands: string[]
}

/** One section of docs/guide.md. */
async function guideOf(heading: string): Promise<Guide> {
  const guide = await readFile('docs/guide.md', 'utf8')
  const section = guide.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
  const steps = section.match(/^\d\. .*(?:\n {3}.*)*/gm) ?? []
  const [, shell = ''] = /```sh\n([\s\S]*?)```/.exec(section) ?? []
  return {
    names: steps.flatMap(step => [...step.matchAll(/\*\*(.+?)\*\*/g)].map(([, name = '']) => name)),
    commands: shell.trim().split('\n'),
  }
}

/** Goes through a guide on a page: every name of it, in its order, and no other. */
function follow(page: Page, { names }: Guide) {
  const left = [...names]
  const begunAt = performance.now()
  const next = (name: string) => expect(left.shift()).toBe(name)
  const beginsWith = (name: string) => new RegExp(`^${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`)
  return {
    async click(name: string) {
      next(name)
      const link = page.getByRole('link', { name: beginsWith(name) })
      await link
        .or(page.getByRole('button', { name: beginsWith(name) }))
        .first()
        .click()
    },
    async type(name: string, text: string) {
      next(name)
      await page.getByLabel(name, { exact: true }).fill(text)
      await page.keyboard.press('Enter')
    },
    async choose(name: string, label: string) {
      next(name)
      await page.getByLabel(name).selectOption({ label })
    },
    /** The part of the page with this heading. */
    async read(name: string) {
      next(name)
      return page.getByRole('region', { name: beginsWith(name) }).innerText()
    },
    end() {
      expect(left).toEqual([])
      expect(performance.now() - begunAt).toBeLessThan(MINUTE_MS)
    },
  }
}

async function openAsOperator(stage: Stage): Promise<Page> {
  const page = await openPage(stage, '/dashboard')
  await page.getByLabel('API key').fill(KEYS.operator)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
  return page
}

/** Runs a command of the guide as it stands there, with the id of a journey in the place of `jrn_…`. */
async function run(stage: Stage, command = '', journeyId = ''): Promise<string> {
  const child = spawn('bash', ['-ec', command.replace('jrn_…', journeyId)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      PATH: [resolve('node_modules/.bin'), process.env['PATH']].join(delimiter),
      AFTERCALL_URL: stage.url,
      AFTERCALL_API_KEY: KEYS.operator,
    },
  })
  let output = ''
  child.stdout.on('data', chunk => {
    output += chunk
  })
  const [code] = await once(child, 'close')
  expect([command, code]).toEqual([command, 0])
  return output
}

const followUps = [{ id: 'thanks', when: { outcome: ['qualified'] }, sms: { text: 'Thanks.', window: '00:00-24:00' } }]
const asOperator = { headers: { authorization: `Bearer ${KEYS.operator}` } }

test('why a lead got no text is found by the clicks and the commands of the guide', async () => {
  const guide = await guideOf('Why did a lead get no text?')
  const stage = await startStage({
    campaigns: [{ ...plainCampaign, followUps }],
    control: { scripts: { '*': [{ status: 'qualified', lengthMs: 1_000 }] } },
    env: { ADMIN_API_KEYS },
  })
  const json = { phone: '+12025550123', channels: ['sms'], reason: 'asked by mail' }
  await stage.api('/suppressions', { json, ...asOperator })
  await stage.lead('lead_1', { phone: '+12025550123' })
  const find = () => stage.api<{ journeys: { id: string; state: string }[] }>('/journeys?leadId=lead_1', asOperator)
  const journey = await eventually(async () => {
    const [found] = (await find()).body.journeys
    return found !== undefined && isOver(found) && found
  })

  const page = await openAsOperator(stage)
  const walk = follow(page, guide)
  await walk.click('Journeys')
  await walk.type('Search', 'lead_1')
  await page.getByRole('link', { name: 'Ann Lee' }).click()
  expect(await walk.read('Texts and pixels')).toMatch(/Text “thanks”\s+Skipped\s+the number is suppressed\./)
  expect(await walk.read('Timeline')).toContain('Text “thanks” was skipped: the number is suppressed.')
  walk.end()

  const [looksUp, shows] = guide.commands
  expect(await run(stage, looksUp)).toContain(journey.id)
  expect(await run(stage, shows, journey.id)).toContain('Text “thanks” was skipped: the number is suppressed.')
}, 120_000)

test('everything is stopped and let go on by the clicks and the commands of the guide', async () => {
  const guide = await guideOf('Stop everything now')
  const stage = await startStage({ control: { scripts: { '*': [{ neverEnds: true }] } }, env: { ADMIN_API_KEYS } })
  const calls = () => stage.simulator.truth().calls.length
  const page = await openAsOperator(stage)
  const walk = follow(page, guide)
  await walk.click('Campaigns')
  await walk.click('Pause everything…')
  await walk.click('Pause everything')
  await page.getByRole('status').getByText('Everything is paused now.').waitFor()
  const { body } = await stage.lead('lead_1', { phone: '+12025550123' })
  await eventually(async () => {
    const event = await stage.api<{ state: string }>(`/events/${body['eventId']}`, asOperator)
    expect(event.body.state).toBe('processed')
  })
  expect(calls()).toBe(0)
  await walk.click('Let everything go on…')
  await walk.click('Resume everything')
  await page.getByRole('status').getByText('Everything goes on.').waitFor()
  await eventually(() => expect(calls()).toBe(1))
  walk.end()

  const [pauses, resumes] = guide.commands
  expect(await run(stage, pauses)).toContain('Everything is paused')
  await page.goto(`${stage.url}/dashboard/campaigns`)
  await page.getByRole('heading', { name: 'Everything is paused' }).waitFor()
  expect(await run(stage, resumes)).toContain('Everything goes on')
}, 120_000)

test('failed pixels are retried by the clicks and the commands of the guide', async () => {
  const guide = await guideOf("Retry yesterday's failed pixels")
  const refusal = { success: false, error: { code: 'NOT_FOUND', message: 'Pixel not found' } }
  const refuse = { match: { path: '/pixels/fire' }, kind: 'status' as const, status: 400, body: refusal }
  const stage = await startStage({ campaigns: [pixelCampaign], env: { ADMIN_API_KEYS }, control: { faults: [refuse] } })
  const ledger = await openLedger(stage.env, stage.clock)
  const failed = async (count: number) =>
    eventually(async () => expect(await ledger.failures.count({ kind: 'pixel' })).toBe(count))
  const fired = () => stage.simulator.truth().pixels.length
  await plantEffects(ledger, 3, { now: stage.clock.now() })
  await failed(3)
  stage.simulator.control({ faults: [] })

  const page = await openAsOperator(stage)
  const walk = follow(page, guide)
  await walk.click('Failures')
  await walk.choose('Kind', 'Pixels')
  await page.waitForURL('**/failures?kind=pixel**')
  await walk.choose('Began to fail', 'in the last day')
  await page.waitForURL('**since=day**')
  await walk.click('Replay these…')
  await page.getByRole('heading', { name: 'Replay 3 pixels?' }).waitFor()
  await walk.click('Replay')
  await eventually(() => expect(fired()).toBe(3))
  walk.end()
  await failed(0)

  stage.simulator.control({ faults: [refuse] })
  await plantEffects(ledger, 2, { now: stage.clock.now(), from: 10 })
  await failed(2)
  stage.simulator.control({ faults: [] })
  const [lists, asks, replays] = guide.commands
  expect(await run(stage, lists)).toContain('NOT_FOUND')
  expect(await run(stage, asks)).toMatch(/2 pixels|2 .*tried anew/)
  expect(fired()).toBe(3)
  await run(stage, replays)
  await eventually(() => expect(fired()).toBe(5))
}, 120_000)

test('what is parked is decided by the clicks and the commands of the guide', async () => {
  const guide = await guideOf('A lead is parked')
  const stage = await startStage({ control: { scripts: { '*': [{ status: 'odd_status' }] } }, env: { ADMIN_API_KEYS } })
  const parked = async (leadId: string) =>
    eventually(async () => {
      const { body } = await stage.api<{ journeys: { id: string; state: string; outcome?: string }[] }>(
        `/journeys?leadId=${leadId}`,
        asOperator,
      )
      const [journey] = body.journeys
      return journey?.state === 'parked' && journey
    })
  const outcomeOf = async (id: string) =>
    (await stage.api<{ state: string; outcome?: string }>(`/journeys/${id}`, asOperator)).body

  await stage.lead('lead_1', { phone: '+12025550123' })
  const first = await parked('lead_1')
  const page = await openAsOperator(stage)
  const walk = follow(page, guide)
  await walk.click('Parked')
  await page.getByRole('heading', { name: 'Call 1 to Ann Lee' }).waitFor()
  await walk.click('It happened…')
  await walk.choose('What did this call mean?', 'Answered')
  await walk.click('It happened')
  await page.getByRole('status').getByText('otto decided that call 1 to lead_1 happened').waitFor()
  walk.end()
  await eventually(async () => expect(await outcomeOf(first.id)).toMatchObject({ state: 'done', outcome: 'answered' }))

  await stage.lead('lead_2', { phone: '+12025550124' })
  const second = await parked('lead_2')
  const [lists, resolves] = guide.commands
  expect(await run(stage, lists)).toContain(`call:${second.id}:1`)
  await run(stage, resolves, second.id)
  await eventually(async () => expect(await outcomeOf(second.id)).toMatchObject({ state: 'done', outcome: 'answered' }))
}, 120_000)
