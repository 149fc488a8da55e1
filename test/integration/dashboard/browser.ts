import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import axe, { type AxeResults } from 'axe-core'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, expect, onTestFinished } from 'vitest'
import type { Stage } from '../../support/stage.ts'

let launched: Promise<Browser> | undefined

/** One browser for all. Asked for by each test itself, so that without one every test fails. */
function launch(): Promise<Browser> {
  launched ??= chromium.launch({
    executablePath: findChromium(),
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  })
  return launched
}

afterAll(async () => (await launched)?.close())

/** @throws with the mend: without a browser nothing here is known to work */
function findChromium(): string {
  const named = process.env['CHROMIUM_PATH']
  if (named) return named
  const names = ['chromium', 'chromium-browser', 'google-chrome']
  const places = (process.env['PATH'] ?? '').split(delimiter)
  const found = places.flatMap(place => names.map(name => join(place, name))).find(isExecutable)
  if (found === undefined) throw new Error('no Chromium for the page tests: run ./setup test, or set CHROMIUM_PATH')
  return found
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/**
 * A page whose complaints and strange requests fail the test.
 * @param options.allowed complaints that the test means to cause
 */
export async function openPage(
  stage: Stage,
  path: string,
  { allowed, ...options }: BrowserContextOptions & { allowed?: RegExp } = {},
): Promise<Page> {
  const context = await (await launch()).newContext({ viewport: { width: 1280, height: 900 }, ...options })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', message => {
    const isComplaint = ['error', 'warning'].includes(message.type()) && allowed?.test(message.text()) !== true
    if (isComplaint) complaints.push(message.text())
  })
  page.on('pageerror', error => complaints.push(error.message))
  page.on('request', request => {
    if (new URL(request.url()).origin !== stage.url) complaints.push(`a request to ${request.url()}`)
  })
  onTestFinished(async () => {
    await context.close()
    expect(complaints).toEqual([])
  })
  await page.goto(`${stage.url}${path}`)
  return page
}

export const isWiderThanScreen = (page: Page) =>
  page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth')

/** What axe-core finds wrong with the page as it is now, each with its places. */
export async function violationsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const { violations } = (await page.evaluate('axe.run(document)')) as AxeResults
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`)
}

/** Goes on with the Tab key until something with this name has the focus. */
export async function tabTo(page: Page, name: string): Promise<void> {
  for (let stop = 0; stop < MAX_STOPS; stop += 1) {
    await page.keyboard.press('Tab')
    if ((await focusedName(page)) === name) return
  }
  throw new Error(`the keyboard does not get to “${name}”`)
}

/** Twice as many stops as any page has: one may be missed while the page renews itself. */
const MAX_STOPS = 160

/** What a screen reader would call whatever has the focus. */
export async function focusedName(page: Page): Promise<string> {
  return String(
    await page.evaluate(
      "(document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.labels?.[0]?.textContent ?? document.activeElement?.textContent ?? '').trim()",
    ),
  )
}
