import { inspect } from 'node:util'
import { expect, inject, onTestFinished, test } from 'vitest'
import type { ControlInput } from '../../../simulator/control.ts'
import { USUAL_LOCATION } from '../../../simulator/leadconnector/control.ts'
import { createSimulator } from '../../../simulator/simulator.ts'
import { createLeadConnector } from '../../../src/clients/leadconnector.ts'
import { ShiftedClock } from '../../../src/clock.ts'
import { exchangeOf, isKeyRefused } from '../../../src/errors.ts'
import { createTokenStore } from '../../../src/ledger/vendor-tokens.ts'
import { untilReady, workerConnection } from '../../../src/redis/connect.ts'
import { createKeys } from '../../../src/redis/keys.ts'
import { createSeal } from '../../../src/seal.ts'
import { uniquePrefix } from '../../support/prefix.ts'
import { errorOfCall } from './calls.ts'

const app = { clientId: 'app-1', clientSecret: 'client-secret-1', refreshToken: 'refresh-token-1' }
const DAY_MS = 86_399_000
const AHEAD_MS = 600_000

/** A simulated vendor with an app, and any number of processes that share one Redis. */
async function startApp(control: Partial<ControlInput> = {}) {
  const clock = new ShiftedClock()
  const simulator = await createSimulator({
    control: {
      leads: [{ leadId: 'c1', phone: '+12125550123' }],
      ...control,
      leadconnector: { oauth: app, enrolmentMs: 0, ...control.leadconnector },
    },
    now: () => clock.now(),
  })
  onTestFinished(() => simulator.close())
  const redis = workerConnection({ kind: 'url', url: inject('redisUrl') })
  onTestFinished(() => redis.disconnect())
  await untilReady(redis, 5_000)
  const keys = createKeys(uniquePrefix())
  const seal = createSeal([Buffer.alloc(32, 7)])
  const store = createTokenStore({ client: redis, keys, seal, random: Math.random, account: 'leadconnector' })

  const connect = (as = app) => {
    const client = createLeadConnector({
      baseUrl: simulator.leadconnectorUrl,
      key: { app: as, store },
      locationId: USUAL_LOCATION,
      versions: { voice: '2021-04-15', contacts: '2021-07-28' },
      clock,
    })
    onTestFinished(() => client[Symbol.asyncDispose]())
    return client
  }
  const count = (route: string) => simulator.truth().requests.byRoute[`leadconnector ${route}`] ?? 0
  return { simulator, clock, redis, keys, store, connect, count, renewals: () => count('POST /oauth/token') }
}

const wish = { leadId: 'c1', phone: '+12125550123', workflowId: 'w1' }

test('processes share one access token, which outlives them, and what is kept of it is sealed', async () => {
  const { connect, renewals, redis, keys, store } = await startApp()
  expect(await connect().getLead('c1')).toMatchObject({ phone: '+12125550123' })
  await connect().getLead('c1')
  await connect().placeCall(wish)
  expect(renewals()).toBe(1)
  const kept = await redis.get(keys.tokens('leadconnector').kept)
  const tokens = await store.load(app.refreshToken)
  expect(tokens).toMatchObject({ accessToken: expect.stringMatching(/^access_/) })
  for (const secret of [tokens?.accessToken, tokens?.refreshToken, app.refreshToken]) expect(kept).not.toContain(secret)
  expect(await redis.get(keys.tokens('leadconnector').renewal)).toBeNull()
})

test('before it ends it is renewed by the refresh token that came with it, also after a restart', async () => {
  const { connect, renewals, clock } = await startApp()
  const old = connect()
  await old.getLead('c1')
  clock.advance(DAY_MS - AHEAD_MS - 60_000)
  await old.getLead('c1')
  expect(renewals()).toBe(1)
  clock.advance(120_000)
  await old.getLead('c1')
  expect(renewals()).toBe(2)
  clock.advance(DAY_MS * 3)
  await connect().getLead('c1')
  await old.getLead('c1')
  expect(renewals()).toBe(3)
})

test('a renewal ahead of time that fails costs nobody anything; one that is due costs nothing but time', async () => {
  const { simulator, connect, renewals, clock } = await startApp()
  const client = connect()
  await client.getLead('c1')
  simulator.control({ faults: [{ match: { path: '/oauth/token' }, kind: 'status', status: 500 }] })
  clock.advance(DAY_MS - AHEAD_MS + 1_000)
  await client.getLead('c1')
  await client.getLead('c1')
  expect(renewals()).toBe(2)
  clock.advance(AHEAD_MS)
  const error = await errorOfCall(client.placeCall(wish))
  expect([error.name, error.code]).toEqual(['UnavailableError', 'HTTP_500'])
  simulator.control({ faults: [] })
  await client.placeCall(wish)
  expect(simulator.truth().counts.calls).toBe(1)
})

test('a token that is refused is renewed once, and what was asked for is done once', async () => {
  const { simulator, connect, renewals, clock } = await startApp()
  const client = connect()
  await client.getLead('c1')
  clock.advance(3_600_000)
  simulator.control({ leadconnector: { revoke: true } })
  expect(await client.sendText({ ...wish, text: 'Hi' })).toMatchObject({ messageId: expect.any(String) })
  expect([renewals(), simulator.truth().counts.texts]).toEqual([2, 1])
})

test('a token that is young and refused is refused for something else', async () => {
  const { simulator, connect, renewals, count } = await startApp()
  const client = connect()
  await client.getLead('c1')
  simulator.control({ faults: [{ match: { path: '/conversations' }, kind: 'status', status: 401 }] })
  const error = await errorOfCall(client.sendText({ ...wish, text: 'Hi' }))
  expect(isKeyRefused(error)).toBe(true)
  expect([renewals(), count('POST /conversations/messages')]).toEqual([1, 1])
})

test('many processes that begin at once use the refresh token once', async () => {
  const { simulator, connect, renewals } = await startApp()
  simulator.control({ faults: [{ match: { path: '/oauth/token' }, kind: 'slow', delayMs: 300 }] })
  const clients = Array.from({ length: 4 }, () => connect())
  const asked = await Promise.allSettled(clients.flatMap(client => [client.getLead('c1'), client.getLead('c1')]))
  expect(renewals()).toBe(1)
  expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(2)
  for (const one of asked) {
    if (one.status === 'rejected') {
      expect(one.reason).toMatchObject({ name: 'UnavailableError', code: 'TOKEN_IN_RENEWAL' })
    }
  }
  await Promise.all(clients.map(client => client.getLead('c1')))
  expect(renewals()).toBe(1)
})

test('a refresh token that is not taken is a key that is refused, and no error shows a secret', async () => {
  const { connect, simulator } = await startApp()
  const wrong = { ...app, refreshToken: 'refresh-token-0' }
  for (const as of [wrong, { ...wrong, clientSecret: 'client-secret-0' }]) {
    const error = await errorOfCall(connect(as).placeCall(wish))
    expect(isKeyRefused(error)).toBe(true)
    expect(error.message).toContain('must be let in anew')
    const told = inspect([error, exchangeOf(error), error.cause], { depth: null, showHidden: true })
    for (const secret of Object.values(as).slice(1)) expect(told).not.toContain(secret)
  }
  simulator.control({ faults: [{ match: { path: '/oauth/token' }, kind: 'bad_json', afterCommit: false }] })
  const error = await errorOfCall(connect().placeCall(wish))
  expect([error.code, exchangeOf(error)?.request]).toEqual(['BAD_ANSWER', undefined])
  expect(simulator.truth().counts.calls).toBe(0)
})

test('an app that is let in anew begins anew', async () => {
  const { connect, simulator, renewals } = await startApp()
  await connect().getLead('c1')
  simulator.reset()
  const anew = { ...app, refreshToken: 'refresh-token-2' }
  simulator.control({ leadconnector: { oauth: anew } })
  expect(isKeyRefused(await errorOfCall(connect().getLead('c1')))).toBe(true)
  expect(renewals()).toBe(0)
  await connect(anew).getLead('c1')
  expect(renewals()).toBe(1)
})

test('without Redis nothing is sent and nothing is lost', async () => {
  const { connect, redis, renewals } = await startApp()
  redis.disconnect()
  const error = await errorOfCall(connect().placeCall(wish))
  expect([error.name, error.code, renewals()]).toEqual(['UnavailableError', 'TOKEN_AWAY', 0])
})

test('who stops waiting for a token does not stop the others', async () => {
  const { simulator, connect, renewals } = await startApp()
  simulator.control({ faults: [{ match: { path: '/oauth/token' }, kind: 'slow', delayMs: 300 }] })
  const client = connect()
  const stop = new AbortController()
  const stopped = errorOfCall(client.placeCall(wish, { signal: stop.signal }))
  const patient = client.getLead('c1')
  await expect.poll(renewals).toBe(1)
  stop.abort()
  expect(await stopped).toMatchObject({ name: 'UnavailableError', code: 'ABORTED' })
  expect(await patient).toMatchObject({ leadId: 'c1' })
})
