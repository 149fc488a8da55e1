import { expect, test } from 'vitest'
import type { Operation } from '../../../src/api/openapi/operation.ts'
import { operations } from '../../../src/api/openapi/operations.ts'
import { samplePath } from '../../../src/api/openapi/path-parts.ts'
import { startStage } from '../../support/stage.ts'
import { ADMIN_API_KEYS, KEYS } from '../dashboard/visitor.ts'

type Role = keyof typeof KEYS

const roles: readonly Role[] = ['viewer', 'operator', 'admin']
const kept = operations.filter(({ role }) => role !== 'anyone')

/** By the contract, and not by what the document says. */
function mayCall({ method, path }: Operation, role: Role): boolean {
  if (role === 'admin') return true
  if (role === 'viewer') return method === 'get'
  return !(method === 'delete' && path.startsWith('/api/v1/leads/'))
}

async function statusOf(url: string, { method, path }: Operation, key?: string): Promise<number> {
  const headers = {
    'content-type': 'application/json',
    ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
  }
  const body = method === 'post' ? { body: '{' } : {}
  const response = await fetch(`${url}${samplePath(path)}`, { method: method.toUpperCase(), headers, ...body })
  await response.arrayBuffer()
  return response.status
}

test('every call, every role: who may is answered, who may not gets 403, who has no key 401', async () => {
  const stage = await startStage({ env: { ADMIN_API_KEYS } })
  const found: Record<string, Record<string, number | 'answered'>> = {}
  const wanted: typeof found = {}
  for (const operation of kept) {
    const name = `${operation.method} ${operation.path}`
    const row: Record<string, number | 'answered'> = { none: await statusOf(stage.url, operation) }
    const due: typeof row = { none: 401 }
    for (const role of roles) {
      const status = await statusOf(stage.url, operation, KEYS[role])
      // What is asked for is mostly not there, and the body no JSON: that is an answer too.
      row[role] = [401, 403, 429].includes(status) || status >= 500 ? status : 'answered'
      due[role] = mayCall(operation, role) ? 'answered' : 403
    }
    found[name] = row
    wanted[name] = due
  }
  expect(Object.keys(found).length).toBeGreaterThan(30)
  expect(found).toEqual(wanted)
})

test('the description says of every call which role it takes', () => {
  for (const operation of kept) {
    const least = roles.find(role => mayCall(operation, role))
    expect(operation.role, `${operation.method} ${operation.path}`).toBe(least)
  }
})

test('health is for everybody, and a browser of another site gets nowhere without keys', async () => {
  const stage = await startStage({ env: { ADMIN_API_KEYS } })
  for (const path of ['/healthz', '/readyz']) expect((await fetch(`${stage.url}${path}`)).status, path).not.toBe(401)
  const open = await startStage()
  for (const path of ['/openapi.json', '/docs', '/metrics', '/api/v1/campaigns']) {
    expect((await fetch(`${open.url}${path}`)).status, path).toBe(200)
    const foreign = { headers: { origin: 'https://elsewhere.example' } }
    expect((await fetch(`${open.url}${path}`, foreign)).status, path).toBe(401)
    expect((await fetch(`${open.url}${path}`, { headers: { 'x-forwarded-for': '203.0.113.9' } })).status).toBe(401)
  }
})

test('HEAD is a read: a viewer may', async () => {
  const stage = await startStage({ env: { ADMIN_API_KEYS } })
  const headers = { authorization: `Bearer ${KEYS.viewer}` }
  expect((await fetch(`${stage.url}/api/v1/campaigns`, { method: 'HEAD', headers })).status).toBe(200)
})
