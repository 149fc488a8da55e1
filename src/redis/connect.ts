import { type ClusterOptions as AllClusterOptions, type RedisOptions as AllRedisOptions, Cluster, Redis } from 'ioredis'
import { ConfigError, UnavailableError } from '../errors.ts'
import { gatherWrites } from './gather-writes.ts'
import { type RedisAddress, type RedisTarget, readRedisAddress } from './redis-url.ts'

/**
 * The only place that opens connections to Redis. Two temperaments: a producer's fails at once, so that whoever waits
 * for it can say so; a worker's never gives up, so that work goes on by itself when Redis is back.
 */
export type RedisClient = Redis | Cluster

/** Replies keep one shape whatever protocol the server speaks. */
type RedisOptions = Omit<AllRedisOptions, 'replyMapping'>
type ClusterOptions = Omit<AllClusterOptions, 'redisOptions'> & { enableOfflineQueue: boolean }

export interface ConnectionOptions {
  /** Shown by `CLIENT LIST`. */
  name?: string
  /** Told of every connection error; ioredis goes on trying. Without it errors are only seen by failing commands. */
  onError?: (error: Error) => void
}

export interface ProducerOptions extends ConnectionOptions {
  /**
   * A command without an answer after this many ms rejects. It was sent and may still be carried out. Without it a
   * frozen server is noticed after `SILENCE_MS.producer`.
   */
  commandTimeoutMs?: number
}

/** Between two attempts to connect: short, because service must be back within seconds of Redis. */
const RECONNECT_MAX_MS = 500
const CONNECT_TIMEOUT_MS = 1000
/**
 * A connection with commands outstanding on which nothing arrives for this long is dead (frozen host, lost route) and is
 * replaced. A worker's must outlast BullMQ's longest blocking read, 10 s.
 */
const SILENCE_MS = { producer: 5000, worker: 30_000 }
/** While a server loads its data ioredis asks again no later than this; its own estimate can be far off. */
const LOADING_RETRY_MS = 250

const reconnectMs = (tries: number) => Math.min(50 * tries, RECONNECT_MAX_MS)

/**
 * A connection for answering somebody who waits. A command while Redis is away rejects at once and is never sent later;
 * a command in flight when the connection breaks rejects (it may have been carried out) and is never sent again.
 * Reconnects for ever by itself.
 */
export function producerConnection(target: RedisTarget, options: ProducerOptions = {}): RedisClient {
  const failFast: RedisOptions = {
    // 0 flushes what is outstanding at every disconnect; without it such commands would never settle.
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    connectTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SILENCE_MS.producer,
    ...(options.commandTimeoutMs === undefined ? {} : { commandTimeout: options.commandTimeoutMs }),
  }
  return open(target, options, failFast, {
    enableOfflineQueue: false,
    // A cluster client repeats commands whose connection closed unless these are 0.
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
  })
}

/**
 * A connection for BullMQ's workers: commands wait for Redis to come back, and those in flight when it went are sent
 * again. Hand it to `new Worker` as `connection`: BullMQ duplicates it for its blocking reads and closes only the
 * duplicates. Not for acts that must not happen twice unless they are guarded (compare-and-set).
 */
export function workerConnection(target: RedisTarget, options: ConnectionOptions = {}): RedisClient {
  const patient: RedisOptions = { maxRetriesPerRequest: null, socketTimeout: SILENCE_MS.worker, connectTimeout: 5000 }
  return open(target, options, patient, { enableOfflineQueue: true, retryDelayOnFailover: 200, maxRedirections: 50 })
}

/**
 * A connection that asks a private server one thing and does not try again.
 * @param patienceMs how long connecting, and each command, may take
 */
export function probeConnection(path: string, patienceMs: number): Redis {
  const probe = new Redis({
    path,
    lazyConnect: true,
    retryStrategy: null,
    maxRetriesPerRequest: 0,
    // Without the check a server that still loads can be asked what it is doing.
    enableReadyCheck: false,
    connectTimeout: patienceMs,
    commandTimeout: patienceMs,
    // A hung server does not close its side.
    disconnectTimeout: 50,
    disableClientInfo: true,
  })
  probe.on('error', ignore)
  return probe
}

/**
 * Waits until commands can be sent; a producer's commands reject before that.
 * @throws UnavailableError after `timeoutMs`, with the last connection error in its message
 */
export async function untilReady(client: RedisClient, timeoutMs: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let lastError: Error | undefined
  const noteError = (error: Error) => {
    lastError = error
  }
  const fail = () => {
    const cause = lastError?.message ?? 'no answer'
    reject(new UnavailableError(`Redis is not there after ${timeoutMs} ms: ${cause}`, { cause: lastError }))
  }
  const timer = setTimeout(fail, timeoutMs)
  client.on('error', noteError).on('ready', resolve).on('end', fail)
  try {
    if (client.status === 'ready') resolve()
    if (client.status === 'end') fail()
    await promise
    if (client instanceof Cluster) await Promise.all(client.nodes('master').map(node => node.ping()))
  } finally {
    clearTimeout(timer)
    client.off('error', noteError).off('ready', resolve).off('end', fail)
  }
}

/** Opens a connection with what both temperaments share. An `error` listener is there before anything can fail. */
function open(
  target: RedisTarget,
  options: ConnectionOptions,
  own: RedisOptions,
  cluster: ClusterOptions,
): RedisClient {
  const redisOptions: RedisOptions = {
    ...own,
    maxLoadingRetryTime: LOADING_RETRY_MS,
    ...(options.name === undefined ? {} : { connectionName: options.name }),
  }
  const onError = options.onError ?? ignore
  const address = target.kind === 'url' ? readRedisAddress(target.url) : undefined
  if (typeof address === 'string') throw new ConfigError([`REDIS_URL: ${address}`])
  if (address?.kind === 'cluster') return openCluster(address, redisOptions, cluster, onError)

  const client = new Redis({
    ...redisOptions,
    ...(target.kind === 'socket' ? { path: target.path } : {}),
    ...(address === undefined ? {} : singleOptions(address)),
    enableOfflineQueue: cluster.enableOfflineQueue,
    retryStrategy: reconnectMs,
    reconnectOnError: isDemoted,
  })
  client.on('error', onError)
  gatherWrites(client)
  return client
}

/**
 * What a server says that was demoted in a failover, or reloads: the connection is good, the server is the wrong one.
 * The failing command is not sent again.
 */
function isDemoted(error: Error): boolean {
  return /\b(?:READONLY|UNBLOCKED|LOADING)\b/.test(error.message)
}

function singleOptions(address: RedisAddress): RedisOptions {
  const [first] = address.endpoints
  const common: RedisOptions = { ...credentials(address), db: address.db, ...(address.tls ? { tls: {} } : {}) }
  if (address.kind !== 'sentinel') return { ...common, host: first?.host ?? '', port: first?.port ?? 0 }
  return {
    ...common,
    sentinels: address.endpoints,
    name: address.primary ?? '',
    sentinelRetryStrategy: reconnectMs,
    sentinelCommandTimeout: CONNECT_TIMEOUT_MS,
    // Not ioredis' failoverDetector: news of a failover that comes while it reconnects ends the connection for good.
    // The sentinels close a demoted primary's connections anyway.
    ...(address.tls ? { enableTLSForSentinelMode: true, sentinelTLS: {} } : {}),
    ...(address.sentinelUsername === undefined ? {} : { sentinelUsername: address.sentinelUsername }),
    ...(address.sentinelPassword === undefined ? {} : { sentinelPassword: address.sentinelPassword }),
  }
}

function openCluster(
  address: RedisAddress,
  redisOptions: RedisOptions,
  clusterOptions: ClusterOptions,
  onError: (error: Error) => void,
): Cluster {
  const client = new Cluster(address.endpoints, {
    ...clusterOptions,
    clusterRetryStrategy: reconnectMs,
    slotsRefreshTimeout: 2000,
    // Over TLS the nodes' certificates carry the names that the cluster gives out, so names are not looked up first.
    ...(address.tls ? { dnsLookup: (host, callback) => callback(null, host) } : {}),
    redisOptions: { ...redisOptions, ...credentials(address), ...(address.tls ? { tls: {} } : {}) },
  })
  client.on('error', onError)
  client.on('node error', onError)
  // Nodes connect at their first command otherwise, and without an offline queue their second would fail.
  client.on('+node', (node: Redis) => {
    gatherWrites(node)
    if (node.status === 'wait') node.connect().catch(ignore)
  })
  return client
}

function credentials({ username, password }: RedisAddress): RedisOptions {
  return { ...(username === undefined ? {} : { username }), ...(password === undefined ? {} : { password }) }
}

function ignore(): void {}
