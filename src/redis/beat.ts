import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RedisClient } from './connect.ts'

/**
 * Tells a Redis that was restored from a backup: it counts less than this machine has seen. The count goes up in Redis
 * every few seconds, and what it was stands in a file in DATA_DIR, which a backup of Redis does not hold.
 */

/** What happened within this time before a backup was restored is all that can go unnoticed. */
const BEAT_MS = 2_000

/** Put into DATA_DIR by whoever restores a backup where no count was kept. */
const SIGN = 'restored'

const RESTORED =
  'this Redis was restored from a backup: what was done after the backup it does not know, and would do again'

/**
 * Starts to count; disposing ends it.
 * @param parts.key where the count stands
 * @param parts.instance names the ledger: another one has a count of its own
 * @param parts.onRestored told why what the ledger says may be out of date, and when it was last known to be right, ms,
 *   before anything counts as seen
 * @param parts.onError a count that could not be kept is none: the next one may be
 */
export async function startBeat(parts: {
  client: RedisClient
  key: string
  dataDir: string
  instance: string
  now: () => number
  onRestored: (why: string, lastBeatAt: number) => Promise<void>
  onError: (error: Error) => void
}): Promise<AsyncDisposable> {
  const { client, key, dataDir, instance, now, onRestored, onError } = parts
  const file = join(dataDir, `beat-${instance}`)
  const sign = join(dataDir, SIGN)
  const seen = Number((await read(file)) ?? 0)
  const isSigned = (await read(sign)) !== undefined
  const [count, at] = (await client.hmget(key, 'count', 'at')).map(Number)
  const isBehind = (count ?? 0) < seen
  if (isBehind || isSigned) await onRestored(RESTORED, at ?? 0)
  // It is told once: from now on the count goes on from what was seen, and the sign has been heeded.
  if (isBehind) await client.hset(key, 'count', seen)
  if (isSigned) await rm(sign, { force: true })

  const beat = async () => {
    await client.hset(key, 'at', now())
    await writeFile(file, String(await client.hincrby(key, 'count', 1)))
  }
  // Where there is no directory of ours there is nowhere to remember.
  const tryBeat = () => beat().catch(error => (error.code === 'ENOENT' ? undefined : onError(error)))
  await tryBeat()
  const timer = setInterval(tryBeat, BEAT_MS)
  timer.unref()
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
    },
  }
}

async function read(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined)
}
