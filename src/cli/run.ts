import { CommanderError } from 'commander'
import { ConfigError } from '../errors.ts'
import { EXIT_CONFIG, EXIT_FAILED, EXIT_INTERRUPTED, EXIT_USAGE, Failure } from './failure.ts'
import { plainLines } from './plain-text.ts'
import { createProgram } from './program.ts'
import type { Shell } from './shell.ts'

/**
 * Carries out one command line.
 * @param argv without the names of the program
 * @returns the exit code: 0, 1 failed, 2 usage, 78 configuration, 130 interrupted, or that of a program it has run
 */
export async function run(argv: readonly string[], shell: Shell): Promise<number> {
  let exitCode = 0
  const program = createProgram(shell, code => (exitCode = code))
  try {
    await program.parseAsync(argv, { from: 'user' })
    return exitCode
  } catch (error) {
    return tell(error, shell)
  }
}

function tell(error: unknown, { err, stop }: Shell): number {
  const say = (text: string) => err.say(err.paint('red', plainLines(text)))
  if (error instanceof Failure) {
    say(error.message)
    if (error.mend !== undefined) err.say(plainLines(error.mend))
    return error.exitCode
  }
  if (stop.aborted) return EXIT_INTERRUPTED
  // Commander has said it already; code 0 is that of --help and --version.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE
  if (error instanceof ConfigError) {
    for (const fault of error.faults) say(fault)
    return EXIT_CONFIG
  }
  say(`this is a fault of aftercall: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  return EXIT_FAILED
}
