import { type Command, InvalidArgumentError } from 'commander'
import { countedOf } from '../../dashboard/failure-words.ts'
import { Replay, ReplayDryRun } from '../answers.ts'
import { type Answer, apiPath, type Client, createClient } from '../client.ts'
import { confirm } from '../confirm.ts'
import { addExamples } from '../examples.ts'
import { EXIT_FAILED, EXIT_INTERRUPTED, Failure } from '../failure.ts'
import { addFailureFilter, type FailureFilter, filterIn } from '../failure-filter.ts'
import { createPicture } from '../picture.ts'
import { intentText, isTried, replayLine, replayPicture, sayReplayDryRun } from '../replay-picture.ts'
import { sayJson } from '../screen.ts'
import type { Shell } from '../shell.ts'
import { Unreachable } from '../unreachable.ts'
import { watchUntil } from '../watch.ts'

interface Options extends FailureFilter {
  dryRun?: true
  perSecond?: number
  watch?: true
  yes?: true
  json?: true
}

/** A dry run looks at thousands of effects one by one, and a first count reads all there are. */
const ANSWER_TIMEOUT_MS = 300_000

/** Without a terminal: a log is read later, by people. */
const LINE_EVERY_MS = 5_000

/** `failures replay`. */
export function addFailuresReplay(failures: Command, shell: Shell): void {
  const command = failures
    .command('replay')
    .description('try failed pixels and texts anew: all that fit; a person decides about what may have happened')
  addFailureFilter(command, shell)
    .option('--dry-run', 'only say what would be tried anew, and what not and why')
    .option('--per-second <n>', 'how fast; otherwise half of what the vendor takes', parseRate)
    .option('-w, --watch', 'go on until each has been tried, not only until all are taken up')
    .option('-y, --yes', 'do not ask')
    .option('--json', "the API's own JSON, at once; with --watch a line for every change")
  addExamples(command, [
    'failures replay --kind pixel --since PT6H --dry-run',
    `failures replay --cause '429 RATE_LIMITED: Too many requests' --per-second 5`,
  ])
  command.action(async (options: Options) => {
    const client = createClient(shell)
    const filter = filterIn(options)
    if (options.dryRun) {
      const answer = await askDryRun(client, filter)
      if (options.json) return sayJson(shell.out, answer.text)
      const asked = { kind: options.kind, wanted: options.perSecond }
      return sayReplayDryRun(shell.out, answer.read(ReplayDryRun), asked)
    }
    await confirm(shell, options.yes !== true, async () => {
      const plan = (await askDryRun(client, filter)).read(ReplayDryRun)
      return `Replay ${countedOf(options.kind, plan.count)}? ${intentText(plan, options.perSecond)}`
    })
    const begun = await begin(shell, client, options)
    if (options.json && !options.watch) return sayJson(shell.out, begun.text)
    await follow(shell, client, begun, options)
  })
}

const askDryRun = (client: Client, filter: FailureFilter) =>
  client.post(apiPath('replays'), { json: { filter, dryRun: true }, timeoutMs: ANSWER_TIMEOUT_MS })

async function begin({ stop }: Shell, client: Client, options: Options): Promise<Answer> {
  const { perSecond } = options
  const json = { filter: filterIn(options), ...(perSecond === undefined ? {} : { perSecond }) }
  try {
    return await client.post(apiPath('replays'), { json, timeoutMs: ANSWER_TIMEOUT_MS })
  } catch (error) {
    if (!(error instanceof Unreachable ? error.mayHaveArrived : stop.aborted)) throw error
    throw new Failure(error instanceof Unreachable ? error.message : 'stopped before the answer', {
      mend: 'it may have begun: `aftercall audit list` says so, and a second replay tries nothing twice that went through',
      cause: error,
      exitCode: stop.aborted ? EXIT_INTERRUPTED : EXIT_FAILED,
    })
  }
}

/** Shows how it goes. Ctrl-C ends the showing, not the replay. */
async function follow(shell: Shell, client: Client, begun: Answer, { watch, json }: Options): Promise<void> {
  const { out, err, clock, stop } = shell
  const { id, matched } = begun.read(Replay)
  if (matched === 0 && !json) return err.say('No failure fits: nothing is tried anew.')
  const picture = createPicture(out)
  let saidAt = clock.now()
  let last = begun.read(Replay)
  const isOver = () => (watch ? isTried(last) : last.status !== 'running')
  if (!json && !out.isTerminal) err.say(`${id} began; \`aftercall failures cancel ${id}\` ends it`)
  try {
    await watchUntil(
      shell,
      () => client.get(apiPath('replays', id)),
      ({ text, read }) => {
        last = read(Replay)
        if (json) sayJson(out, text)
        else if (out.isTerminal) picture.show(replayPicture(last, out))
        else if (isOver() || clock.now() - saidAt >= LINE_EVERY_MS) {
          saidAt = clock.now()
          out.say(replayLine(last))
        }
        return isOver()
      },
    )
  } catch (error) {
    if (!stop.aborted) throw error
    const message = last.status === 'running' ? `${id} goes on by itself` : `${id} has taken up all; they are tried`
    throw new Failure(message, { mend: `aftercall failures cancel ${id}`, exitCode: EXIT_INTERRUPTED })
  } finally {
    picture.end()
  }
  if (last.status === 'cancelled') throw new Failure(`${id} was cancelled`)
}

function parseRate(text: string): number {
  const rate = Number(text)
  if (!/^\d{1,5}(?:\.\d+)?$/.test(text) || rate <= 0) throw new InvalidArgumentError('It must be a number above 0.')
  return rate
}
