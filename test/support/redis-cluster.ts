import { Redis } from 'ioredis'
import { eventually } from './eventually.ts'
import { type OwnRedis, startOwnRedis } from './own-redis.ts'

/** A Redis Cluster on this machine. */
export interface TestCluster extends AsyncDisposable {
  /** As `REDIS_URL` takes it. */
  url: string
  /** Each began as the primary of a third of the slots. */
  primaries: readonly OwnRedis[]
  /** The n-th began as the replica of the n-th primary. */
  replicas: readonly OwnRedis[]
}

const PRIMARIES = 3
const SLOTS = 16_384

/** Nodes meet, elect and copy in seconds; on a machine with other work it takes longer. */
const FORM_TIMEOUT_MS = 60_000

/**
 * Starts three primaries, with or without a replica each.
 * @param nodeTimeoutMs a node that is not heard of for this long counts as gone
 */
export async function startCluster(options: { hasReplicas: boolean; nodeTimeoutMs: number }): Promise<TestCluster> {
  await using starting = new AsyncDisposableStack()
  const settings = {
    'cluster-enabled': 'yes',
    'cluster-node-timeout': String(options.nodeTimeoutMs),
    // Replicas copy at once instead of waiting for others to copy with them.
    'repl-diskless-sync-delay': '0',
  }
  const serve = async () => starting.use(await startOwnRedis(settings))
  const serveAll = () => Promise.all(Array.from({ length: PRIMARIES }, serve))
  const primaries = await serveAll()
  const replicas = options.hasReplicas ? await serveAll() : []
  await form(primaries, replicas)
  const running = starting.move()
  return {
    url: `redis+cluster://${[...primaries, ...replicas].map(node => `127.0.0.1:${node.port}`).join(',')}`,
    primaries,
    replicas,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

async function form(primaries: readonly OwnRedis[], replicas: readonly OwnRedis[]): Promise<void> {
  using closing = new DisposableStack()
  const connect = ({ url }: OwnRedis) => closing.adopt(new Redis(url), client => client.disconnect())
  const [leading, following] = [primaries.map(connect), replicas.map(connect)]
  const all = [...leading, ...following]
  const share = Math.ceil(SLOTS / leading.length)
  for (const [index, client] of leading.entries()) {
    await client.cluster('ADDSLOTSRANGE', index * share, Math.min((index + 1) * share, SLOTS) - 1)
  }
  for (const [index, client] of all.entries()) await client.cluster('SET-CONFIG-EPOCH', index + 1)
  const [first, ...others] = [...primaries, ...replicas]
  for (const { port } of others) await leading[0]?.cluster('MEET', '127.0.0.1', port)
  await eventually(() => isWhole(all, all.length), { timeoutMs: FORM_TIMEOUT_MS })
  if (first === undefined) return

  for (const [index, client] of following.entries()) {
    await client.cluster('REPLICATE', String(await leading[index]?.cluster('MYID')))
  }
  for (const client of following.length === 0 ? [] : leading) await untilCopied(client, 1)
  await eventually(() => isWhole(all, all.length), { timeoutMs: FORM_TIMEOUT_MS })
}

async function isWhole(clients: readonly Redis[], nodes: number): Promise<boolean> {
  const found = await Promise.all(clients.map(client => client.cluster('INFO')))
  return found.every(info => info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${nodes}\r`))
}

/** Waits until so many replicas have all that a primary has. */
export async function untilCopied(primary: Redis, replicas: number): Promise<void> {
  await eventually(
    async () => {
      const lines = String(await primary.info('replication')).split('\r\n')
      return lines.filter(line => /^slave\d+:.*state=online/.test(line)).length === replicas
    },
    { timeoutMs: FORM_TIMEOUT_MS },
  )
}
