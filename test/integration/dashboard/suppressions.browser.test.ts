import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { type Stage, startStage } from '../../support/stage.ts'
import { focusedName, isWiderThanScreen, openPage, tabTo, violationsOf } from './browser.ts'

const PATH = '/dashboard/suppressions'
const endless = 'W'.repeat(120)

const phones = async (stage: Stage, query = '') => {
  const { body } = await stage.api<{ suppressions: { phone: string }[] }>(`/suppressions${query}`)
  return body.suppressions.map(({ phone }) => phone)
}

async function fill(stage: Stage): Promise<void> {
  await stage.api('/suppressions', { json: { phone: '+12025550120', channels: ['sms'], reason: 'asked by mail' } })
  await stage.api('/suppressions', { json: { phone: '+12025550120', channels: ['voice'], reason: endless } })
  await stage.send('text.received', { phone: '+12025550121', text: 'STOP' })
  await stage.send('text.received', { phone: '+12025550122', text: 'Could you please stop texting me at night?' })
  await stage.send('text.received', { phone: '+12025550123', text: `stop ${endless}` })
  await eventually(async () => expect(await phones(stage)).toHaveLength(4))
}

test('every page of suppressions is sound for screen readers and no wider than a phone, light and dark', async () => {
  const stage = await startStage()
  await fill(stage)
  const { body } = await stage.api<{ suppressions: { id: string }[] }>('/suppressions?inferred=true')
  const ids = body.suppressions.map(({ id }) => id)
  for (const look of [
    { colorScheme: 'light' },
    { colorScheme: 'dark' },
    { colorScheme: 'light', viewport: { width: 390, height: 844 } },
  ] as const) {
    for (const path of [PATH, `${PATH}?q=1`, `${PATH}/${ids[0]}/remove`, `${PATH}/${ids[0]}/dismiss`]) {
      const page = await openPage(stage, path, look)
      expect([path, look, await violationsOf(page)]).toEqual([path, look, []])
      expect([path, look, await isWiderThanScreen(page)]).toEqual([path, look, false])
    }
  }
}, 60_000)

test('by keyboard alone a number is suppressed, an inferred opt-out undone and a list imported', async () => {
  const stage = await startStage()
  await fill(stage)
  const page = await openPage(stage, PATH)
  await tabTo(page, 'Number')
  // The search comes first; the form's own field behind it.
  await tabTo(page, 'Number')
  await page.keyboard.type('(202) 555-0130')
  await page.keyboard.press('Enter')
  await page.waitForURL(`**${PATH}?done=added`)
  expect(await page.getByRole('status').first().textContent()).toContain('The number is suppressed.')
  expect(await phones(stage)).toContain('+12025550130')

  await tabTo(page, 'It is no opt-out…')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/dismiss')
  await tabTo(page, 'It was no opt-out')
  await page.keyboard.press('Enter')
  await page.waitForURL(`**${PATH}?done=dismissed`)
  expect(await phones(stage, '?inferred=true')).toHaveLength(1)

  const dir = await mkdtemp(join(tmpdir(), 'aftercall-numbers-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  const file = join(dir, 'numbers.csv')
  await writeFile(file, 'phone\n202-555-0140\n202-555-0141\nnobody\n')
  await page.locator('input[type="file"]').setInputFiles(file)
  await page.getByRole('button', { name: 'Check the file' }).click()
  await page.getByRole('heading', { name: '2 numbers of this file can be suppressed' }).waitFor()
  expect(await focusedName(page)).toBe('2 numbers of this file can be suppressed')
  expect(await phones(stage)).not.toContain('+12025550140')
  await page.getByRole('button', { name: 'Suppress these 2 numbers' }).click()
  await page.getByRole('heading', { name: '2 numbers are suppressed' }).waitFor()
  expect(await phones(stage)).toEqual(expect.arrayContaining(['+12025550140', '+12025550141']))
}, 60_000)

test('without scripts the page says how a list goes in', async () => {
  const stage = await startStage()
  const page = await openPage(stage, PATH, { javaScriptEnabled: false })
  expect(await page.getByText('curl').isVisible()).toBe(true)
  expect(await page.getByRole('button', { name: 'Check the file' }).isVisible()).toBe(false)
})
