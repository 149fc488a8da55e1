import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { Failure } from './failure.ts'

/**
 * Writes a file that is whole or not there: what is cut off half-way must not be taken for everything.
 * @param shown the path as it was typed
 */
export async function writeWhole(
  path: string,
  shown: string,
  content: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>,
): Promise<void> {
  const part = `${path}.part`
  try {
    await pipeline(content, createWriteStream(part))
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true }).catch(() => {})
    const code = (error as NodeJS.ErrnoException).code ?? ''
    const reason = reasons[code]
    throw reason === undefined ? error : new Failure(`${shown} cannot be written: ${reason}`, { cause: error })
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such folder',
  ENOTDIR: 'there is no such folder',
  EISDIR: 'it is a folder',
  EACCES: 'you may not write there',
  EPERM: 'you may not write there',
  EROFS: 'nothing can be written there',
  ENOSPC: 'the disk is full',
}
