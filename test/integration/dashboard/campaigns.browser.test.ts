import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { listLeads, openLedger, openListJourneys } from '../../support/list-journeys.ts'
import { plainCampaign, type Stage, startStage } from '../../support/stage.ts'
import { focusedName, isWiderThanScreen, openPage, tabTo, violationsOf } from './browser.ts'
import { ADMIN_API_KEYS, KEYS } from './visitor.ts'

const LIST = '/dashboard/campaigns'
const ROOF = `${LIST}/roof`
const neverEnds = { scripts: { '*': [{ neverEnds: true }] } }
const dial = { ...plainCampaign.dial, pace: { callsPerSecond: 1000, maxLive: 3 } }
const list = { ...plainCampaign, trigger: {}, dial }

async function fill(stage: Stage, count: number, campaign = 'roof', from = 0): Promise<void> {
  const ledger = await openLedger(stage.env, stage.clock)
  await openListJourneys(ledger, campaign, listLeads(count, from), stage.clock.now())
}

const start = (stage: Stage, id: string) =>
  stage.api(`/campaigns/${id}/start`, { method: 'POST', headers: { authorization: `Bearer ${KEYS.operator}` } })

async function openAs(stage: Stage, key: string, path: string, options: Parameters<typeof openPage>[2] = {}) {
  const page = await openPage(stage, path, options)
  await page.getByLabel('API key').fill(key)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL(`**${path}`)
  return page
}

test('every page of campaigns is sound for screen readers and no wider than a phone, light and dark', async () => {
  const breaker = { failureShare: 0.5, window: 'PT2M', minCalls: 3 }
  const now = new Date().getUTCHours()
  const windows = {
    'mon-sun': `${String((now + 5) % 24).padStart(2, '0')}:00-${String((now + 9) % 24).padStart(2, '0')}:00`,
  }
  const endless = 'W'.repeat(120)
  const stage = await startStage({
    campaigns: [
      { ...list, followUps: [{ id: 'thanks', when: {}, sms: { text: endless, delay: 'P2D', window: '00:00-24:00' } }] },
      {
        ...list,
        id: 'later',
        name: endless,
        account: { campaignId: 'LAT' },
        dial: { ...dial, windows, timezone: 'UTC' },
      },
      {
        ...{ ...list, id: 'storm', name: 'Storm', account: { campaignId: 'STO' }, outcomes: { line_down: 'failed' } },
        dial: { ...dial, breaker },
      },
      { ...list, id: 'empty', name: 'Empty', test: true, account: { campaignId: 'EMP' } },
    ],
    control: { scripts: { '*': [{ status: 'completed' }], row_1: [{ neverEnds: true }] } },
    env: { ADMIN_API_KEYS },
  })
  await fill(stage, 12)
  await fill(stage, 20, 'later', 100)
  await stage.simulator.control({
    scripts: Object.fromEntries(listLeads(8, 200).map(({ leadId }) => [leadId, [{ status: 'line_down' }]])),
  })
  await fill(stage, 8, 'storm', 200)
  for (const id of ['roof', 'storm']) await start(stage, id)
  const headers = { authorization: `Bearer ${KEYS.operator}`, 'content-type': 'text/csv' }
  await stage.api('/campaigns/later/leads', {
    method: 'POST',
    headers,
    body: `leadId,phone,timezone\n${endless},12,\nl_1,+12125550101,UTC\n`,
  })
  await eventually(async () => {
    const { body } = await stage.api<{ status: string }>('/campaigns/storm', { headers })
    expect(body.status).toBe('paused')
  })

  for (const [key, look] of [
    [KEYS.operator, { colorScheme: 'light' }],
    [KEYS.operator, { colorScheme: 'dark' }],
    [KEYS.operator, { colorScheme: 'light', viewport: { width: 390, height: 844 } }],
    [KEYS.viewer, { colorScheme: 'dark', viewport: { width: 390, height: 844 } }],
  ] as const) {
    const page = await openAs(stage, key, LIST, { ...look, allowed: /status of 40[39]/ })
    const past = await page.goto(`${stage.url}${LIST}/later/import`).then(() => page.locator('.import-rows a').first())
    const report = (await past.getAttribute('href')) ?? ''
    for (const path of [
      LIST,
      ROOF,
      `${ROOF}?range=day`,
      `${LIST}/later`,
      `${LIST}/storm`,
      `${LIST}/empty`,
      `${ROOF}/pause`,
      `${ROOF}/cancel`,
      `${LIST}/later/start`,
      `${LIST}/storm/resume`,
      `${LIST}/later/import`,
      report,
      '/dashboard/pause-all',
      '/dashboard',
    ]) {
      await page.goto(`${stage.url}${path}`)
      if (path === `${LIST}/later`) await page.getByText('At a later hour').waitFor()
      expect(await violationsOf(page), `${path} ${JSON.stringify(look)}`).toEqual([])
      expect(await isWiderThanScreen(page), path).toBe(false)
    }
  }
}, 240_000)

test('by keyboard alone a campaign is started, paused, resumed and cancelled, and everything is paused', async () => {
  const stage = await startStage({ campaigns: [list], control: neverEnds, env: { ADMIN_API_KEYS } })
  await fill(stage, 9)
  const page = await openAs(stage, KEYS.operator, LIST)
  await tabTo(page, 'Roof quotes')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Roof quotes' }).waitFor()
  const does = async (link: string, button: string, flash: string) => {
    await page.getByRole('link', { name: link }).waitFor()
    await tabTo(page, link)
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: button }).waitFor()
    await tabTo(page, button)
    await page.keyboard.press('Enter')
    await page.getByRole('status').getByText(flash).waitFor()
  }
  await does('Start…', 'Start campaign', 'The campaign was started.')
  await page.locator('.chip.live').getByText('Running').waitFor()
  // The page goes on by itself, and the keyboard stays where it is.
  await tabTo(page, 'Pause…')
  await page.locator('dl.flow').first().getByRole('link', { name: '3', exact: true }).waitFor()
  expect(await focusedName(page)).toBe('Pause…')
  await page.reload()
  await does('Pause…', 'Pause campaign', 'The campaign was paused.')
  await does('Resume…', 'Resume campaign', 'The campaign goes on.')
  await page.goto(`${stage.url}${LIST}`)
  await does('Pause everything…', 'Pause everything', 'Everything is paused now.')
  await does('Let everything go on…', 'Resume everything', 'Everything goes on.')
  await page.goto(`${stage.url}${ROOF}`)
  await does('Cancel…', 'Cancel campaign', 'The campaign was cancelled.')
  await page.locator('.chip').getByText('Cancelled').first().waitFor()
  await page.getByRole('link', { name: 'Audit' }).click()
  await page.getByRole('row', { name: /otto Cancelled a campaign Roof quotes/ }).waitFor()
}, 60_000)

test('a viewer finds nothing to press', async () => {
  const stage = await startStage({ campaigns: [list], env: { ADMIN_API_KEYS } })
  await fill(stage, 3)
  const page = await openAs(stage, KEYS.viewer, ROOF)
  await page.getByText('Live', { exact: true }).waitFor()
  for (const path of [ROOF, LIST, `${ROOF}/import`]) {
    await page.goto(`${stage.url}${path}`)
    expect(await page.locator('main').getByRole('button').count()).toBe(0)
    for (const name of [/Start/, /Pause/, /Cancel/, /Import leads/]) {
      expect(await page.locator('main').getByRole('link', { name }).count(), path).toBe(0)
    }
  }
  await page.goto(`${stage.url}${ROOF}/import`)
  await page.getByText('Operators and admins import lists.').waitFor()
})

const row = (index: number) => `lead_${index},+1212${2_000_000 + index},America/New_York`
const csv = (count: number) =>
  ['leadId,phone,timezone', ...Array.from({ length: count }, (_, index) => row(index))].join('\n')

test('a list is checked, its report is read out, and it is imported by keyboard', async () => {
  const stage = await startStage({ campaigns: [list], env: { ADMIN_API_KEYS } })
  const page = await openAs(stage, KEYS.operator, `${ROOF}/import`)
  const buffer = Buffer.from(`${csv(5)}\nbad,12,America/New_York\n`)
  await page.getByLabel('File', { exact: true }).setInputFiles({ name: 'leads.csv', mimeType: 'text/csv', buffer })
  await tabTo(page, 'Check the file')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: '5 leads of this file can be imported' }).waitFor()
  expect(await focusedName(page)).toBe('5 leads of this file can be imported')
  expect(await page.locator('[data-upload-status]').textContent()).toBe('5 leads of this file can be imported')
  await page.getByRole('row', { name: /7 phone 12 No valid number/ }).waitFor()
  expect(await violationsOf(page)).toEqual([])
  await tabTo(page, 'Import these 5 leads')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: '5 leads were imported' }).waitFor()
  const headers = { authorization: `Bearer ${KEYS.viewer}` }
  const { body } = await stage.api<{ progress: Record<string, number> }>('/campaigns/roof', { headers })
  expect(body.progress).toMatchObject({ total: 5, scheduled: 5 })
  await page.getByRole('link', { name: 'Open this report' }).click()
  await page.getByRole('heading', { level: 1, name: '5 leads were imported' }).waitFor()
  expect(await violationsOf(page)).toEqual([])
  // Another file makes the old answer void.
  await page.goBack()
  await page.getByLabel('File', { exact: true }).setInputFiles({ name: 'other.csv', mimeType: 'text/csv', buffer })
  expect(await page.locator('[data-report-title]').count()).toBe(0)
})

test('a file that is no list, a large one, and one that is stopped each end in clear words', async () => {
  const stage = await startStage({ campaigns: [list] })
  const page = await openPage(stage, `${ROOF}/import`, { allowed: /status of 400/ })
  const dir = await mkdtemp(join(tmpdir(), 'aftercall-lists-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  const check = async (name: string, content: Buffer | string) => {
    await writeFile(join(dir, name), content)
    await page.getByLabel('File', { exact: true }).setInputFiles(join(dir, name))
    await page.getByRole('button', { name: 'Check the file' }).click()
  }
  const huge = 200_000_000
  await check('photo.csv', Buffer.alloc(huge))
  await page.getByText('The file is no text: send CSV or NDJSON in UTF-8. Nothing was imported.').waitFor()
  await check('one-line.csv', Buffer.alloc(huge, 'x'))
  await page.getByText('no line ends within the first 256 kB').waitFor()

  const line = 'lead,12,America/New_York\n'
  const rows = process.env['TEST_SCALE'] === 'full' ? huge / line.length : 160_000
  const faulty = `leadId,phone,timezone\n${line.repeat(rows)}`
  await check('faulty.csv', faulty)
  await page.getByRole('progressbar').waitFor()
  await page.getByText(`The first 200 of ${rows.toLocaleString('en-US')} faulty rows`).waitFor({ timeout: 540_000 })
  expect(await page.getByRole('progressbar').count()).toBe(0)

  // Long enough to be stopped in time.
  await check('again.csv', faulty.repeat(20))
  await page.getByRole('button', { name: 'Stop' }).click()
  await page.getByRole('alert').getByText('Stopped. Nothing was imported.').waitFor()
  expect((await stage.campaign()).progress['total']).toBe(0)
}, 600_000)

test('without scripts a campaign is started all the same, and its import says why it needs them', async () => {
  const stage = await startStage({ campaigns: [list], control: neverEnds })
  await fill(stage, 3)
  const page = await openPage(stage, `${ROOF}/import`, { javaScriptEnabled: false })
  await page.getByText('Sending a file from this page needs scripts').waitFor()
  expect(await page.getByRole('button', { name: 'Check the file' }).isVisible()).toBe(false)
  await page.goto(`${stage.url}${ROOF}`)
  await page.getByRole('link', { name: 'Start…' }).click()
  await page.getByRole('button', { name: 'Start campaign' }).click()
  await page.getByText('The campaign was started.').waitFor()
  await eventually(async () => expect((await stage.campaign()).progress['in_call']).toBe(3))
})
