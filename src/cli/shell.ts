import { resolve } from 'node:path'
import type { Clock } from '../clock.ts'
import type { Env } from '../config.ts'
import type { Screen } from './screen.ts'

export type InStream = NodeJS.ReadableStream & { isTTY?: boolean }

/** All that a command gets from where it was started. */
export interface Shell {
  /** The environment over `.env`. */
  env: Env
  /** Where the command was typed: relative paths start here. */
  directory: string
  /** Where `.env` is read, by these commands and by the service. */
  home: string
  input: InStream
  /** What was asked for. */
  out: Screen
  /** What is said about it: errors, progress, questions. */
  err: Screen
  clock: Clock
  /** Aborted by Ctrl-C. */
  stop: AbortSignal
  /** From now on signals go there. */
  passSignals(to: (signal: NodeJS.Signals) => void): void
}

/** npm runs its scripts in the checkout and says in INIT_CWD where it was called. */
export function directoryOf(env: Env, current: string): string {
  return env['npm_lifecycle_event'] === 'aftercall' && env['INIT_CWD'] ? env['INIT_CWD'] : current
}

export const pathIn = (shell: Pick<Shell, 'directory'>, path: string): string => resolve(shell.directory, path)

/** Whether somebody can be asked. */
export function isAttended({ input, err }: Pick<Shell, 'input' | 'err'>): boolean {
  return input.isTTY === true && err.isTerminal
}
