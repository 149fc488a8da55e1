import { access, constants, stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { describeError } from '../errors.ts'
import { bad, type Finding, good, noted } from './finding.ts'

/** A million journeys and the log of their changes, with room to write that log anew. */
const LEAST_FREE_BYTES = 2_000_000_000

const MEND = 'let this user write there, set another DATA_DIR, or set REDIS_URL'

/** Where the private Redis keeps its files: nothing is made there, only looked at. */
export async function checkDataDir({ dataDir, redis }: { dataDir: string; redis: { url?: string } }): Promise<Finding> {
  if (redis.url !== undefined) return noted('data_dir', 'not used: Redis is elsewhere')
  try {
    const place = await nearest(dataDir)
    await access(place, constants.R_OK | constants.W_OK | constants.X_OK)
    const { bavail, bsize } = await statfs(place)
    return judgeSpace(dataDir, bavail * bsize)
  } catch (error) {
    const why = 'without it nothing that comes in can be kept, and the service does not start'
    return bad('data_dir', `${dataDir} cannot be written: ${describeError(error).message}`, why, MEND)
  }
}

/** @param freeBytes what is left for this user on the disk */
export function judgeSpace(dataDir: string, freeBytes: number): Finding {
  const free = `${(freeBytes / 1e9).toFixed(1)} GB free`
  if (freeBytes >= LEAST_FREE_BYTES) return good('data_dir', `${dataDir}: can be written, ${free}`)
  return bad(
    'data_dir',
    `${dataDir}: ${free}`,
    'when the disk is full no event is taken any more',
    `free ${(LEAST_FREE_BYTES / 1e9).toFixed(0)} GB at least, or set DATA_DIR to a larger disk`,
  )
}

/** The folder itself, or the one in which it would be made. */
async function nearest(path: string): Promise<string> {
  try {
    if ((await stat(path)).isDirectory()) return path
    throw new Error('it is a file')
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    if (!isMissing || dirname(path) === path) throw error
    return nearest(dirname(path))
  }
}
