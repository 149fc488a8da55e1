import { ConfigError } from '../errors.ts'
import { startEmbeddedRedis } from './embedded.ts'
import { parseRedisUrl, type RedisTarget } from './redis-url.ts'

/**
 * Where Redis is: at the address of the configuration, or a private server that is started here and stopped with
 * `started`.
 * @throws ConfigError when the address cannot be read, or no server can be started
 */
export async function openRedisTarget(
  { redis, dataDir }: { redis: { url?: string | undefined }; dataDir: string },
  {
    started,
    ...own
  }: Pick<Parameters<typeof startEmbeddedRedis>[0], 'logger' | 'clock'> & { started: AsyncDisposableStack },
): Promise<RedisTarget> {
  if (redis.url !== undefined) {
    const target = parseRedisUrl(redis.url)
    if (typeof target === 'string') throw new ConfigError([`REDIS_URL: ${target}`])
    return target
  }
  const embedded = started.use(await startEmbeddedRedis({ dataDir, ...own }))
  return { kind: 'socket', path: embedded.socketPath }
}
