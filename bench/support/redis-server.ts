import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { freePort } from '../../test/support/free-port.ts'
import { spawnOwn } from './program.ts'

/** A Redis of the benchmark's own, empty, on a free port. */
export interface OwnRedis extends AsyncDisposable {
  url: string
  pid: number
  client: Redis
}

/** @param appendfsync how writes reach the disk */
export async function startRedis(appendfsync: 'always' | 'everysec'): Promise<OwnRedis> {
  const dir = await mkdtemp(join(tmpdir(), 'aftercall-bench-'))
  const port = await freePort()
  const settings = [
    '--port',
    `${port}`,
    '--dir',
    dir,
    '--save',
    '',
    '--appendonly',
    'yes',
    '--appendfsync',
    appendfsync,
  ]
  const child = spawnOwn('redis-server', [...settings, '--maxmemory-policy', 'noeviction'], { stdio: 'ignore' })
  const url = `redis://127.0.0.1:${port}`
  const client = new Redis(url, { retryStrategy: () => 50, maxRetriesPerRequest: null })
  client.on('error', () => {})
  await client.ping()
  return {
    url,
    pid: child.pid ?? -1,
    client,
    async [Symbol.asyncDispose]() {
      client.disconnect()
      child.kill('SIGKILL')
      await rm(dir, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
