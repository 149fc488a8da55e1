import type { Command } from 'commander'
import { expect, test } from 'vitest'
import { completionScript, shellNames } from './completion-script.ts'
import { createProgram } from './program.ts'
import { createScreen } from './screen.ts'
import type { Shell } from './shell.ts'

const screen = createScreen(process.stdout, 'dumb')
// Nothing is run: only the words of the program are read.
const program = createProgram({ out: screen, err: screen } as Shell, () => {})

/** Every place of the program, as ` campaign import`, with the words that may follow it there. */
function* placesOf(command: Command, at = ''): Iterable<{ at: string; words: string[] }> {
  const help = command.createHelp()
  const commands = help.visibleCommands(command)
  const options = help.visibleOptions(command)
  const choices = command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices)
  yield {
    at,
    words: [...commands.map(inner => inner.name()), ...choices, ...options.flatMap(({ long }) => long ?? [])],
  }
  for (const inner of commands) yield* placesOf(inner, `${at} ${inner.name()}`)
}

const places = [...placesOf(program)]

/** Words that a script offers at a place, read out of the text of the script. */
const offered: Record<(typeof shellNames)[number], (script: string, at: string) => string[]> = {
  bash: (script, at) => new RegExp(`^    '${at}'\\) words='(.*)' ;;$`, 'm').exec(script)?.[1]?.split(' ') ?? [],
  zsh(script, at) {
    const entries = new RegExp(`^    '${at}'\\) entries=\\((.*)\\) ;;$`, 'm').exec(script)?.[1] ?? ''
    return [...entries.matchAll(/'((?:[^']|'\\'')*)'(?= |$)/g)].map(([, entry = '']) => entry.replace(/:.*/s, ''))
  },
  fish: (script, at) =>
    script
      .split('\n')
      .filter(line => line.includes(`_at '${at}'"`))
      .flatMap(line => {
        const [, long] = / -l (\S+)/.exec(line) ?? []
        const [, word] = / -a (\S+)/.exec(line) ?? []
        return long === undefined ? (word ?? []) : `--${long}`
      }),
}

test.each(shellNames)(
  '%s is offered every command, option and choice, each where it belongs, and nothing else',
  shell => {
    const script = completionScript(program, shell)
    expect(places.length).toBeGreaterThan(40)
    for (const { at, words } of places) {
      if (words.length > 0) expect(offered[shell](script, at).toSorted(), at).toEqual(words.toSorted())
    }
  },
)

test.each(shellNames)('%s is offered the values of an option that has a few', shell => {
  const script = completionScript(program, shell)
  expect(script).toMatch(/csv ndjson/)
})

test('the commands that are promised are there', () => {
  const names = program.commands.map(command => command.name())
  const promised = [
    'start',
    'demo',
    'simulator',
    'doctor',
    'campaign',
    'pause',
    'resume',
    'call',
    'journey',
    'failures',
  ]
  expect(names).toEqual(expect.arrayContaining([...promised, 'parked', 'suppress', 'events', 'init', 'erase']))
  const campaign = program.commands.find(command => command.name() === 'campaign')
  expect(campaign?.commands.map(command => command.name())).toEqual(
    expect.arrayContaining('list validate import preflight start pause resume cancel status export dryrun'.split(' ')),
  )
})
