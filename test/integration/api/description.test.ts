import { expect, test } from 'vitest'
import { operations } from '../../../src/api/openapi/operations.ts'
import { startStage } from '../../support/stage.ts'
import { ADMIN_API_KEYS, createVisitor, KEYS, textOf } from '../dashboard/visitor.ts'

const withKeys = () => startStage({ env: { ADMIN_API_KEYS } })
const bearer = { authorization: `Bearer ${KEYS.viewer}` }

test('/openapi.json is OpenAPI 3.1 for whoever has a key', async () => {
  const stage = await withKeys()
  expect((await fetch(`${stage.url}/openapi.json`)).status).toBe(401)
  const response = await fetch(`${stage.url}/openapi.json`, { headers: bearer })
  expect(response.headers.get('content-type')).toContain('application/json')
  const { openapi, paths } = (await response.json()) as { openapi: string; paths: Record<string, object> }
  expect(openapi).toBe('3.1.0')
  const described = Object.entries(paths).flatMap(([path, item]) =>
    Object.keys(item).map(method => `${method} ${path}`),
  )
  expect(described.toSorted()).toEqual(operations.map(({ method, path }) => `${method} ${path}`).toSorted())
})

test('/docs tells every call to people, without a word from elsewhere', async () => {
  const stage = await withKeys()
  const visitor = createVisitor(stage.url)
  const { status, html, headers } = await visitor.get('/docs', bearer)
  expect(status).toBe(200)
  expect(headers.get('content-security-policy')).toContain("default-src 'self'")
  expect(headers.get('cache-control')).toBe('no-store')
  expect(html).not.toMatch(/(?:src|href)="https?:/)
  expect(html).not.toMatch(/<style|\sstyle=|\son\w+=/)
  const text = textOf(html)
  for (const { method, path, summary } of operations) {
    expect(text).toContain(`${method.toUpperCase()} ${path}`)
    expect(html).toContain(`>${summary.replaceAll("'", '&#39;')}</h3>`)
  }
  expect(html.match(/<code>curl -s /g)).toHaveLength(operations.length)
})

test('without a key /docs says where to sign in, as a page to a browser and as a problem to a program', async () => {
  const stage = await withKeys()
  const visitor = createVisitor(stage.url)
  const page = await visitor.get('/docs', { accept: 'text/html' })
  expect(page.status).toBe(401)
  expect(page.headers.get('www-authenticate')).toBe('Bearer')
  expect(page.html).toContain('href="/dashboard/docs"')
  expect(page.html).not.toContain('curl')
  // A cookie of the pages would replace the one that open forms are bound to.
  expect(page.headers.getSetCookie()).toEqual([])
  const program = await visitor.get('/docs')
  expect(program.headers.get('content-type')).toContain('application/problem+json')

  await visitor.signIn(KEYS.viewer)
  const inside = await visitor.get('/dashboard/docs')
  expect(inside.status).toBe(200)
  expect(inside.html).toContain('<a href="/dashboard/docs" aria-current="page">')
})
