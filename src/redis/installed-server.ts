import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** Tried in this order by whoever starts a private server. */
export const serverPrograms = ['redis-server', 'valkey-server'] as const

/** The server that would be started, or `undefined` where there is none on the PATH. */
export async function installedServer(): Promise<{ program: string; version: string } | undefined> {
  for (const program of serverPrograms) {
    try {
      const { stdout } = await promisify(execFile)(program, ['--version'])
      return { program, version: /v=([\d.]+)/.exec(stdout)?.[1] ?? '' }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }
  return undefined
}
