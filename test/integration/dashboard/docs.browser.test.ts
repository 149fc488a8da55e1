import { expect, test } from 'vitest'
import { startStage } from '../../support/stage.ts'
import { isWiderThanScreen, openPage, violationsOf } from './browser.ts'

test('the description of the API can be read by everybody, on a telephone too', async () => {
  const stage = await startStage()
  const page = await openPage(stage, '/dashboard/docs')
  await page.getByRole('heading', { level: 3, name: 'Ask for a journey' }).waitFor()
  await page.getByRole('link', { name: 'Suppressions', exact: true }).last().click()
  expect(page.url()).toMatch(/#suppressions$/)
  expect(await violationsOf(page)).toEqual([])
  const narrow = await openPage(stage, '/docs', { viewport: { width: 360, height: 740 } })
  await narrow.getByRole('heading', { level: 1, name: 'API' }).waitFor()
  expect(await isWiderThanScreen(narrow)).toBe(false)
})
