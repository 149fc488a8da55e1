import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Stage } from '../../support/stage.ts'
import { openPage } from './browser.ts'
import { isForActors } from './offers.ts'

/** A form that changes something, with the fields that the page has filled in. */
export interface OfferedForm {
  path: string
  fields: Record<string, string>
  /** It sends a file, with its token in a header. */
  isUpload: boolean
}

export interface Found {
  /** What can be pressed, by the shape of the page that offers it. */
  offers: Map<string, Set<string>>
  /** Addresses by shape: one that somebody was led to. */
  addresses: Map<string, string>
  forms: Map<string, OfferedForm>
}

const DASHBOARD = '/dashboard'

const shapes: readonly [pattern: RegExp, name: string][] = [
  [/^jrn_\w+$/, ':journey'],
  [/^rpl_\w+$/, ':replay'],
  [/^sup_\w+$/, ':number'],
  [/^[0-9a-f]{16}$/, ':import'],
  [/^(?:leadsail|standard)_\w+$/, ':event'],
]

/** `/dashboard/journeys/jrn_00_1f` as `/journeys/:journey`: pages of one kind have one shape. */
function shapeOf(path: string): string {
  const [, ...parts] = path
    .replace(/[?#].*$/, '')
    .slice(DASHBOARD.length)
    .split('/')
  const named = parts.map((part, at) => {
    if (parts[0] === 'campaigns' && at === 1) return ':campaign'
    return shapes.find(([pattern]) => pattern.test(part))?.[1] ?? part
  })
  return `/${named.join('/')}`
}

/** A name without what differs from one row to the next. */
const alike = (name: string) =>
  name
    .replace(/[+•\d][•\d,]*/g, '#')
    .replace(/\s+/g, ' ')
    .trim()

/** So many pages of one shape tell all that such pages offer: what is parked or live is linked to first. */
const MOST_OF_A_SHAPE = 3

/** Files: the browser would keep them. */
const isFile = (path: string) => /\/(?:raw|export|report)$/.test(shapeOf(path))

/** Elsewhere what comes after the question mark only chooses part of a page. */
const asking: readonly string[] = ['/failures/replay', '/parked/decide']
const isWorthALook = ({ pathname, search }: URL) =>
  search === '' || isFile(pathname) || asking.includes(shapeOf(pathname))

interface Seen {
  links: { href: string; name: string; isButton: boolean }[]
  buttons: string[]
  forms: { path: string; method: string; fields: Record<string, string>; isUpload: boolean }[]
}

/** Everything of a page that leads somewhere or can be pressed, and is there to be seen. */
const look = `(() => {
  const main = document.querySelector('main')
  const isSeen = element => element.checkVisibility()
  const name = element => element.getAttribute('aria-label') ?? element.textContent
  return {
    links: [...document.querySelectorAll('a[href]')].filter(isSeen).map(link => ({
      href: link.href, name: name(link), isButton: link.classList.contains('button'),
    })),
    buttons: [...main.querySelectorAll('button, input[type="submit"], summary, [role="button"]')].filter(isSeen).map(name),
    forms: [...main.querySelectorAll('form')].filter(isSeen).map(form => ({
      path: new URL(form.dataset.upload ?? form.getAttribute('action') ?? location.href, location.href).pathname,
      method: form.dataset.upload === undefined ? form.method : 'post',
      fields: form.dataset.upload === undefined ? Object.fromEntries(new FormData(form)) : {},
      isUpload: form.dataset.upload !== undefined,
    })),
  }
})()`

export async function openAs(stage: Stage, key: string, path = DASHBOARD): Promise<Page> {
  const page = await openPage(stage, path, { allowed: /status of 40[0-9]/ })
  await page.getByLabel('API key').fill(key)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL(`**${path}`)
  return page
}

/**
 * Follows every link from the overview on, and notes what can be pressed. Fails on a page that is offered and then
 * refused.
 * @param only the pages to look at instead, without following anything
 */
export async function crawl(page: Page, origin: string, only?: readonly string[]): Promise<Found> {
  const found: Found = { offers: new Map(), addresses: new Map(), forms: new Map() }
  const goesOn = only === undefined
  const seen = new Set(only ?? [DASHBOARD])
  const visits = new Map<string, number>()
  for (const path of seen) {
    const shape = shapeOf(path)
    const visit = (visits.get(shape) ?? 0) + 1
    if (visit > MOST_OF_A_SHAPE) continue
    visits.set(shape, visit)
    if (!found.addresses.has(shape)) found.addresses.set(shape, path)
    const offers = found.offers.get(shape) ?? new Set()
    found.offers.set(shape, offers)
    if (isFile(path)) {
      expect([path, (await page.request.get(`${origin}${path}`)).status()]).toEqual([path, 200])
      continue
    }
    const answer = await page.goto(`${origin}${path}`, { waitUntil: 'domcontentloaded' })
    expect([path, answer?.status()]).toEqual([path, 200])
    const { links, buttons, forms } = (await page.evaluate(look)) as Seen
    for (const button of buttons) offers.add(alike(button))
    for (const { path: to, method, fields, isUpload } of forms) {
      if (method === 'post') found.forms.set(shapeOf(to), { path: to, fields, isUpload })
    }
    for (const { href, name, isButton } of links) {
      const url = new URL(href)
      if (url.hash === '#main' || url.origin !== origin || !url.pathname.startsWith(DASHBOARD)) continue
      if (isButton || isForActors(shapeOf(url.pathname))) offers.add(alike(name))
      if (goesOn && isWorthALook(url)) seen.add(url.pathname + url.search)
    }
  }
  return found
}
