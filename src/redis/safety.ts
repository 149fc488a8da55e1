import { Cluster, type Redis } from 'ioredis'
import { ConfigError } from '../errors.ts'
import type { RedisClient } from './connect.ts'

/** A way in which a Redis may lose or refuse what was entrusted to it. */
export interface SafetyProblem {
  setting: string
  found: string
  /** What to do about it: a command for now and a line for redis.conf, where there are such. */
  mend: string
  /** False when nothing here could work at all, whatever the operator is willing to risk. */
  acceptable: boolean
}

/** BullMQ warns below 6.2; `LMOVE`, `GETEX` and `ZADD GT` in scripts need it. */
const MIN_VERSION = [6, 2] as const
const ACCEPT = 'or set REDIS_ACCEPT_UNSAFE=true to live with the risk'

/**
 * Looks at every primary behind the connection: version, role, eviction, append-only file and its fsync. Where `CONFIG`
 * is forbidden, as on most managed Redis, `INFO` is asked, and what it does not tell is a problem of its own.
 * @throws what the connection throws when Redis is away
 */
export async function checkRedisSafety(client: RedisClient): Promise<{ problems: SafetyProblem[] }> {
  const servers = client instanceof Cluster ? client.nodes('master') : [client]
  const found = await Promise.all(servers.map(checkServer))
  const distinct = new Map(found.flat().map(problem => [`${problem.setting} ${problem.found}`, problem]))
  return { problems: [...distinct.values()] }
}

/**
 * Refuses a Redis that may lose data.
 * @param options.acceptUnsafe `REDIS_ACCEPT_UNSAFE`: live with eviction, no AOF and no fsync; never with a Redis that is
 *   too old or a replica
 * @returns what was accepted, in words for `/readyz`; empty when all is safe
 * @throws ConfigError naming every problem and its mend
 */
export async function assertSafeRedis(
  client: RedisClient,
  options: { acceptUnsafe: boolean },
): Promise<{ durability: string[] }> {
  const { problems } = await checkRedisSafety(client)
  const fatal = problems.filter(problem => !options.acceptUnsafe || !problem.acceptable)
  if (fatal.length > 0) {
    throw new ConfigError(
      fatal.map(({ setting, found, mend, acceptable }) => {
        return `Redis: ${setting} is ${found}. ${mend}${acceptable ? `, ${ACCEPT}` : ''}`
      }),
    )
  }
  return { durability: problems.map(({ setting, found }) => `${setting} is ${found}`) }
}

async function checkServer(server: Redis): Promise<SafetyProblem[]> {
  const info = await unlessForbidden(server.info())
  const facts = new Map<string, string>(
    (info ?? '').split(/\r?\n/).flatMap(line => {
      const colon = line.indexOf(':')
      return colon > 0 ? [[line.slice(0, colon), line.slice(colon + 1)]] : []
    }),
  )
  const setting = async (name: string): Promise<string | undefined> => {
    const reply = await unlessForbidden(server.config('GET', name))
    return Array.isArray(reply) && reply[1] !== undefined ? String(reply[1]) : undefined
  }
  const aofEnabled = facts.get('aof_enabled')
  const policy = (await setting('maxmemory-policy')) ?? facts.get('maxmemory_policy')
  const appendonly = (await setting('appendonly')) ?? (aofEnabled && (aofEnabled === '1' ? 'yes' : 'no'))
  const appendfsync = await setting('appendfsync')

  return [
    ...versionProblem(facts.get('redis_version')),
    ...roleProblem(facts.get('role'), facts.get('master_host')),
    ...settingProblem('maxmemory-policy', policy, 'noeviction', 'keys may vanish when memory is full'),
    ...settingProblem('appendonly', appendonly, 'yes', 'a restart loses what was accepted'),
    ...settingProblem('appendfsync', appendfsync, 'always', 'a crash loses about the last second'),
  ]
}

/** @param version `redis_version` of INFO, which Valkey and others fill in too; `undefined` when INFO is forbidden */
export function versionProblem(version: string | undefined): SafetyProblem[] {
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number)
  const [minMajor, minMinor] = MIN_VERSION
  if (major > minMajor || (major === minMajor && minor >= minMinor)) return []
  if (version === undefined) {
    const mend = 'Let this user run INFO (ACL SETUSER <user> +info)'
    return [{ setting: 'version', found: 'unknown, because INFO is forbidden', mend, acceptable: true }]
  }
  const mend = `Install Redis ${minMajor}.${minMinor} or newer, or any Valkey`
  return [{ setting: 'version', found: version, mend, acceptable: false }]
}

function roleProblem(role: string | undefined, primary: string | undefined): SafetyProblem[] {
  if (role !== 'slave') return []
  const mend = `Point REDIS_URL at its primary${primary ? ` (${primary})` : ''}, or at the sentinels: redis+sentinel://h1,h2/name`
  return [{ setting: 'role', found: 'a read-only replica', mend, acceptable: false }]
}

function settingProblem(setting: string, found: string | undefined, wanted: string, risk: string): SafetyProblem[] {
  if (found === wanted) return []
  if (found === undefined) {
    return [
      {
        setting,
        found: 'unknown, because CONFIG is forbidden: it cannot be verified',
        mend: `Make sure of "${setting} ${wanted}" at your provider, let this user run CONFIG GET (ACL SETUSER <user> +config|get)`,
        acceptable: true,
      },
    ]
  }
  return [
    {
      setting,
      found: `${found} (${risk})`,
      mend: `Run CONFIG SET ${setting} ${wanted} and write "${setting} ${wanted}" in redis.conf`,
      acceptable: true,
    },
  ]
}

/** The reply, or `undefined` where this user may not ask or the command was renamed away. */
async function unlessForbidden<T>(reply: Promise<T>): Promise<T | undefined> {
  try {
    return await reply
  } catch (error) {
    if (error instanceof Error && error.name === 'ReplyError') return undefined
    throw error
  }
}
