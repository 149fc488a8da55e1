import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import type { AdminKey } from '../config.ts'
import { createSessions, SESSION_MS } from './sessions.ts'

const ann: AdminKey = { name: 'ann', role: 'admin', key: 'key-of-ann' }
const mark = (text: string) => createHmac('sha256', 'secret').update(text).digest('hex').slice(0, 20)

function sessions(options: { adminKeys?: AdminKey[]; now?: number; mark?: (text: string) => string } = {}) {
  return createSessions({
    adminKeys: options.adminKeys ?? [ann],
    mark: options.mark ?? mark,
    now: () => options.now ?? 0,
  })
}

test('a token opens the session in every process of the installation, for twelve hours', () => {
  const token = sessions().open(ann)
  expect(sessions().read(token)).toEqual({ principal: { name: 'ann', role: 'admin' }, endsAt: SESSION_MS })
  expect(sessions({ now: SESSION_MS - 1 }).read(token)).toBeDefined()
  expect(sessions({ now: SESSION_MS }).read(token)).toBeUndefined()
})

test('a key that is taken away or changed ends its sessions; a changed role holds at once', () => {
  const token = sessions().open(ann)
  expect(sessions({ adminKeys: [] }).read(token)).toBeUndefined()
  expect(sessions({ adminKeys: [{ ...ann, key: 'another-key' }] }).read(token)).toBeUndefined()
  expect(sessions({ adminKeys: [{ ...ann, role: 'viewer' }] }).read(token)?.principal.role).toBe('viewer')
})

test('a token of another installation, a changed one and nonsense open nothing', () => {
  const token = sessions().open(ann)
  expect(sessions({ mark: text => mark(`other ${text}`) }).read(token)).toBeUndefined()
  const [claims = '', signature = ''] = token.split('.')
  const forged = Buffer.from(claims, 'base64url').toString('utf8').replace('"endsAt":', '"endsAt":9')
  expect(sessions().read(`${Buffer.from(forged).toString('base64url')}.${signature}`)).toBeUndefined()
  for (const nonsense of [undefined, '', '.', 'a.b', `${claims}.`, `${token}.x`, `${claims}.${signature}x`]) {
    expect(sessions().read(nonsense)).toBeUndefined()
  }
})

test("a form's token holds for one browser and one session", () => {
  const { formToken, isFormToken } = sessions()
  const given = formToken('browser', 'session')
  expect(isFormToken(given, 'browser', 'session')).toBe(true)
  expect(isFormToken(given, 'other', 'session')).toBe(false)
  expect(isFormToken(given, 'browser', undefined)).toBe(false)
  expect(isFormToken(undefined, 'browser', 'session')).toBe(false)
  expect(isFormToken([given], 'browser', 'session')).toBe(false)
  expect(isFormToken(given, undefined, 'session')).toBe(false)
})
