import { access } from 'node:fs/promises'
import { request } from 'node:http'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { startOwnRedis } from './own-redis.ts'
import { startCluster } from './redis-cluster.ts'
import { startSentinels } from './redis-sentinel.ts'

/** The Redis that the tests of a run share. */
export interface TestRedis {
  url: string
  /** Where it came from, in words. */
  from: string
  /** Ends it if the run started it; what was there before is left alone. */
  stop(): Promise<void>
}

const SAFE_ARGS = ['--appendonly', 'yes', '--appendfsync', 'always', '--maxmemory-policy', 'noeviction', '--save', '']

/** Far more than what a busy machine lets a server wait: nothing is to fail over that was not killed. */
const PATIENCE_MS = 30_000

/**
 * `TEST_REDIS_URL`; else, with `TEST_REDIS=cluster` or `sentinel`, such a set of servers from the PATH; else a container
 * when a Docker engine answers (`TEST_REDIS_IMAGE`), else a `redis-server` or `valkey-server` from the PATH. Tests are
 * never skipped for want of a Redis.
 * @throws with the mend when there is none
 */
export async function startTestRedis(env: NodeJS.ProcessEnv = process.env): Promise<TestRedis> {
  const url = env['TEST_REDIS_URL']
  if (url) return { url, from: 'TEST_REDIS_URL', stop: async () => {} }
  const kind = env['TEST_REDIS']
  if (kind) return startSet(kind)

  let containerFault: unknown
  const image = env['TEST_REDIS_IMAGE']
  if (await isDockerAnswering(env)) {
    try {
      return await startContainer(image || 'redis:7-alpine')
    } catch (error) {
      // An image that was asked for by name is not quietly replaced by something else.
      if (image) throw new Error(`TEST_REDIS_IMAGE=${image} does not start: ${error}`, { cause: error })
      console.warn(`the Docker engine cannot run redis:7-alpine (${error}); taking a server from the PATH`)
      containerFault = error
    }
  }
  try {
    const own = await startOwnRedis()
    return { url: own.url, from: 'a server from the PATH', stop: async () => void (await own[Symbol.asyncDispose]()) }
  } catch (error) {
    throw new Error(
      `no Redis for the tests: ${error instanceof Error ? error.message : error}. Run ./setup test, start Docker, or set TEST_REDIS_URL.`,
      { cause: containerFault ?? error },
    )
  }
}

async function startSet(kind: string): Promise<TestRedis> {
  if (kind === 'cluster') {
    const cluster = await startCluster({ hasReplicas: true, nodeTimeoutMs: PATIENCE_MS })
    const from = 'a cluster of three primaries with a replica each, from the PATH'
    return { url: cluster.url, from, stop: async () => void (await cluster[Symbol.asyncDispose]()) }
  }
  if (kind === 'sentinel') {
    const set = await startSentinels({ downAfterMs: PATIENCE_MS })
    // What the tests meet is what a failover leaves: a primary that was a replica, followed by the one before it.
    await set.failOver()
    const from = 'three Sentinels, from the PATH, after a failover'
    return { url: set.url, from, stop: async () => void (await set[Symbol.asyncDispose]()) }
  }
  throw new Error(`TEST_REDIS=${kind}: cluster and sentinel are known`)
}

async function startContainer(image: string): Promise<TestRedis> {
  // Imported only here: it costs a second that runs without Docker need not pay.
  const { GenericContainer, Wait } = await import('testcontainers')
  const container = await new GenericContainer(image)
    .withCommand(['redis-server', '--protected-mode', 'no', '--bind', '0.0.0.0', ...SAFE_ARGS])
    .withExposedPorts(6379)
    .withWaitStrategy(Wait.forAll([Wait.forListeningPorts(), Wait.forLogMessage('eady to accept connections')]))
    .withStartupTimeout(60_000)
    .start()
  return {
    url: `redis://${container.getHost()}:${container.getMappedPort(6379)}`,
    from: `a container of ${image}`,
    stop: async () => void (await container.stop()),
  }
}

/** Whether an engine answers a ping; asked before Testcontainers is loaded at all. */
async function isDockerAnswering(env: NodeJS.ProcessEnv): Promise<boolean> {
  const host = env['DOCKER_HOST']
  if (host?.startsWith('tcp://')) {
    const { hostname, port } = new URL(host)
    // Over TLS the ping would need the client's certificate; that somebody set all this up is answer enough.
    return env['DOCKER_TLS_VERIFY'] ? true : answersPing({ host: hostname, port: port || 2375 })
  }
  const sockets = host?.startsWith('unix://')
    ? [host.slice('unix://'.length)]
    : [
        '/var/run/docker.sock',
        join(env['XDG_RUNTIME_DIR'] ?? '/run/user', 'docker.sock'),
        join(homedir(), '.docker/run/docker.sock'),
        join(homedir(), '.colima/default/docker.sock'),
      ]
  for (const socketPath of sockets) {
    const exists = await access(socketPath).then(
      () => true,
      () => false,
    )
    if (exists && (await answersPing({ socketPath }))) return true
  }
  return false
}

function answersPing(where: { socketPath: string } | { host: string; port: string | number }): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const ping = request({ ...where, path: '/_ping', timeout: 2000 }, response => {
    response.resume()
    resolve(response.statusCode === 200)
  })
  ping.once('timeout', () => ping.destroy(new Error('no answer')))
  ping.once('error', () => resolve(false))
  ping.end()
  return promise
}
