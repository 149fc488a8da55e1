import { describe, expect, test } from 'vitest'
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
