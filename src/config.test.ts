import { describe, expect, test } from 'vitest'
import { pemPair } from '../test/support/pem-pair.ts'
import { loadConfig } from './config.ts'
import { ConfigError } from './errors.ts'

function faultsOf(env: Record<string, string>): readonly string[] {
  try {
    loadConfig(env)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
}

describe('settings', () => {
  test('have defaults, and an empty value counts as absent', () => {
    const config = loadConfig({ PORT: '', LEADSAIL_API_KEY: '' })
    expect(config).toMatchObject({
      http: { host: '127.0.0.1', port: 3000, adminKeys: [] },
      roles: ['web', 'worker', 'scheduler'],
      redis: { prefix: 'aftercall', shards: 16, acceptUnsafe: false, waitReplicas: 0 },
      retentionMs: 90 * 24 * 3_600_000,
      shutdownTimeoutMs: 25_000,
      leadsail: { apiKeys: [], baseUrl: 'https://api.leadsail.app/api/v1' },
    })
    expect(Object.isFrozen(config.http)).toBe(true)
  })

  test('that are wrong are named all at once', () => {
    const faults = faultsOf({
      PORT: '70000',
      SHARDS: 'many',
      RETENTION: 'P1M',
      ROLES: 'web,cook',
      REDIS_ACCEPT_UNSAFE: 'maybe',
      DATA_KEY: 'c2hvcnQ=',
      WEBHOOK_SECRET: 'plain',
      LEADSAIL_BASE_URL: 'ftp://example.com',
      DEFAULT_COUNTRY: 'XX',
    })
    expect(faults.map(fault => fault.split(':')[0])).toEqual(
      [
        'ROLES',
        'PORT',
        'SHARDS',
        'REDIS_ACCEPT_UNSAFE',
        'DATA_KEY',
        'RETENTION',
        'DEFAULT_COUNTRY',
        'LEADSAIL_BASE_URL',
        'WEBHOOK_SECRET',
      ].sort((a, b) => order(faults, a) - order(faults, b)),
    )
    expect(faults).toHaveLength(9)
  })

  test('that are secret are never repeated in a fault', () => {
    const faults = faultsOf({
      ADMIN_API_KEYS: 'joe:boss:hunter2hunter2',
      WEBHOOK_SECRET: 'hunter2',
      DATA_KEY: 'hunter2',
    })
    expect(faults).toHaveLength(3)
    expect(faults.join()).not.toContain('hunter2')
  })

  test('that do not fit each other are refused with the mend', () => {
    expect(faultsOf({ ROLES: 'web' })).toEqual([expect.stringMatching(/^ROLES: web alone needs REDIS_URL/)])
    expect(faultsOf({ REDIS_WAIT_REPLICAS: '1' })).toEqual([
      expect.stringMatching(/^REDIS_WAIT_REPLICAS: needs REDIS_URL/),
    ])
    expect(faultsOf({ REDIS_WAIT_REPLICAS: '1', REDIS_URL: 'redis+cluster://h1,h2' })).toEqual([])
    expect(faultsOf({ HOST: '0.0.0.0' })).toEqual([
      expect.stringMatching(/^ADMIN_API_KEYS: needed while HOST is 0\.0\.0\.0/),
    ])
    expect(faultsOf({ HOST: '0.0.0.0', ADMIN_API_KEYS: 'joe:admin:hunter2hunter2' })).toEqual([])
    expect(faultsOf({ ADMIN_API_KEYS: 'joe:admin:hunter2hunter2,joe:viewer:hunter3hunter3' })).toEqual([
      'ADMIN_API_KEYS: every key needs a name of its own',
    ])
  })

  test('of the SMS agent: several secrets, an address as it is, and none that nothing can come in for', () => {
    const of = (url: string) => ({ LEADSAIL_SMS_AGENT_SECRET: 'old, new', LEADSAIL_SMS_AGENT_FORWARD_URL: url })
    expect(loadConfig(of('https://example.com/agent/?key=1')).leadsail.smsAgent).toEqual({
      secrets: ['old', 'new'],
      forwardUrl: 'https://example.com/agent/?key=1',
    })
    expect(loadConfig({ LEADSAIL_SMS_AGENT_SECRET: 'one' }).leadsail.smsAgent).toEqual({ secrets: ['one'] })
    expect(faultsOf({ LEADSAIL_SMS_AGENT_FORWARD_URL: 'https://example.com' })).toEqual([
      expect.stringMatching(/^LEADSAIL_SMS_AGENT_SECRET: needed with LEADSAIL_SMS_AGENT_FORWARD_URL/),
    ])
    expect(faultsOf(of('ftp://example.com/hunter2'))).toEqual([
      'LEADSAIL_SMS_AGENT_FORWARD_URL: must be an http(s) URL',
    ])
  })

  test('of our own events: an http(s) address as it is, never without a secret that signs', () => {
    const secret = `whsec_${Buffer.alloc(24, 1).toString('base64')}`
    const of = (url: string) => ({ EVENT_WEBHOOK_URL: url, EVENT_WEBHOOK_SECRET: secret })
    expect(loadConfig(of('https://example.com/hook/?a=1')).events).toEqual({
      url: 'https://example.com/hook/?a=1',
      secrets: [Buffer.alloc(24, 1)],
    })
    expect(loadConfig({ EVENT_WEBHOOK_SECRET: secret }).events).toBeUndefined()
    expect(faultsOf({ EVENT_WEBHOOK_URL: 'https://example.com' })).toEqual([
      expect.stringMatching(/^EVENT_WEBHOOK_SECRET: needed while EVENT_WEBHOOK_URL is set/),
    ])
    expect(faultsOf(of('ftp://example.com/hunter2'))).toEqual(['EVENT_WEBHOOK_URL: must be an http(s) URL'])
    expect(faultsOf(of('https://joe:hunter2@example.com/'))).toEqual([
      expect.stringMatching(/^EVENT_WEBHOOK_URL: must hold no user name or password/),
    ])
    expect(faultsOf({ ...of('https://example.com'), EVENT_WEBHOOK_SECRET: 'plain' })).toHaveLength(1)
  })

  test('of Twilio: never without the address that it signs', () => {
    expect(faultsOf({ TWILIO_AUTH_TOKEN: 'token' })).toEqual([
      expect.stringMatching(/^PUBLIC_URL: needed with TWILIO_AUTH_TOKEN/),
    ])
    // A wrong one is named once.
    expect(faultsOf({ TWILIO_AUTH_TOKEN: 'token', PUBLIC_URL: 'calls.example.com' })).toEqual([
      expect.stringMatching(/^PUBLIC_URL: must be an http\(s\) URL/),
    ])
    const { platforms, http } = loadConfig({ TWILIO_AUTH_TOKEN: 'new, old', PUBLIC_URL: 'https://example.com/' })
    expect([platforms.twilio, http.publicUrl]).toEqual([['new', 'old'], 'https://example.com'])
  })

  test('of the keys of LeadConnector: whole PEM blocks, one behind the other, with line breaks or without', () => {
    const [first, second] = [pemPair().publicKey.trim(), pemPair('rsa').publicKey.trim()]
    const keysIn = (text: string) =>
      loadConfig({ LEADCONNECTOR_WEBHOOK_PUBLIC_KEY: text }).leadconnector.webhooks.publicKeys
    expect(keysIn('')).toEqual([])
    expect(keysIn(first)).toEqual([first])
    expect(keysIn(`${first},${second}`)).toEqual([first, second])
    expect(keysIn(`${first}\n${second}\n`.replaceAll('\n', '\\n'))).toEqual([first, second])
    for (const wrong of [
      'no PEM',
      pemPair().privateKey,
      first.replace('MCow', 'MCox'),
      `${first}\n${first.slice(0, 40)}x`,
    ]) {
      const faults = faultsOf({ LEADCONNECTOR_WEBHOOK_PUBLIC_KEY: wrong })
      expect(faults).toEqual([
        expect.stringMatching(/^LEADCONNECTOR_WEBHOOK_PUBLIC_KEY: must be one or several public/),
      ])
      expect(faults.join()).not.toContain(wrong)
    }
  })

  test('of LeadConnector: a token, or all three of an app', () => {
    const { leadconnector } = loadConfig({ LEADCONNECTOR_TOKEN: 'pit-new, pit-old', LEADCONNECTOR_LOCATION_ID: 'LOC1' })
    expect(leadconnector).toMatchObject({
      tokens: ['pit-new', 'pit-old'],
      locationId: 'LOC1',
      baseUrl: 'https://services.leadconnectorhq.com',
      versions: { voice: '2021-04-15', contacts: '2021-07-28' },
      rate: { requests: 100, perMs: 10_000 },
    })
    const app = {
      LEADCONNECTOR_OAUTH_CLIENT_ID: 'app',
      LEADCONNECTOR_OAUTH_CLIENT_SECRET: 'hush',
      LEADCONNECTOR_OAUTH_REFRESH_TOKEN: 'first',
    }
    const oauth = { clientId: 'app', clientSecret: 'hush', refreshToken: 'first' }
    expect(loadConfig(app).leadconnector.oauth).toEqual(oauth)
    expect(loadConfig({}).leadconnector.oauth).toBeUndefined()
    expect(faultsOf({ ...app, LEADCONNECTOR_OAUTH_CLIENT_SECRET: '', LEADCONNECTOR_OAUTH_REFRESH_TOKEN: ' ' })).toEqual(
      [
        'LEADCONNECTOR_OAUTH_CLIENT_SECRET, LEADCONNECTOR_OAUTH_REFRESH_TOKEN: needed beside the other settings of LEADCONNECTOR_OAUTH_*',
      ],
    )
    expect(faultsOf({ LEADCONNECTOR_VERSION_VOICE: 'a b' })[0]).toMatch(
      /^LEADCONNECTOR_VERSION_VOICE: must be a version/,
    )
  })

  test('may hold several secrets, the first of which is sent', () => {
    const { leadsail, standard } = loadConfig({
      LEADSAIL_API_KEY: 'new, old',
      WEBHOOK_SECRET: `whsec_${Buffer.alloc(24, 1).toString('base64')},whsec_${Buffer.alloc(24, 2).toString('base64')}`,
    })
    expect(leadsail.apiKeys).toEqual(['new', 'old'])
    expect(standard.secrets).toEqual([Buffer.alloc(24, 1), Buffer.alloc(24, 2)])
  })
})

const order = (faults: readonly string[], name: string) => faults.findIndex(fault => fault.startsWith(name))
