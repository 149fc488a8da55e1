import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readdir, rename, rm } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { ConfigError } from '../errors.ts'

/** Holds a directory until it is released or the process is gone, whatever way it goes. */
export interface DataDirLock {
  release(): Promise<void>
}

const NAME = /^lock-[\da-f]{8}$/
const ANSWER_TIMEOUT_MS = 1000
const ROUNDS = 6
/** Long enough for a process to see that it is alone. */
const YIELD_MS = 40

/**
 * Keeps a second service out of a directory of this machine. A lock is a listening unix socket in it: it dies with its
 * process, by whatever signal, and needs no process ids, which containers repeat and kernels reuse.
 *
 * Whoever wants the lock first listens under a name of its own, then connects to every other name, and has it when
 * nobody answers. Of two who do this at once the later listener sees the earlier, so never both have it; where both see
 * each other both step back and come again one after the other.
 * @param directory by a name that is short enough for sockets in it
 * @param shown how the operator knows it
 * @throws ConfigError when another process has it
 */
export async function lockDataDir(directory: string, shown: string): Promise<DataDirLock> {
  let holder: string | undefined
  for (let round = 0; round < ROUNDS && holder === undefined; round += 1) {
    const own = await enter(directory)
    const others = await listOthers(directory, own.name)
    if (others.length === 0) {
      own.hold()
      return { release: own.leave }
    }
    await own.leave()
    holder = others.find(other => other.answer !== 'starting')?.answer
    const rank = others.filter(other => other.name < own.name).length
    if (holder === undefined) await pause(rank * YIELD_MS)
  }
  const who = holder ? ` (${holder})` : ''
  throw new ConfigError([`DATA_DIR: another aftercall${who} uses ${shown}: stop it, or set another DATA_DIR`])
}

/** Listens under a new name. Others are told `starting`, and who we are once we hold the lock. */
async function enter(directory: string) {
  const name = `lock-${randomBytes(4).toString('hex')}`
  const path = join(directory, name)
  let answer = 'starting'
  const server = createServer(socket => {
    socket.on('error', () => {})
    socket.end(`${answer}\n`)
  })
  await listen(server, `${path}.new`)
  // Seen by others only now that it listens: a socket that refuses is a dead one and is removed.
  await rename(`${path}.new`, path)
  server.unref()
  return {
    name,
    hold() {
      answer = `process ${process.pid}`
    },
    async leave() {
      await rm(path, { force: true })
      server.close()
      await once(server, 'close')
    },
  }
}

async function listen(server: Server, path: string): Promise<void> {
  server.listen(path)
  try {
    await once(server, 'listening')
  } catch (error) {
    throw new ConfigError([
      `DATA_DIR: no unix socket can be made at ${path} (${error}): set DATA_DIR to a directory on a local disk, or set REDIS_URL`,
    ])
  }
}

/** Who else listens, and what they say; removes what the dead have left. */
async function listOthers(directory: string, own: string): Promise<{ name: string; answer: string }[]> {
  const names = (await readdir(directory)).filter(name => NAME.test(name) && name !== own)
  const answers = await Promise.all(names.map(async name => ({ name, answer: await ask(join(directory, name)) })))
  const live: { name: string; answer: string }[] = []
  for (const { name, answer } of answers) {
    if (answer === undefined) await rm(join(directory, name), { force: true })
    else live.push({ name, answer })
  }
  return live
}

/** What the listener says, empty when it is too busy or frozen to say anything; `undefined` when there is none. */
function ask(path: string): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>()
  let heard = ''
  const socket = connect(path)
  socket.setEncoding('utf8')
  socket.setTimeout(ANSWER_TIMEOUT_MS, () => resolve(heard.trim()))
  socket.on('data', (text: string) => {
    heard += text
  })
  socket.once('end', () => resolve(heard.trim()))
  socket.once('error', (error: NodeJS.ErrnoException) => {
    const isDead = error.code === 'ECONNREFUSED' || error.code === 'ENOENT' || error.code === 'ENOTSOCK'
    resolve(isDead ? undefined : heard.trim())
  })
  return promise.finally(() => socket.destroy())
}
