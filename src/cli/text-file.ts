import { readFile } from 'node:fs/promises'
import { UsageFailure } from './failure.ts'
import { pathIn, type Shell } from './shell.ts'

/**
 * The text of a file that somebody wrote by hand.
 * @param typed the path as it was typed
 */
export async function readText(shell: Pick<Shell, 'directory'>, typed: string): Promise<string> {
  try {
    return await readFile(pathIn(shell, typed), 'utf8')
  } catch (error) {
    throw new UsageFailure(`${typed} cannot be read: ${(error as NodeJS.ErrnoException).code}`)
  }
}
