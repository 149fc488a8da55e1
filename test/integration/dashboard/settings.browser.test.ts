import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { settingGroups } from '../../../src/dashboard/settings-groups.ts'
import { showSettings } from '../../../src/shown-settings.ts'
import { eventually } from '../../support/eventually.ts'
import { plainCampaign, startStage } from '../../support/stage.ts'
import { isWiderThanScreen, openPage, violationsOf } from './browser.ts'
import { ADMIN_API_KEYS, createVisitor, KEYS, textOf } from './visitor.ts'

const PATH = '/dashboard/settings'

test('every setting stands in a group of its own kind, once', () => {
  const all = showSettings({})
  const groups = settingGroups(all)
  expect(groups.map(({ name }) => name)).not.toContain('Others')
  const listed = groups.flatMap(({ rows }) => rows.map(({ name }) => name))
  expect(listed.toSorted()).toEqual(all.map(({ name }) => name).toSorted())
})

test.each(['viewer', 'operator', 'admin'] as const)(
  'with the role %s one reads what is set, never a secret, and changes nothing',
  async role => {
    const stage = await startStage({ env: { ADMIN_API_KEYS, LEADSAIL_API_KEY: 'first-key-1,second-key-2' } })
    const visitor = createVisitor(stage.url)
    await visitor.signIn(KEYS[role])
    const { status, html } = await visitor.get(PATH)
    expect(status).toBe(200)
    const text = textOf(html)
    expect(text).toMatch(/LEADSAIL_API_KEY.{0,200}set \(2 values\)/)
    expect(text).toMatch(/ADMIN_API_KEYS.{0,200}set \(3 values\)/)
    expect(text).toMatch(/DATA_KEY.{0,200}not set/)
    expect(text).toMatch(/RETENTION.{0,200}P90D default/)
    expect(text).toMatch(/LEADSAIL_RATE.{0,200}1000\/s/)
    const { REDIS_URL = '', WEBHOOK_SECRET = '', LEADSAIL_WEBHOOK_SECRET = '' } = stage.env
    for (const secret of [
      'first-key-1',
      'second-key-2',
      KEYS.admin,
      REDIS_URL,
      WEBHOOK_SECRET,
      LEADSAIL_WEBHOOK_SECRET,
    ]) {
      expect(secret).not.toBe('')
      expect(html).not.toContain(secret)
    }
    expect(text).toMatch(/aftercall \d+\.\d+\.\d+ Node\.js 24\.\d+\.\d+ Redis (Redis|Valkey) \d/)
    expect(text).toContain('Redis keeps what was accepted')
    // The only form of the page is the one that signs out.
    expect(html.match(/<form/g)).toHaveLength(1)
    expect((await visitor.send(PATH, {}, { from: PATH })).status).toBe(404)
  },
)

test('whoever has not signed in sees nothing of it', async () => {
  const stage = await startStage({ env: { ADMIN_API_KEYS } })
  const { status, html } = await createVisitor(stage.url).get(PATH)
  expect(status).toBe(303)
  expect(html).not.toContain('LEADSAIL')
})

test('campaign files stand there with what is wrong in them, and the page is sound in every look', async () => {
  const followUps = [{ id: 'never', when: {}, pixel: { via: 'meta', pixelId: '1', event: 'Lead' } }]
  const stage = await startStage({
    campaigns: [
      plainCampaign,
      { ...plainCampaign, id: 'trial', test: true, account: { campaignId: 'TRI' }, followUps },
    ],
    env: { ADMIN_API_KEYS },
  })
  const dir = stage.env['CAMPAIGNS_DIR'] ?? ''
  await writeFile(join(dir, 'broken.yaml'), `id: broken\nname: ${'W'.repeat(120)}\nprovider: leadsail\n`)
  await writeFile(join(dir, 'roof.yaml'), 'id: roof\nname: 12\n')
  const page = await openPage(stage, PATH)
  await page.getByLabel('API key').fill(KEYS.viewer)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await eventually(async () => {
    await page.goto(`${stage.url}${PATH}`)
    const files = await page.getByRole('region', { name: 'Campaign files' }).innerText()
    expect(files).toContain('broken.yaml')
    expect(files).toContain('It is not in force.')
    expect(files).toContain('Its last good version is in force until it is mended.')
    expect(files).toContain('trial.yaml, line 1')
  })
  await rm(join(dir, 'trial.yaml'))
  await eventually(async () => {
    await page.goto(`${stage.url}${PATH}`)
    expect(await page.getByText('The file is gone.').count()).toBe(1)
  })
  for (const look of [
    { colorScheme: 'light', width: 1280 },
    { colorScheme: 'dark', width: 1280 },
    { colorScheme: 'light', width: 390 },
    { colorScheme: 'dark', width: 390 },
  ] as const) {
    await page.emulateMedia({ colorScheme: look.colorScheme })
    await page.setViewportSize({ width: look.width, height: 844 })
    expect([look, await violationsOf(page)]).toEqual([look, []])
    expect([look, await isWiderThanScreen(page)]).toEqual([look, false])
  }
}, 60_000)
