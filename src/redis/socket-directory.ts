import { createHash } from 'node:crypto'
import { lstat, mkdir, readlink, rm, symlink } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { ConfigError } from '../errors.ts'

/** The kernel takes 107 bytes as a unix socket's address (103 on macOS). */
const MAX_ADDRESS_BYTES = 100
/** The longest name of a socket in it. */
const MAX_SOCKET_NAME_BYTES = 20

/**
 * A name for `dir` that is short enough for the address of a unix socket in it: `dir` itself, or else a link to it in a
 * private directory under the system's temporary one. The sockets themselves stand in `dir` either way, so that whoever
 * uses it finds them, whatever its temporary directory is.
 * @param dir absolute
 * @throws ConfigError when the private directory belongs to somebody else or even the link would be too long
 */
export async function socketDirectory(dir: string): Promise<string> {
  if (fits(dir)) return dir
  const name = createHash('sha256').update(dir).digest('hex').slice(0, 10)
  const home = [tmpdir(), '/tmp'].map(tmp => join(tmp, `aftercall-${name}`)).find(path => fits(join(path, 'd')))
  if (home === undefined)
    throw new ConfigError([`DATA_DIR: ${dir} is too long a path for a unix socket: set a shorter one`])

  await mkdir(home, { mode: 0o700 }).catch(unlessThere)
  const stats = await lstat(home)
  const isPrivate = stats.isDirectory() && (stats.mode & 0o077) === 0 && stats.uid === userInfo().uid
  if (!isPrivate)
    throw new ConfigError([`DATA_DIR: ${home}, which shortens its path, is not private to this user: remove it`])

  const link = join(home, 'd')
  if ((await readlink(link).catch(() => undefined)) !== dir) {
    await rm(link, { force: true })
    await symlink(dir, link).catch(unlessThere)
  }
  return link
}

function fits(dir: string): boolean {
  return Buffer.byteLength(dir) + 1 + MAX_SOCKET_NAME_BYTES <= MAX_ADDRESS_BYTES
}

function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error
}
