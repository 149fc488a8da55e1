import { systemClock } from '../../src/clock.ts'
import { describeError } from '../../src/errors.ts'
import { startEmbeddedRedis } from '../../src/redis/embedded.ts'

/**
 * A service reduced to its private Redis, to be killed by tests: `node embedded-owner.ts <dataDir>` prints one JSON line
 * when it has started (or why it has not) and ends cleanly on SIGTERM.
 */
const [, , dataDir = ''] = process.argv
const note = (fields: object, message: string) => console.error(message, JSON.stringify(fields))
try {
  const redis = await startEmbeddedRedis({
    dataDir,
    logger: { info: note, warn: note, error: note },
    clock: systemClock,
  })
  const staying = setInterval(() => {}, 60_000)
  process.once('SIGTERM', async () => {
    clearInterval(staying)
    await redis.stop()
  })
  console.log(JSON.stringify({ socketPath: redis.socketPath, adopted: redis.adopted }))
} catch (error) {
  console.log(JSON.stringify({ error: describeError(error) }))
}
