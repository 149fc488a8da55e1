import { Redis } from 'ioredis'
import { eventually } from './eventually.ts'
import { type OwnRedis, startOwnRedis } from './own-redis.ts'
import { untilCopied } from './redis-cluster.ts'

/** A primary with replicas, and the Sentinels that watch over them. */
export interface TestSentinels extends AsyncDisposable {
  /** As `REDIS_URL` takes it. */
  url: string
  /** The first began as the primary. */
  servers: readonly OwnRedis[]
  sentinels: readonly OwnRedis[]
  /** Whichever is the primary by the word of the Sentinels. */
  primary(): Promise<OwnRedis>
  /** Has the Sentinels make another one the primary, and waits until all others follow it. */
  failOver(): Promise<void>
}

/** The Sentinels' name of the primary. */
const NAME = 'main'
/** More than half of the Sentinels. */
const QUORUM = 2

/** They learn of replicas and of each other within ten seconds; on a machine with other work it takes longer. */
const FORM_TIMEOUT_MS = 60_000

/**
 * Starts one primary, two replicas and three Sentinels.
 * @param downAfterMs a primary that does not answer for this long counts as gone
 */
export async function startSentinels({ downAfterMs }: { downAfterMs: number }): Promise<TestSentinels> {
  await using starting = new AsyncDisposableStack()
  const serve = async (settings: Record<string, string>) => starting.use(await startOwnRedis(settings))
  const atOnce = { 'repl-diskless-sync-delay': '0' }
  const first = await serve(atOnce)
  const following = { ...atOnce, replicaof: `127.0.0.1 ${first.port}` }
  const replicas = await Promise.all([1, 2].map(() => serve(following)))
  const servers = [first, ...replicas]
  const copies = replicas.length
  const client = new Redis(first.url)
  await untilCopied(client, copies).finally(() => client.disconnect())
  const watching = {
    [`sentinel monitor ${NAME}`]: `127.0.0.1 ${first.port} ${QUORUM}`,
    [`sentinel down-after-milliseconds ${NAME}`]: String(downAfterMs),
    [`sentinel failover-timeout ${NAME}`]: String(Math.max(3_000, downAfterMs)),
  }
  const sentinels = await Promise.all([1, 2, 3].map(() => serve(watching)))
  const asking = sentinels.map(({ url }) => starting.adopt(new Redis(url), asked => asked.disconnect()))
  const [asked] = asking
  if (asked === undefined) throw new Error('there is no Sentinel')

  await eventually(
    async () => {
      const known = async (what: 'REPLICAS' | 'SENTINELS', count: number) => {
        const lists = await Promise.all(asking.map(sentinel => sentinel.call('SENTINEL', what, NAME)))
        return lists.every(list => Array.isArray(list) && list.length === count)
      }
      return (await known('REPLICAS', copies)) && known('SENTINELS', asking.length - 1)
    },
    { timeoutMs: FORM_TIMEOUT_MS },
  )

  async function primary(): Promise<OwnRedis> {
    const address = await asked?.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', NAME)
    const found = servers.find(({ port }) => Array.isArray(address) && Number(address[1]) === port)
    if (found === undefined) throw new Error(`no server of ours is at ${address}`)
    return found
  }

  const running = starting.move()
  return {
    url: `redis+sentinel://${sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',')}/${NAME}`,
    servers,
    sentinels,
    primary,
    async failOver() {
      const before = await primary()
      await asked.call('SENTINEL', 'FAILOVER', NAME)
      await eventually(async () => (await primary()) !== before, { timeoutMs: FORM_TIMEOUT_MS })
      const now = new Redis((await primary()).url)
      await untilCopied(now, copies).finally(() => now.disconnect())
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}
