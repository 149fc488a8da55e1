import { createInterface } from 'node:readline'
import { EXIT_INTERRUPTED, Failure } from './failure.ts'
import { isAttended, type Shell } from './shell.ts'

/**
 * Asks on a terminal whether to go on. Where nobody can be asked, and after `--yes`, it goes on: scripts say what they mean.
 * @param say puts the question together; not called where it is not asked
 * @throws Failure when the answer is not yes
 */
export async function confirm(shell: Shell, isAsked: boolean, say: () => Promise<string>): Promise<void> {
  if (!isAsked || !isAttended(shell)) return
  const { input, err, stop } = shell
  err.stream.write(`${await say()} ${err.paint('dim', '[y/N]')} `)
  // The terminal edits the line and turns Ctrl-C into its signal: readline is not to do it again.
  const lines = createInterface({ input, terminal: false, signal: stop })
  let answer: string | undefined
  for await (const line of lines) {
    answer = line
    break
  }
  lines.close()
  // An input that is still read would keep the program from ending.
  input.pause()
  if (answer === undefined) err.say()
  else if (/^\s*y(?:es)?\s*$/i.test(answer)) return
  throw new Failure('nothing was changed', stop.aborted ? { exitCode: EXIT_INTERRUPTED } : {})
}
