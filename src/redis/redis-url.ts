/** Where a Redis is: the private one's unix socket, or what `REDIS_URL` says. */
export type RedisTarget = { kind: 'socket'; path: string } | { kind: 'url'; url: string }

interface RedisEndpoint {
  host: string
  port: number
}

/** What a Redis URL says, taken apart. */
export interface RedisAddress {
  kind: 'single' | 'sentinel' | 'cluster'
  tls: boolean
  /** `single` has exactly one. */
  endpoints: RedisEndpoint[]
  username?: string
  password?: string
  db: number
  /** The sentinels' name of the primary. */
  primary?: string
  /** Sentinels have credentials of their own. */
  sentinelUsername?: string
  sentinelPassword?: string
}

const FORMS = 'redis://, rediss://, redis+sentinel://h1,h2/name or redis+cluster://h1,h2'
const SHAPE =
  /^(?<scheme>[a-z+]+):\/\/(?:(?<user>[^/?#]*)@)?(?<hosts>[^/?#@]+)(?:\/(?<path>[^?#]*))?(?:\?(?<query>[^#]*))?$/i

const schemes: Record<string, { kind: RedisAddress['kind']; tls: boolean }> = {
  redis: { kind: 'single', tls: false },
  rediss: { kind: 'single', tls: true },
  'redis+sentinel': { kind: 'sentinel', tls: false },
  'rediss+sentinel': { kind: 'sentinel', tls: true },
  'redis+cluster': { kind: 'cluster', tls: false },
  'rediss+cluster': { kind: 'cluster', tls: true },
}

/**
 * Checks a Redis URL, so that a wrong one is named at start and not at the first command.
 * @returns the target, or what is wrong with it (never with the password in it)
 */
export function parseRedisUrl(url: string): RedisTarget | string {
  const address = readRedisAddress(url)
  return typeof address === 'string' ? address : { kind: 'url', url }
}

/**
 * Takes a Redis URL apart: `scheme://[[user]:password@]host[:port][,host…][/…]`, where the path is the database number
 * (`redis`, `rediss`) or the primary's name and then the database (`redis+sentinel`). `rediss…` is TLS. A sentinel URL
 * takes `?sentinelUsername=` and `?sentinelPassword=`.
 * @returns the parts, or what is wrong with it (never with the password in it)
 */
export function readRedisAddress(url: string): RedisAddress | string {
  const parts = SHAPE.exec(url.trim())?.groups
  if (parts === undefined) return `must be ${FORMS}; a @, / or ? inside a password is written %40, %2F or %3F`
  const scheme = schemes[parts['scheme']?.toLowerCase() ?? '']
  if (scheme === undefined) return `must be ${FORMS}`

  const endpoints = readEndpoints(parts['hosts'] ?? '', scheme.kind === 'sentinel' ? 26_379 : 6379)
  if (typeof endpoints === 'string') return endpoints
  if (scheme.kind === 'single' && endpoints.length > 1) {
    return 'names several hosts: that needs redis+sentinel:// or redis+cluster://'
  }
  const path = (parts['path'] ?? '').split('/').filter(part => part !== '')
  const primary = scheme.kind === 'sentinel' ? path.shift() : undefined
  if (scheme.kind === 'sentinel' && primary === undefined) {
    return "needs the primary's name: redis+sentinel://h1,h2/name"
  }
  const db = readDatabase(path, scheme.kind)
  if (typeof db === 'string') return db
  try {
    const credentials = readCredentials(parts['user'])
    const sentinel = readSentinelQuery(parts['query'], scheme.kind)
    if (typeof sentinel === 'string') return sentinel
    return {
      ...scheme,
      endpoints,
      db,
      ...credentials,
      ...(primary === undefined ? {} : { primary: decodeURIComponent(primary) }),
      ...sentinel,
    }
  } catch {
    return 'holds a % that is no percent-encoding; a % itself is written %25'
  }
}

function readEndpoints(hosts: string, defaultPort: number): RedisEndpoint[] | string {
  const endpoints: RedisEndpoint[] = []
  for (const host of hosts.split(',')) {
    const parts = /^(?:\[(?<v6>[\da-f:.]+)\]|(?<name>[\w.-]+))(?::(?<port>\d{1,5}))?$/i.exec(host.trim())?.groups
    const name = parts?.['v6'] ?? parts?.['name']
    // The text itself is not repeated: behind a mistake it may be a password.
    if (parts === undefined || name === undefined) return 'has a host that cannot be read'
    const port = parts['port'] === undefined ? defaultPort : Number(parts['port'])
    if (port < 1 || port > 65_535) return `has a port that is none: ${port}`
    endpoints.push({ host: name, port })
  }
  return endpoints
}

function readDatabase(path: string[], kind: RedisAddress['kind']): number | string {
  const [text, ...rest] = path
  if (rest.length > 0 || !/^\d{0,4}$/.test(text ?? '')) return 'has a database that is no number'
  const db = Number(text ?? 0)
  if (kind === 'cluster' && db !== 0) return `names database ${db}, but a Redis Cluster has only 0`
  return db
}

function readCredentials(userInfo: string | undefined): { username?: string; password?: string } {
  if (userInfo === undefined || userInfo === '') return {}
  const [username = '', ...rest] = userInfo.split(':')
  const password = rest.join(':')
  return {
    ...(username === '' ? {} : { username: decodeURIComponent(username) }),
    ...(password === '' ? {} : { password: decodeURIComponent(password) }),
  }
}

function readSentinelQuery(
  query: string | undefined,
  kind: RedisAddress['kind'],
): { sentinelUsername?: string; sentinelPassword?: string } | string {
  const found: { sentinelUsername?: string; sentinelPassword?: string } = {}
  for (const [name, value] of new URLSearchParams(query)) {
    if (kind === 'sentinel' && (name === 'sentinelUsername' || name === 'sentinelPassword')) found[name] = value
    else return `does not take ?${name}=`
  }
  return found
}
