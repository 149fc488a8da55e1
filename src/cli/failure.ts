/** How the program ends when a command did not do what it was asked. Configuration ends it with `ConfigError`'s 78. */
export const EXIT_FAILED = 1
export const EXIT_USAGE = 2
/** EX_CONFIG of sysexits.h. */
export const EXIT_CONFIG = 78
/** As shells tell an end by Ctrl-C: 128 and the signal's number. */
export const EXIT_INTERRUPTED = 130

/** Why a command did not do what it was asked: one line, and where there is one, a second that names the mend. */
export class Failure extends Error {
  readonly mend: string | undefined
  readonly exitCode: number

  constructor(message: string, options: ErrorOptions & { mend?: string | undefined; exitCode?: number } = {}) {
    super(message, options)
    this.name = new.target.name
    this.mend = options.mend
    this.exitCode = options.exitCode ?? EXIT_FAILED
  }
}

/** The words given to a command do not go together. */
export class UsageFailure extends Failure {
  constructor(message: string, mend?: string) {
    super(message, { mend, exitCode: EXIT_USAGE })
  }
}
