import { execFile } from 'node:child_process'
import { readFile, readlink, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'

/** Where one private server lives. */
export interface ServerPlace {
  /** Its working directory, as the kernel names it. */
  dir: string
  socketPath: string
}

/** A running private server, started by this process or found running. */
export interface PrivateServer {
  pid: number
  /** Resolves when it is gone, with the reason in words. */
  gone: Promise<string>
  /** Ends it by force; resolves when its process is gone or cannot be made to go. */
  kill(): Promise<void>
}

const KILL_TIMEOUT_MS = 2000
const POLL_MS = 10

/** The server writes its process id here. */
export function pidFile(dir: string): string {
  return join(dir, 'redis.pid')
}

/**
 * Ends the server that works in a place, if one does: SIGTERM, and SIGKILL when that does not help. A process is only
 * ever touched when it is surely that server, for its id may have passed on to another.
 * @param termTimeoutMs how long it may take to end by itself
 * @param knownPid its id, where the server itself has told it; otherwise its pid file is read
 */
export async function endServerProcess(place: ServerPlace, termTimeoutMs: number, knownPid?: number): Promise<void> {
  const pid = knownPid ?? Number(await readFile(pidFile(place.dir), 'utf8').catch(() => ''))
  if (!Number.isInteger(pid) || pid < 2) return
  if (!(await isGoneAfter(place, pid, 'SIGTERM', termTimeoutMs))) {
    await isGoneAfter(place, pid, 'SIGKILL', KILL_TIMEOUT_MS)
  }
  await rm(pidFile(place.dir), { force: true })
}

async function isGoneAfter(place: ServerPlace, pid: number, signal: NodeJS.Signals, timeoutMs: number) {
  const until = performance.now() + timeoutMs
  for (let isSent = false; await isServerOf(pid, place); isSent = true) {
    if (!isSent) send(pid, signal)
    else if (performance.now() >= until) return false
    await pause(POLL_MS)
  }
  return true
}

/** @returns false when there is no such process, or none of this user */
function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal)
  } catch {
    return false
  }
}

/** Whether this process is the Redis of this place. A zombie is not: it holds nothing any more. */
async function isServerOf(pid: number, { dir, socketPath }: ServerPlace): Promise<boolean> {
  if (!send(pid, 0)) return false
  if (process.platform === 'linux') {
    const [cwd, name] = await Promise.all([
      readlink(`/proc/${pid}/cwd`).catch(() => undefined),
      readFile(`/proc/${pid}/comm`, 'utf8').catch(() => ''),
    ])
    return cwd === dir && /^(?:redis|valkey)/.test(name)
  }
  // Without /proc (macOS): Redis shows its socket in its process title.
  const title = await promisify(execFile)('ps', ['-o', 'command=', '-p', String(pid)]).then(
    ({ stdout }) => stdout,
    () => '',
  )
  return /redis-server|valkey-server/.test(title) && title.includes(socketPath)
}
