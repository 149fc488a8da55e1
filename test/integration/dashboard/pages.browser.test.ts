import { expect, test } from 'vitest'
import { isOver, plainCampaign, startStage } from '../../support/stage.ts'
import { isWiderThanScreen, openPage } from './browser.ts'
import { ADMIN_API_KEYS, KEYS } from './visitor.ts'

const followUps = [
  {
    id: 'thanks',
    when: { outcome: ['qualified'] },
    sms: { text: 'Hi {{ lead.firstName }}, thanks.', window: '00:00-24:00' },
  },
]

test('the overview changes by itself from nothing to a live call to its outcome', async () => {
  const stage = await startStage({
    control: { timeScale: 20, scripts: { '*': [{ status: 'qualified', lengthMs: 60_000 }] } },
  })
  const page = await openPage(stage, '/dashboard')
  await page.getByText('Start the first journey').waitFor()
  await page.getByText('Live', { exact: true }).waitFor()

  await stage.lead('lead_1', { phone: '+12025550123' })
  const call = page.locator('table.live tbody tr')
  await call.getByText('Ann Lee').waitFor()
  await call.getByText(/^\d:\d\d$/).waitFor()
  await page.getByText('Start the first journey').waitFor({ state: 'detached' })

  await page.getByText('No call is live right now.').waitFor()
  await page.locator('table.chart').getByText('Qualified').waitFor()
  await page.locator('table.journeys').getByText('Done').waitFor()
  expect(await page.locator('[data-announcer]').textContent()).toMatch(/live call|journeys done/)
})

test('a live page keeps the focus where it was', async () => {
  const stage = await startStage({ control: { scripts: { '*': [{ neverEnds: true }] } } })
  await stage.lead('lead_1', { phone: '+12025550123' })
  await stage.journey('lead_1', journey => journey.state === 'in_call')
  const page = await openPage(stage, '/dashboard')
  const link = page.locator('table.journeys').getByRole('link', { name: 'Ann Lee' })
  await link.focus()
  await stage.lead('lead_2', { phone: '+12025550124', firstName: 'Bo' })
  await page.locator('table.journeys').getByRole('link', { name: 'Bo Lee' }).waitFor()
  expect(await page.evaluate('document.activeElement?.textContent')).toBe('Ann Lee')
})

test('what is pressed while the page renews itself is clicked all the same', async () => {
  const stage = await startStage({ control: { scripts: { '*': [{ neverEnds: true }] } } })
  await stage.lead('lead_1', { phone: '+12025550123' })
  const { id } = await stage.journey('lead_1', journey => journey.state === 'in_call')
  const page = await openPage(stage, '/dashboard')
  const witness = await openPage(stage, '/dashboard')
  for (const each of [page, witness]) await each.locator('[data-live-state="live"]').waitFor()
  const link = page.locator('table.journeys').getByRole('link', { name: 'Ann Lee' })
  await link.hover()
  await page.mouse.down()
  await stage.lead('lead_2', { phone: '+12025550124', firstName: 'Bo' })
  await witness.locator('table.live').getByRole('link', { name: 'Bo Lee' }).waitFor()
  expect(await page.getByRole('link', { name: 'Bo Lee' }).count()).toBe(0)
  await page.mouse.up()
  await page.waitForURL(`**/journeys/${id}`)

  await page.goBack()
  await page.locator('table.live').getByRole('link', { name: 'Bo Lee' }).waitFor()
})

test("a journey's timeline reads well, with times of the reader's zone", async () => {
  const stage = await startStage({
    campaigns: [{ ...plainCampaign, followUps }],
    control: { scripts: { '*': [{ status: 'qualified', lengthMs: 90_000 }] } },
  })
  await stage.lead('lead_1', { phone: '+12025550123' })
  const journey = await stage.journey('lead_1', isOver)
  const page = await openPage(stage, '/dashboard', { timezoneId: 'Asia/Tokyo', locale: 'en-GB' })
  await page.locator('table.journeys').getByRole('link', { name: 'Ann Lee' }).click()
  await page.getByRole('heading', { level: 1, name: 'Ann Lee' }).waitFor()

  const lines = page.locator('.timeline > li')
  expect(await lines.count()).toBe(journey.timeline.length)
  await lines.filter({ hasText: 'Call 1 ended: qualified, after 1 min 30 s of talk.' }).waitFor()
  const began = new Date(journey.createdAt)
  const local = new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Tokyo', timeStyle: 'medium' }).format(began)
  const time = lines.first().locator('time')
  await expect.poll(() => time.textContent()).toContain(local)
  expect(await time.getAttribute('title')).toBe(
    `${journey.createdAt.slice(0, 10)} ${journey.createdAt.slice(11, 19)} UTC`,
  )
})

test("every time of a journey is told by the lead's clock too, unless the reader has the same", async () => {
  const stage = await startStage({ control: { scripts: { '*': [{ neverEnds: true }] } } })
  const lead = { campaign: 'roof', leadId: 'lead_1', phone: '+12025550123', timezone: 'America/Los_Angeles' }
  await stage.send('call.requested', lead)
  const { id, createdAt, timezones } = await stage.journey('lead_1', ({ state }) => state === 'in_call')
  expect(timezones).toEqual(['America/Los_Angeles'])
  const began = new Date(createdAt)
  const part = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('en-GB', { timeZone: 'America/Los_Angeles', ...options }).format(began)
  const there = new RegExp(`^${part({ weekday: 'short' })} ${part({ timeStyle: 'short' })} P[SD]T$`)

  const path = `/dashboard/journeys/${id}`
  const far = await openPage(stage, path, { timezoneId: 'Asia/Tokyo', locale: 'en-GB' })
  const clocks = far.locator('.timeline .there')
  expect(await clocks.count()).toBe(await far.locator('.timeline > li').count())
  expect(await clocks.first().textContent()).toMatch(there)
  expect(await clocks.first().isVisible()).toBe(true)
  expect(await far.locator('table.next .there').first().textContent()).toMatch(/ P[SD]T$/)
  await far.getByText("Small: the lead's own clock").waitFor()

  const near = await openPage(stage, path, { timezoneId: 'America/Los_Angeles' })
  await near.locator('[data-live-state="live"]').waitFor()
  expect(await near.locator('.there').first().isVisible()).toBe(false)
  expect(await near.getByText("Small: the lead's own clock").isVisible()).toBe(false)
})

test('a key signs in, a journey is cancelled after a question, and signing out ends it', async () => {
  const stage = await startStage({ control: { scripts: { '*': [{ neverEnds: true }] } }, env: { ADMIN_API_KEYS } })
  await stage.lead('lead_1', { phone: '+12025550123' })
  const page = await openPage(stage, '/dashboard')
  await page.getByLabel('API key').fill(KEYS.operator)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.locator('table.live').getByRole('link', { name: 'Ann Lee' }).click()
  await page.getByRole('link', { name: 'Cancel journey…' }).click()
  await page.getByText('The call that is under way is not cut off.').waitFor()
  await page.getByRole('button', { name: 'Cancel journey' }).click()
  await page.getByText('Cancelled by otto.').waitFor()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
})

test('what waits comes by itself, is decided on a page that says what follows, and is gone', async () => {
  const stage = await startStage({
    control: { scripts: { '*': [{ status: 'odd_status' }] } },
    env: { ADMIN_API_KEYS },
  })
  const page = await openPage(stage, '/dashboard/parked')
  await page.getByLabel('API key').fill(KEYS.operator)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('Nothing waits for a decision.').waitFor()
  await page.getByText('Live', { exact: true }).waitFor()

  await stage.lead('lead_1', { phone: '+12025550123' })
  const question = page.locator('.questions > li')
  await question.getByRole('heading', { name: 'Call 1 to Ann Lee' }).waitFor()
  await page.getByRole('link', { name: 'Parked 1 waiting for a decision' }).waitFor()

  await question.getByRole('link', { name: 'It happened…' }).click()
  await page.getByText('The outcome that you choose decides what is next').waitFor()
  await page.getByLabel('What did this call mean?').selectOption('Answered')
  await page.getByLabel('Note for the timeline').fill('I listened to it.')
  await page.getByRole('button', { name: 'It happened' }).click()
  await page
    .getByRole('status')
    .getByText('otto decided that call 1 to lead_1 happened: “I listened to it.”.')
    .waitFor()
  await page.getByText('Nothing waits for a decision.').waitFor()
  expect(await page.locator('[data-badge]').isVisible()).toBe(false)

  await page.getByRole('link', { name: 'Audit' }).click()
  await page.getByRole('row', { name: /otto Decided that it happened Call 1/ }).waitFor()
})

test('nothing is wider than a phone, light or dark, whatever a lead is called', async () => {
  const stage = await startStage({
    control: { scripts: { lead_odd: [{ status: 'odd_status' }], lead_live: [{ neverEnds: true }] } },
  })
  const endless = 'W'.repeat(120)
  await stage.lead('lead_odd', { phone: '+12025550123', firstName: endless })
  await stage.lead('lead_live', { phone: '+12025550124', firstName: endless, lastName: '<script>alert(1)</script>' })
  const journey = await stage.journey('lead_odd', isOver)
  await stage.journey('lead_live', ({ state }) => state === 'in_call')
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await openPage(stage, '/dashboard', { viewport: { width: 375, height: 800 }, colorScheme })
    for (const path of [
      '/dashboard',
      '/dashboard/journeys',
      `/dashboard/journeys/${journey.id}`,
      `/dashboard/journeys/${journey.id}/cancel`,
      '/dashboard/parked',
      `/dashboard/parked/decide?key=call:${journey.id}:1&happened=true`,
      '/dashboard/audit',
    ]) {
      await page.goto(`${stage.url}${path}`)
      expect(await isWiderThanScreen(page), path).toBe(false)
    }
  }
})

test('everything works without scripts', async () => {
  const stage = await startStage({ control: { scripts: { '*': [{ neverEnds: true }] } } })
  await stage.lead('lead_1', { phone: '+12025550123' })
  const journey = await stage.journey('lead_1', ({ state }) => state === 'in_call')
  const page = await openPage(stage, '/dashboard/journeys', { javaScriptEnabled: false })
  await page.getByLabel('Search').fill('lead_1')
  await page.getByRole('button', { name: 'Search' }).click()
  await page.getByRole('link', { name: 'Ann Lee' }).click()
  expect(await page.locator('.timeline time').first().textContent()).toBe(
    `${journey.createdAt.slice(0, 10)} ${journey.createdAt.slice(11, 19)} UTC`,
  )
  await page.getByRole('link', { name: 'Cancel journey…' }).click()
  await page.getByRole('button', { name: 'Cancel journey' }).click()
  await page.getByText('Cancelled by local.').waitFor()
})

test('the keyboard goes first to the content, and everything it reaches can be seen and has a name', async () => {
  const stage = await startStage()
  await stage.lead('lead_1', { phone: '+12025550123' })
  await stage.journey('lead_1', journey => journey.attempts.length > 0)
  const page = await openPage(stage, '/dashboard/journeys')
  await page.keyboard.press('Tab')
  const skip = page.getByRole('link', { name: 'Skip to content' })
  expect(await page.evaluate('document.activeElement?.textContent')).toBe('Skip to content')
  expect((await skip.boundingBox())?.y).toBeGreaterThanOrEqual(0)

  for (let stop = 0; stop < 12; stop += 1) {
    await page.keyboard.press('Tab')
    const focused = (await page.evaluate(`(() => {
      const { activeElement: element } = document
      if (element === document.body) return undefined
      const { outlineStyle, outlineWidth } = getComputedStyle(element)
      return { outline: outlineStyle === 'none' ? 0 : Number.parseFloat(outlineWidth), name: (element.labels?.[0] ?? element).textContent.trim() }
    })()`)) as { outline: number; name: string } | undefined
    if (focused === undefined) break
    expect(focused.outline).toBeGreaterThan(0)
    expect(focused.name).not.toBe('')
  }
})
