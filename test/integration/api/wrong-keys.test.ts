import { expect, test } from 'vitest'
import { type Stage, startStage } from '../../support/stage.ts'
import { commandLineHere, ownDirectory } from '../cli/command-line.ts'
import { ADMIN_API_KEYS, createVisitor, KEYS } from '../dashboard/visitor.ts'

const withKeys = () => startStage({ env: { ADMIN_API_KEYS } })

const ask = (stage: Stage, key: string, path = '/api/v1/campaigns') =>
  fetch(`${stage.url}${path}`, { headers: { authorization: `Bearer ${key}` } })

test('ten wrong keys make the address wait: 429 says how long, whatever the next key is', async () => {
  const stage = await withKeys()
  for (let tries = 0; tries < 10; tries += 1) expect((await ask(stage, `guess-${tries}`)).status).toBe(401)
  for (const path of ['/api/v1/campaigns', '/metrics', '/openapi.json', '/docs']) {
    const limited = await ask(stage, KEYS.admin, path)
    expect(limited.status, path).toBe(429)
    const seconds = Number(limited.headers.get('retry-after'))
    expect(seconds).toBeGreaterThan(590)
    expect(seconds).toBeLessThanOrEqual(600)
  }
  // Health asks for no key.
  expect((await fetch(`${stage.url}/healthz`)).status).toBe(200)

  stage.clock.advance(10 * 60_000)
  expect((await ask(stage, KEYS.admin)).status).toBe(200)
  const said = JSON.stringify(stage.lines)
  expect(said).toContain('api.key_refused')
  expect(said).toContain('api.key_limited')
  expect(said).not.toContain('guess-')
})

test('the API and the sign-in count wrong keys together', async () => {
  const stage = await withKeys()
  const visitor = createVisitor(stage.url)
  for (let tries = 0; tries < 5; tries += 1) {
    await ask(stage, 'wrong')
    await visitor.send('/dashboard/sign-in', { key: 'wrong' }, { from: '/dashboard/sign-in' })
  }
  const signIn = await visitor.send('/dashboard/sign-in', { key: KEYS.admin }, { from: '/dashboard/sign-in' })
  expect(signIn.status).toBe(429)
  expect((await ask(stage, KEYS.admin)).status).toBe(429)
  expect((await ask(stage, KEYS.admin, '/dashboard')).redirected).toBe(true)
})

test('asking without a key, and with the right one, is never counted', async () => {
  const stage = await withKeys()
  for (let tries = 0; tries < 30; tries += 1) {
    expect((await fetch(`${stage.url}/api/v1/campaigns`)).status).toBe(401)
    expect((await ask(stage, KEYS.viewer)).status).toBe(200)
  }
  const refused = await fetch(`${stage.url}/api/v1/campaigns`)
  expect(refused.headers.get('www-authenticate')).toBe('Bearer')
})

test('the command line says what to do about it', async () => {
  const stage = await withKeys()
  for (let tries = 0; tries < 10; tries += 1) await ask(stage, 'wrong')
  const env = { AFTERCALL_URL: stage.url, AFTERCALL_API_KEY: KEYS.admin }
  const { code, err } = await commandLineHere(env, await ownDirectory())('campaign list')
  expect(code).toBe(1)
  expect(err).toMatch(/^Too Many Requests: .*\nwait \d+ s, and mend AFTERCALL_API_KEY wherever a wrong one is sent\n$/)
})
