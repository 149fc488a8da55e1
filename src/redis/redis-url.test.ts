import { describe, expect, test } from 'vitest'
import { parseRedisUrl, type RedisAddress, readRedisAddress } from './redis-url.ts'

const single = { kind: 'single', tls: false, db: 0 } as const
const cases: [string, RedisAddress][] = [
  ['redis://localhost', { ...single, endpoints: [{ host: 'localhost', port: 6379 }] }],
  ['redis://localhost/', { ...single, endpoints: [{ host: 'localhost', port: 6379 }] }],
  ['redis://127.0.0.1:7001/3', { ...single, db: 3, endpoints: [{ host: '127.0.0.1', port: 7001 }] }],
  ['REDIS://[::1]:7001', { ...single, endpoints: [{ host: '::1', port: 7001 }] }],
  ['redis://:s%40cret@h', { ...single, endpoints: [{ host: 'h', port: 6379 }], password: 's@cret' }],
  ['redis://me:a:b@h', { ...single, endpoints: [{ host: 'h', port: 6379 }], username: 'me', password: 'a:b' }],
  [
    'rediss://me:pw@redis.example.com:6380/1',
    {
      kind: 'single',
      tls: true,
      db: 1,
      endpoints: [{ host: 'redis.example.com', port: 6380 }],
      username: 'me',
      password: 'pw',
    },
  ],
  [
    'redis+sentinel://h1,h2:26380/main',
    {
      kind: 'sentinel',
      tls: false,
      db: 0,
      primary: 'main',
      endpoints: [
        { host: 'h1', port: 26_379 },
        { host: 'h2', port: 26_380 },
      ],
    },
  ],
  [
    'redis+sentinel://:pw@h1/main/2?sentinelPassword=other',
    {
      kind: 'sentinel',
      tls: false,
      db: 2,
      primary: 'main',
      endpoints: [{ host: 'h1', port: 26_379 }],
      password: 'pw',
      sentinelPassword: 'other',
    },
  ],
  [
    'rediss+cluster://u:p@h1:7000,h2:7001',
    {
      kind: 'cluster',
      tls: true,
      db: 0,
      endpoints: [
        { host: 'h1', port: 7000 },
        { host: 'h2', port: 7001 },
      ],
      username: 'u',
      password: 'p',
    },
  ],
]

describe('a Redis URL', () => {
  test.each(cases)('%s', (url, address) => {
    expect(readRedisAddress(url)).toEqual(address)
    expect(parseRedisUrl(url)).toEqual({ kind: 'url', url })
  })

  test.each([
    ['', 'must be redis://'],
    ['localhost:6379', 'must be redis://'],
    ['http://localhost', 'must be redis://'],
    ['redis://', 'must be redis://'],
    ['redis://h:99999', 'has a port that is none'],
    ['redis://h:port', 'has a host that cannot be read'],
    ['redis://h1,h2', 'names several hosts'],
    ['redis://h/db', 'has a database that is no number'],
    ['redis+sentinel://h1', "needs the primary's name"],
    ['redis+cluster://h1/1', 'has only 0'],
    ['redis://h?family=6', 'does not take ?family='],
    ['redis://:100%@h', 'holds a % that is no percent-encoding'],
  ])('%s is refused', (url, fault) => {
    expect(parseRedisUrl(url)).toContain(fault)
  })

  test.each(['redis://:topsecret/x@h', 'http://:topsecret@h', 'redis://:topsecret@h:99999', 'redis://:topsecret%@h'])(
    'the fault of %s does not repeat the password',
    url => {
      const fault = parseRedisUrl(url)
      expect(fault).toBeTypeOf('string')
      expect(fault).not.toContain('topsecret')
    },
  )
})
