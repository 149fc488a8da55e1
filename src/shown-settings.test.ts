import { expect, test } from 'vitest'
import { settings } from './settings.ts'
import { showSettings } from './shown-settings.ts'

const shown = (name: string, env: Record<string, string>) => showSettings(env).find(entry => entry.name === name)

test.each([
  ['HOST', {}, { value: '127.0.0.1', isDefault: true }],
  ['HOST', { HOST: ' 0.0.0.0 ' }, { value: '0.0.0.0', isDefault: false }],
  ['HOST', { HOST: '' }, { value: '127.0.0.1', isDefault: true }],
  ['HOST', { HOST: '127.0.0.1' }, { value: '127.0.0.1', isDefault: true }],
  ['PUBLIC_URL', {}, { value: undefined }],
  ['PUBLIC_URL', { PUBLIC_URL: 'https://u:pw@a.example/x?token=1' }, { value: 'https://•••••@a.example/x?•••••' }],
  ['LEADSAIL_API_KEY', {}, { isSecret: true, count: 0 }],
  ['LEADSAIL_API_KEY', { LEADSAIL_API_KEY: 'one, two,' }, { isSecret: true, count: 2 }],
  ['REDIS_URL', { REDIS_URL: 'redis+cluster://h1,h2' }, { isSecret: true, count: 1 }],
  ['ADMIN_API_KEYS', { ADMIN_API_KEYS: 'a:viewer:k1,b:admin:k2' }, { isSecret: true, count: 2 }],
])('%s of %j', (name, env, expected) => {
  expect(shown(name, env)).toMatchObject(expected)
})

test('every setting is shown, and no secret is in what is shown', () => {
  const env = Object.fromEntries(Object.keys(settings).map(name => [name, `hidden-value-of-${name}`]))
  const all = showSettings(env)
  expect(all.map(({ name }) => name)).toEqual(Object.keys(settings))
  const secrets = Object.entries(settings).filter(([, spec]) => 'secret' in spec)
  expect(secrets.length).toBeGreaterThan(10)
  for (const [name] of secrets) expect(JSON.stringify(all)).not.toContain(`hidden-value-of-${name}"`)
})
