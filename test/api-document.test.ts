import type { Router } from 'express'
import { expect, test } from 'vitest'
import { describeApi } from '../src/api/openapi/document.ts'
import { operations } from '../src/api/openapi/operations.ts'
import { createApiRouter } from '../src/api/router.ts'
import { createServiceRouter } from '../src/api/service.ts'
import type { Desk } from '../src/desk/index.ts'
import type { Readiness } from '../src/desk/readiness.ts'
import { createKeyCheck } from '../src/http/key-check.ts'
import { createLogger } from '../src/logger.ts'

/** As much of a router of express as tells what it answers. */
interface Layer {
  /** Where it is mounted, as it was written. */
  rawPath?: unknown
  route?: { path: string | string[]; methods: Record<string, boolean> }
  handle: { stack?: Layer[] }
}

/** `GET /journeys/{id}` for everything that a router answers. */
function* routesOf({ stack }: { stack: Layer[] }, base = ''): Iterable<string> {
  for (const { rawPath, route, handle } of stack) {
    if (route !== undefined) {
      for (const path of [route.path].flat()) {
        const whole = `${base}${path}`.replace(/(?<=.)\/$/, '').replace(/:(\w+)/g, '{$1}')
        for (const method of Object.keys(route.methods)) yield `${method.toUpperCase()} ${whole}`
      }
    } else if (handle.stack !== undefined) {
      if (typeof rawPath !== 'string') throw new Error('express does not say any more where a router is mounted')
      yield* routesOf({ stack: handle.stack }, `${base}${rawPath}`.replace(/\/$/, ''))
    }
  }
}

const layersOf = (router: Router) => router as unknown as { stack: Layer[] }

test('every route of the API is described, and nothing is described that is not there', () => {
  // Nobody asks: routers are only put together.
  const desk = {} as Desk
  const logger = createLogger({ level: 'silent' })
  const keyCheck = createKeyCheck({ adminKeys: [], now: () => 0 })
  const expose = () => Promise.reject(new Error('nobody asks'))
  const answered = [
    ...routesOf(layersOf(createApiRouter({ desk, keyCheck, logger })), '/api/v1'),
    ...routesOf(layersOf(createServiceRouter({ readiness: {} as Readiness, keyCheck, logger, expose }))),
  ]
  const described = operations
    // Answered by the pages, and by the receiver for any source.
    .filter(({ path, section }) => path !== '/docs' && section !== 'Webhooks')
    .map(({ method, path }) => `${method.toUpperCase()} ${path}`)
  expect(answered.length).toBeGreaterThan(30)
  expect(described.toSorted()).toEqual(answered.toSorted())
})

test('each call stands in the document once, with an id and a section of its own', () => {
  const { paths = {}, tags = [], openapi } = describeApi()
  const described = Object.entries(paths).flatMap(([path, item]) =>
    Object.keys(item ?? {}).map(method => `${method} ${path}`),
  )
  expect(openapi).toMatch(/^3\.1\./)
  expect(described.toSorted()).toEqual(operations.map(({ method, path }) => `${method} ${path}`).toSorted())
  const ids = operations.map(({ method, path }) => paths[path]?.[method]?.operationId)
  expect(new Set(ids).size).toBe(operations.length)
  expect(ids).not.toContain(undefined)
  expect(tags.length).toBe(new Set(operations.map(({ section }) => section)).size)
})

test('whatever needs a key says so, and whatever changes something is not for viewers', () => {
  const { paths = {} } = describeApi()
  for (const { method, path, role } of operations) {
    const described = paths[path]?.[method]
    const open = role === 'anyone'
    expect(described?.security, `${method} ${path}`).toEqual(open ? [] : undefined)
    expect(Object.keys(described?.responses ?? {}).includes('401') || path.startsWith('/webhooks'), path).toBe(
      !open || path.startsWith('/webhooks'),
    )
    if (method !== 'get' && !path.startsWith('/webhooks/')) expect(['operator', 'admin'], path).toContain(role)
  }
})

test('every reference leads to a shape', () => {
  const document = describeApi()
  const names = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name)
  expect(names.length).toBeGreaterThan(50)
  expect(Object.keys(document.components?.schemas ?? {})).toEqual(expect.arrayContaining([...new Set(names)]))
})
