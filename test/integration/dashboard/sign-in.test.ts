import { expect, test } from 'vitest'
import { startStage } from '../../support/stage.ts'
import { ADMIN_API_KEYS, createVisitor, KEYS } from './visitor.ts'

const withKeys = (env: Record<string, string> = {}) => startStage({ env: { ADMIN_API_KEYS, ...env } })

test('without keys the pages answer to this machine, and tell everybody else what to do', async () => {
  const stage = await startStage()
  const visitor = createVisitor(stage.url)
  const page = await visitor.get('/dashboard')
  expect(page.status).toBe(200)
  expect(page.html).toContain('<strong>local</strong>')
  expect(page.html).not.toContain('Sign out')

  for (const headers of [{ 'x-forwarded-for': '203.0.113.9' }, { origin: 'https://elsewhere.example' }]) {
    const refused = await visitor.get('/dashboard', headers)
    expect(refused.status).toBe(401)
    expect(refused.html).toContain('ADMIN_API_KEYS=')
    expect(refused.html).not.toContain('Latest journeys')
  }
  expect((await visitor.get('/dashboard/live', { 'x-forwarded-for': '203.0.113.9' })).status).toBe(401)
})

test('the root leads to the dashboard', async () => {
  const stage = await startStage()
  const { status, headers } = await createVisitor(stage.url).get('/')
  expect(status).toBe(302)
  expect(headers.get('location')).toBe('/dashboard')
})

test('with keys a page asks for one, and leads back to where the visitor wanted to go', async () => {
  const stage = await withKeys()
  const visitor = createVisitor(stage.url)
  const asked = await visitor.get('/dashboard/journeys?state=parked')
  expect(asked.status).toBe(303)
  const signIn = asked.headers.get('location') ?? ''
  expect(signIn).toBe('/dashboard/sign-in?next=%2Fdashboard%2Fjourneys%3Fstate%3Dparked')

  const { html } = await visitor.get(signIn)
  const next = /name="next" value="([^"]+)"/.exec(html)?.[1] ?? ''
  const answer = await visitor.send('/dashboard/sign-in', { key: KEYS.operator, next }, { from: signIn })
  expect(answer.status).toBe(303)
  expect(answer.headers.get('location')).toBe('/dashboard/journeys?state=parked')
  const page = await visitor.get('/dashboard/journeys?state=parked')
  expect(page.status).toBe(200)
  expect(page.html).toContain('<strong>otto</strong>')
})

test.each(['https://elsewhere.example/', '//elsewhere.example', '/api/v1/journeys', '/dashboard\\@x', '/dashboardx'])(
  'signing in never leads to %s',
  async next => {
    const stage = await withKeys()
    const visitor = createVisitor(stage.url)
    const answer = await visitor.send('/dashboard/sign-in', { key: KEYS.viewer, next }, { from: '/dashboard/sign-in' })
    expect(answer.headers.get('location')).toBe('/dashboard')
  },
)

test("the session's cookie is out of reach of scripts and of other sites, and ends after twelve hours", async () => {
  const stage = await withKeys()
  const visitor = createVisitor(stage.url)
  const cookie = (await visitor.signIn(KEYS.admin)).headers.getSetCookie().join('\n')
  expect(cookie).toMatch(/^aftercall_session=[\w.-]+; Max-Age=43200; Path=\/dashboard; .*HttpOnly; SameSite=Strict$/)
  expect(cookie).not.toContain('Secure')
  expect(cookie).not.toContain(KEYS.admin)

  stage.clock.advance(12 * 3_600_000)
  expect((await visitor.get('/dashboard')).status).toBe(303)
})

test('behind https the cookies are for https only', async () => {
  const stage = await withKeys({ PUBLIC_URL: 'https://calls.example' })
  const visitor = createVisitor(stage.url)
  const page = await visitor.get('/dashboard/sign-in', { 'x-forwarded-proto': 'https' })
  expect(page.headers.getSetCookie().join()).toContain('Secure')
  const direct = await createVisitor(stage.url).get('/dashboard/sign-in')
  expect(direct.headers.getSetCookie().join()).not.toContain('Secure')
})

test('a wrong key gets nowhere, and after ten of them the address has to wait', async () => {
  const stage = await withKeys()
  const visitor = createVisitor(stage.url)
  for (let tries = 0; tries < 10; tries += 1) {
    const answer = await visitor.send('/dashboard/sign-in', { key: 'wrong-key-1' }, { from: '/dashboard/sign-in' })
    expect(answer.status).toBe(401)
    expect(visitor.cookies.has('aftercall_session')).toBe(false)
  }
  const limited = await visitor.send('/dashboard/sign-in', { key: KEYS.admin }, { from: '/dashboard/sign-in' })
  expect(limited.status).toBe(429)
  expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(limited.html).toContain('10 minutes')

  stage.clock.advance(10 * 60_000)
  expect((await visitor.signIn(KEYS.admin)).status).toBe(303)
  expect(JSON.stringify(stage.lines)).not.toContain('wrong-key-1')
})

test('a form that did not come from here signs nobody in or out', async () => {
  const stage = await withKeys()
  const visitor = createVisitor(stage.url)
  const foreign = { headers: { origin: 'https://elsewhere.example' } }
  expect((await visitor.send('/dashboard/sign-in', { key: KEYS.admin }, foreign)).status).toBe(403)

  await visitor.signIn(KEYS.admin)
  await visitor.send('/dashboard/sign-out', { formToken: 'made-up' }, foreign)
  expect((await visitor.get('/dashboard')).status).toBe(200)

  const out = await visitor.send('/dashboard/sign-out', {}, { from: '/dashboard' })
  expect(out.headers.get('location')).toBe('/dashboard/sign-in')
  expect((await visitor.get('/dashboard')).status).toBe(303)
})

test('whoever comes from another site by a link keeps the session', async () => {
  const stage = await withKeys()
  // A browser does not send the strict cookie along with such a step.
  const page = await createVisitor(stage.url).get('/dashboard/journeys?q=a%22b', { 'sec-fetch-site': 'cross-site' })
  expect(page.status).toBe(200)
  expect(page.html).toContain('<meta http-equiv="refresh" content="0; url=/dashboard/journeys?q=a%22b">')
  expect(page.headers.getSetCookie().join()).not.toContain('aftercall_session')
})

test('a key also opens the pages the way the API wants it', async () => {
  const stage = await withKeys()
  const visitor = createVisitor(stage.url)
  expect((await visitor.get('/dashboard', { authorization: `Bearer ${KEYS.viewer}` })).status).toBe(200)
  expect((await visitor.get('/dashboard', { authorization: 'Bearer wrong-key-1' })).status).toBe(303)
})

test('pages run nothing that is not ours, sit in no frame and are kept by nobody; files are kept for ever', async () => {
  const stage = await startStage()
  const visitor = createVisitor(stage.url)
  const { headers, html } = await visitor.get('/dashboard')
  expect(headers.get('content-security-policy')).toBe(
    "default-src 'self';base-uri 'none';object-src 'none';form-action 'self';frame-ancestors 'none'",
  )
  expect(headers.get('cache-control')).toBe('no-store')
  expect(headers.get('x-content-type-options')).toBe('nosniff')
  expect(html).not.toMatch(/<style|\sstyle=|<script(?![^>]*\ssrc="\/dashboard\/assets\/)|\son\w+=/)

  const files = [...html.matchAll(/(?:href|src)="(\/dashboard\/assets\/[^"]+)"/g)].map(([, path = '']) => path)
  expect(files).toHaveLength(3)
  for (const path of files) {
    const file = await visitor.get(path)
    expect(file.status).toBe(200)
    expect(file.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    const stale = await visitor.get(path.replace(/assets\/[0-9a-f]+/, 'assets/000000'))
    expect(stale.headers.get('cache-control')).toBe('no-cache')
  }
  expect((await visitor.get('/dashboard/assets/000000/../../router.ts')).status).toBe(404)
})
