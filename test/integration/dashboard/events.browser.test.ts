import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { plainCampaign, type Stage, startStage } from '../../support/stage.ts'
import { focusedName, isWiderThanScreen, openPage, tabTo, violationsOf } from './browser.ts'
import { ADMIN_API_KEYS, KEYS } from './visitor.ts'

const LIST = '/dashboard/events'
const endless = 'W'.repeat(120)
const neverEnds = { scripts: { '*': [{ neverEnds: true }] } }

async function openAs(stage: Stage, key: string, path: string, options: Parameters<typeof openPage>[2] = {}) {
  const page = await openPage(stage, path, options)
  await page.getByLabel('API key').fill(key)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL(`**${path}`)
  return page
}

const idOf = (answer: { body: Record<string, unknown> }) => String(answer.body['eventId'])

async function until(stage: Stage, id: string): Promise<void> {
  const headers = { authorization: `Bearer ${KEYS.viewer}` }
  const state = async () => (await stage.api<{ state: string }>(`/events/${id}`, { headers })).body.state
  await expect.poll(state, { timeout: 10_000 }).not.toBe('received')
}

test('every page of events is sound for screen readers and no wider than a phone, light and dark', async () => {
  const stage = await startStage({ control: neverEnds, env: { ADMIN_API_KEYS } })
  const empty = await openAs(stage, KEYS.operator, LIST, { viewport: { width: 390, height: 844 } })
  await empty.getByRole('heading', { name: 'Send the first event' }).waitFor()
  expect(await violationsOf(empty)).toEqual([])
  expect(await isWiderThanScreen(empty)).toBe(false)

  const lead = {
    phone: '+12025550123',
    firstName: endless,
    answers: [{ question: endless, answer: endless.repeat(9) }],
  }
  const started = idOf(await stage.lead('lead_1', lead))
  const joined = idOf(await stage.lead('lead_1', lead))
  const ignored = idOf(await stage.lead('lead_2', lead, { campaignId: endless }))
  const heard = idOf(await stage.send('text.received', { phone: '+12025550121', text: `stop ${endless}` }))
  for (const id of [started, joined, ignored, heard]) await until(stage, id)

  for (const [key, look] of [
    [KEYS.operator, { colorScheme: 'light' }],
    [KEYS.operator, { colorScheme: 'dark' }],
    [KEYS.operator, { colorScheme: 'light', viewport: { width: 390, height: 844 } }],
    [KEYS.viewer, { colorScheme: 'dark', viewport: { width: 390, height: 844 } }],
  ] as const) {
    const page = await openAs(stage, key, LIST, { ...look, allowed: /status of 40[34]/ })
    for (const path of [
      LIST,
      `${LIST}?source=leadsail&status=ignored`,
      `${LIST}?status=rejected`,
      `${LIST}/${started}`,
      `${LIST}/${joined}`,
      `${LIST}/${ignored}`,
      `${LIST}/${heard}`,
      `${LIST}/${started}/replay`,
      `${LIST}/none_1`,
    ]) {
      await page.goto(`${stage.url}${path}`)
      expect([path, look, await violationsOf(page)]).toEqual([path, look, []])
      expect([path, look, await isWiderThanScreen(page)]).toEqual([path, look, false])
    }
  }
}, 240_000)

test('the list changes by itself while events come in, and the focus stays where it was', async () => {
  const stage = await startStage({ control: neverEnds })
  const page = await openPage(stage, LIST)
  await page.getByText('Live', { exact: true }).waitFor()
  const start = page.getByRole('heading', { name: 'Send the first event' })
  await start.waitFor()
  await stage.lead('lead_1', { phone: '+12025550123' })
  await start.waitFor({ state: 'detached' })
  await page.goto(`${stage.url}${LIST}?source=leadsail`)
  await page.getByText('Live', { exact: true }).waitFor()
  const rows = page.locator('table.events tbody tr')
  await rows.filter({ hasText: 'Processed' }).getByRole('link', { name: 'Ann Lee' }).waitFor()
  await rows.getByRole('link', { name: 'lead.processed' }).focus()
  await stage.send('call.ended', { provider: 'leadsail', interactionId: 'int_1' })
  await stage.lead('lead_2', { phone: '+12025550124', firstName: 'Bo' })
  await rows.getByRole('link', { name: 'Bo Lee' }).waitFor()
  expect(await rows.count()).toBe(2)
  expect(await focusedName(page)).toBe('lead.processed')
})

test('by keyboard alone an event is found, read, taken along and replayed', async () => {
  const reentry = { ...plainCampaign, trigger: { events: ['lead.processed'], reentry: 'P7D' } }
  const stage = await startStage({ campaigns: [reentry], control: neverEnds, env: { ADMIN_API_KEYS } })
  const id = idOf(await stage.lead('lead_1', { phone: '+12025550123' }))
  await stage.send('call.ended', { provider: 'leadsail', interactionId: 'int_1' })
  await until(stage, id)
  const page = await openAs(stage, KEYS.operator, '/dashboard')
  await tabTo(page, 'Events')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Events' }).waitFor()
  await page.getByLabel('Source').selectOption({ label: 'LeadSail' })
  await page.waitForURL('**source=leadsail**')
  await tabTo(page, 'lead.processed')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'lead.processed' }).waitFor()
  await page.getByRole('region', { name: 'What came of it' }).getByRole('link', { name: 'Ann Lee' }).waitFor()

  const download = page.waitForEvent('download')
  await tabTo(page, 'Download raw')
  await page.keyboard.press('Enter')
  const saved = await download
  expect(saved.suggestedFilename()).toBe(`${id}.json`)
  expect(JSON.parse(await readFile(await saved.path(), 'utf8'))).toMatchObject({ leadId: 'lead_1' })

  await tabTo(page, 'Replay…')
  await page.keyboard.press('Enter')
  await page.getByText("The lead's journey is still going on; the event joins it").waitFor()
  await tabTo(page, 'Replay event')
  await page.keyboard.press('Enter')
  await page.getByRole('status').getByText('The event is read anew.').waitFor()
  await page.locator('.head .chip').getByText('Replayed').waitFor()
  expect(stage.simulator.truth().calls).toHaveLength(1)
})

test('everything works without scripts', async () => {
  const stage = await startStage({ control: neverEnds })
  const id = idOf(await stage.lead('lead_1', { phone: '+12025550123' }))
  await stage.event(id)
  const page = await openPage(stage, LIST, { javaScriptEnabled: false })
  await page.getByLabel('Status').selectOption({ label: 'Processed' })
  await page.getByRole('button', { name: 'Show' }).click()
  await page.getByRole('link', { name: 'lead.processed' }).click()
  await page.getByRole('link', { name: 'Replay…' }).click()
  await page.getByRole('button', { name: 'Replay event' }).click()
  await page.getByText('The event is read anew.').waitFor()
})
