import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import type { Stage } from '../../support/stage.ts'
import { type Act, acts } from './acts.ts'
import { crawl, type Found, type OfferedForm, openAs } from './crawl.ts'
import { startFullDesk } from './full-desk.ts'
import { isForActors, offeredTo, pages, pausedPages } from './offers.ts'
import { KEYS } from './visitor.ts'

const roles = [
  { role: 'viewer', mayAct: false },
  { role: 'operator', mayAct: true },
  { role: 'admin', mayAct: true },
] as const

const names = { operator: 'otto', admin: 'ada' }

const sorted = ({ offers }: Found) =>
  Object.fromEntries([...offers].map(([shape, names]) => [shape, [...names].sort()]))

async function auditOf(stage: Stage): Promise<{ id: string; by: string; what: string }[]> {
  const headers = { authorization: `Bearer ${KEYS.admin}` }
  return (await stage.api<{ audit: { id: string; by: string; what: string }[] }>('/audit', { headers })).body.audit
}

/** Sends a form as its page would, but with the token of whoever is signed in here. */
async function send(page: Page, origin: string, { path, fields, isUpload }: OfferedForm) {
  const token = await page.locator('.who [name="formToken"]').inputValue()
  const headers = { origin, ...(isUpload ? { 'x-form-token': token, 'content-type': 'text/csv' } : {}) }
  const body = isUpload ? { data: 'leadId,phone\nx,+12025550199\n' } : { form: { ...fields, formToken: token } }
  const answer = await page.request.post(`${origin}${path}`, { headers, ...body, maxRedirects: 0 })
  return { status: answer.status(), text: await answer.text() }
}

test('everybody is offered what their role may do and nothing else, and who may only read is refused the rest', async () => {
  const stage = await startFullDesk()
  const found: Partial<Record<(typeof roles)[number]['role'], Found>> = {}
  const opened: Partial<Record<keyof typeof found, Page>> = {}
  for (const { role, mayAct } of roles) {
    const page = await openAs(stage, KEYS[role])
    opened[role] = page
    found[role] = await crawl(page, stage.url)
    expect([role, sorted(found[role])]).toEqual([role, offeredTo(mayAct, pages)])
  }
  const resume: OfferedForm = { path: '/dashboard/resume-all', fields: {}, isUpload: false }
  const forms = new Map([...(found.operator?.forms ?? []), ['/resume-all', resume]])
  expect([...forms.keys()].sort()).toEqual([...new Set(acts.map(({ sends }) => sends))].sort())
  expect(found.viewer?.forms).toEqual(new Map())

  const vera = opened.viewer
  if (vera === undefined) throw new Error('nobody has signed in')
  const before = (await auditOf(stage)).filter(({ what }) => what !== 'campaign.exported')
  for (const [shape, path] of found.operator?.addresses ?? []) {
    if (isForActors(shape))
      expect([path, (await vera.request.get(`${stage.url}${path}`)).status()]).toEqual([path, 403])
  }
  for (const form of forms.values()) {
    const { status, text } = await send(vera, stage.url, form)
    expect([form.path, status]).toEqual([form.path, 403])
    expect(text).toContain('vera is a viewer and may only read')
  }
  expect((await auditOf(stage)).filter(({ what }) => what !== 'campaign.exported')).toEqual(before)

  await stage.api('/pause', { method: 'POST', headers: { authorization: `Bearer ${KEYS.admin}` } })
  for (const { role, mayAct } of roles) {
    const page = opened[role]
    if (page === undefined) throw new Error(`${role} has not signed in`)
    const open = ['', '/campaigns', '/campaigns/roof', ...(mayAct ? ['/resume-all'] : [])]
    const paths = open.map(path => `/dashboard${path}`)
    expect([role, sorted(await crawl(page, stage.url, paths))]).toEqual([role, offeredTo(mayAct, pausedPages)])
  }
  expect((await vera.request.get(`${stage.url}/dashboard/resume-all`)).status()).toBe(403)
  expect((await send(vera, stage.url, resume)).status).toBe(403)
}, 120_000)

/** Does it as a person would: there, pressed, asked, pressed, seen. */
async function perform(page: Page, origin: string, { at, via, offer, asks, fill, press, sees }: Act): Promise<void> {
  const main = page.locator('#main')
  const follow = (name: string) =>
    main
      .getByRole('link', { name, exact: true })
      .or(main.getByRole('button', { name, exact: true }))
      .first()
      .click()
  await page.goto(`${origin}${at}`, { waitUntil: 'domcontentloaded' })
  if (via !== undefined) await main.getByRole('link', { name: via }).first().click()
  const isFile = offer === 'Check the file'
  if (isFile) await fill?.(page)
  if (offer !== undefined) await follow(offer)
  if (asks !== undefined) await main.getByText(asks).first().waitFor()
  if (!isFile) await fill?.(page)
  await main.getByRole('button', { name: press, exact: true }).first().click()
  await main.getByText(sees).first().waitFor()
}

test.each(['operator', 'admin'] as const)(
  'whatever an %s is offered does what it says when it is pressed',
  async role => {
    const stage = await startFullDesk()
    const page = await openAs(stage, KEYS[role])
    for (const act of acts) {
      const before = new Set((await auditOf(stage)).map(({ id }) => id))
      await perform(page, stage.url, act)
      const noted = (await auditOf(stage)).filter(({ id }) => !before.has(id))
      expect(noted).toContainEqual(expect.objectContaining({ what: act.audit, by: names[role] }))
    }
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByLabel('API key').waitFor()
    expect((await page.request.get(`${stage.url}/dashboard/audit`, { maxRedirects: 0 })).status()).toBe(303)
  },
  120_000,
)
