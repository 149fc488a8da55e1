import { open } from 'node:fs/promises'

const TAIL_BYTES = 16_384

/** What a server's log says when it cannot go on, and what an operator does about it. First match wins. */
const mends: [RegExp, string][] = [
  [/no space left|ENOSPC|AOF write error|short write/i, 'Free some disk space'],
  [/permission denied|EACCES|read-only file system/i, 'Let this user write in DATA_DIR'],
  [/can't handle RDB format version|unknown.*(?:rdb|version)/i, 'Its data is of a newer version: install that version'],
  [
    /bad file format|unexpected end of file|wrong signature|AOF.*(?:corrupt|truncated)/i,
    'Back DATA_DIR up and run redis-check-aof --fix on its append-only file',
  ],
  [/cannot allocate memory|out of memory/i, 'Give it more memory'],
  [/bad directive|fatal config|wrong number of arguments/i, 'Install Redis 6.2 or newer'],
]

export interface ServerExit {
  code: number | null
  signal: NodeJS.Signals | null
}

export interface ExitReason {
  why: string
  /** What an operator does about it. */
  mend: string
}

/**
 * Why a server ended, from its last log lines.
 * @param from byte at which this server's part of the log begins
 */
export async function explainExit(logPath: string, from: number, exit: ServerExit): Promise<ExitReason> {
  const lines = (await readTail(logPath, from))
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '')
  const known = mends.find(([pattern]) => lines.some(line => pattern.test(line)))
  const telling = known
    ? lines.findLast(line => known[0].test(line))
    : (lines.findLast(line => / # /.test(line)) ?? lines.at(-1))
  // A log line is `pid:role date level text`; the text alone tells.
  const text = telling?.replace(/^\d+:\S+ .*? [#*.-] /, '')
  const how = exit.signal ? `ended by ${exit.signal}` : `ended with code ${exit.code}`
  // Who was killed had no time to say why, and what it said before is not the reason.
  const why = exit.signal === 'SIGKILL' || text === undefined ? how : `${how}: ${text}`
  return { why, mend: known?.[1] ?? `See ${logPath}` }
}

async function readTail(path: string, from: number): Promise<string> {
  try {
    await using file = await open(path)
    const { size } = await file.stat()
    const start = Math.max(from, size - TAIL_BYTES)
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(TAIL_BYTES), position: start })
    return buffer.toString('utf8', 0, bytesRead)
  } catch {
    return ''
  }
}
