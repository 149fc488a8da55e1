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
