import { AsyncLocalStorage } from 'node:async_hooks'
import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino'

export type Logger = Pick<PinoLogger, 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal'>

/** Ids that every line of one job or request carries without being handed around. */
const context = new AsyncLocalStorage<Record<string, unknown>>()

/** Runs `work` so that every line logged inside it carries `fields`. */
export function withLogContext<T>(fields: Record<string, unknown>, work: () => T): T {
  return context.run({ ...context.getStore(), ...fields }, work)
}

/** Adds to what every further line of the work under way carries. Outside of any it does nothing. */
export function addLogContext(fields: Record<string, unknown>): void {
  Object.assign(context.getStore() ?? {}, fields)
}

/** Names under which personal data or a secret could reach a log line by mistake. */
const PRIVATE_NAMES = [
  'phone',
  'email',
  'firstName',
  'lastName',
  'text',
  'summary',
  'transcript',
  'apiKey',
  'authorization',
  'secret',
  'headers',
]

/** E.164 numbers and email addresses wherever they stand in a line, for instance inside a vendor's error message. */
const PRIVATE_TEXT = /\+\d[\d ().-]{6,18}\d|[\w.%+-]+@[\w-]+(?:\.[\w-]+)+/g

/** Lines that are kept for one write, characters; with one that is longer they are written at once. */
const MOST_AT_ONCE = 16_000

/** What a log that cannot be written to (its disk is full) is behind at most, bytes; further lines are dropped. */
const MOST_BEHIND = 1_048_576

/**
 * Stdout, written to once in a round of the event loop: a busy process would spend a tenth of its time on a write per
 * line. Whatever ends the process in its own way comes after the lines before it.
 */
function roundedStdout(): DestinationStream {
  const stdout = pino.destination({ fd: 1, sync: true, maxLength: MOST_BEHIND })
  // Calls go on without a log: what happened stands on the timelines, and what is behind is written once there is room.
  stdout.on('error', () => {})
  let kept = ''
  // Not the destination's own gathering: its flush syncs a file to the disk, and each round would wait for that.
  const flush = () => {
    const lines = kept
    kept = ''
    if (lines !== '') stdout.write(lines)
  }
  process.on('exit', flush)
  return {
    write(line) {
      if (kept === '') setImmediate(flush)
      kept += line
      if (kept.length >= MOST_AT_ONCE) flush()
    },
  }
}

/** Nearly all lines hold neither sign, and looking for them costs a tenth of looking for what they stand in. */
function withoutPrivateText(line: string): string {
  return line.includes('+') || line.includes('@') ? line.replace(PRIVATE_TEXT, '[private]') : line
}

/**
 * The log root: one JSON object a line. Messages are static dotted past-tense facts; data goes in fields.
 * @param options.destination stdout unless given
 */
export function createLogger(options: { level: string; destination?: DestinationStream }): Logger {
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: label => ({ level: label }) },
      mixin: () => context.getStore() ?? {},
      redact: { paths: PRIVATE_NAMES.flatMap(name => [name, `*.${name}`]), censor: '[private]' },
      hooks: { streamWrite: withoutPrivateText },
      serializers: { err: errorForLog },
    },
    options.destination ?? roundedStdout(),
  )
}

/**
 * What a log says of an error. Libraries hang more on theirs (ioredis the whole command, got the request), and with it
 * people's data.
 */
function errorForLog(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: String(error) }
  const { name, message, stack, cause } = error
  const { code, status } = error as { code?: unknown; status?: unknown }
  return { name, message, code, status, stack, ...(cause === undefined ? {} : { cause: errorForLog(cause) }) }
}

/** For terminals. Loaded on demand: in production the module would cost start time for nothing. */
export async function prettyStdout(): Promise<DestinationStream> {
  const { default: pretty } = await import('pino-pretty')
  return pretty({ sync: true, ignore: 'pid,hostname' })
}
