import type { Command } from 'commander'

export const shellNames = ['bash', 'zsh', 'fish'] as const
export type ShellName = (typeof shellNames)[number]

/** What may follow a command: `at` is its path, as in ` campaign import`; the program's own is empty. */
interface Place {
  at: string
  commands: Word[]
  options: (Word & { choices: readonly string[] })[]
  /** What its own arguments may be. */
  choices: readonly string[]
}

interface Word {
  word: string
  means: string
}

/** A script that completes the words of a program in a shell. */
export function completionScript(program: Command, shell: ShellName): string {
  const name = program.name()
  const places = [...placesOf(program, '')]
  const write = { bash: bashScript, zsh: zshScript, fish: fishScript }[shell]
  return `${write(name, places).join('\n')}\n`
}

function* placesOf(command: Command, at: string): Iterable<Place> {
  const help = command.createHelp()
  const commands = help.visibleCommands(command)
  const options = help
    .visibleOptions(command)
    .flatMap(({ long, description, argChoices = [] }) =>
      long == null ? [] : [{ word: long, means: description, choices: argChoices }],
    )
  const choices = command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices)
  yield {
    at,
    commands: commands.map(inner => ({ word: inner.name(), means: inner.description() })),
    options,
    choices,
  }
  for (const inner of commands) yield* placesOf(inner, `${at} ${inner.name()}`)
}

/** A pattern of `case` for every place but the first. */
const patterns = (places: readonly Place[]) => places.slice(1).map(({ at }) => `'${at}'`)
const wordsOf = ({ commands, options, choices }: Place) => [
  ...commands.map(({ word }) => word),
  ...choices,
  ...options.map(({ word }) => word),
]
const choicesOf = (places: readonly Place[]) =>
  places.flatMap(({ at, options }) =>
    options.filter(({ choices }) => choices.length > 0).map(({ word, choices }) => ({ at, word, choices })),
  )

function bashScript(name: string, places: readonly Place[]): string[] {
  return [
    `_${name}() {`,
    `  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" at='' word words=''`,
    `  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do`,
    `    case "$at $word" in ${patterns(places).join('|')}) at="$at $word" ;; esac`,
    '  done',
    '  case "$at" in',
    ...places.map(place => `    '${place.at}') words='${wordsOf(place).join(' ')}' ;;`),
    '  esac',
    '  case "$at $prev" in',
    ...choicesOf(places).map(({ at, word, choices }) => `    '${at} ${word}') words='${choices.join(' ')}' ;;`),
    '  esac',
    `  COMPREPLY=($(compgen -W "$words" -- "$cur"))`,
    '}',
    // Where no word fits, a file may.
    `complete -o default -F _${name} ${name}`,
  ]
}

function zshScript(name: string, places: readonly Place[]): string[] {
  const entry = ({ word, means }: Word) => quoted(`${word.replaceAll(':', '\\:')}:${means}`)
  return [
    `#compdef ${name}`,
    `_${name}() {`,
    `  local at='' word`,
    '  local -a entries',
    `  for word in "\${(@)words[2,CURRENT-1]}"; do`,
    `    case "$at $word" in ${patterns(places).join('|')}) at="$at $word" ;; esac`,
    '  done',
    `  case "$at \${words[CURRENT-1]}" in`,
    ...choicesOf(places).map(
      ({ at, word, choices }) => `    '${at} ${word}') compadd -- ${choices.join(' ')}; return ;;`,
    ),
    '  esac',
    '  case "$at" in',
    ...places.map(place => {
      const choices = place.choices.map(word => ({ word, means: '' }))
      return `    '${place.at}') entries=(${[...place.commands, ...choices, ...place.options].map(entry).join(' ')}) ;;`
    }),
    '  esac',
    `  _describe '${name}' entries`,
    '  _files',
    '}',
    `compdef _${name} ${name}`,
  ]
}

function fishScript(name: string, places: readonly Place[]): string[] {
  const isAt = ({ at }: { at: string }) => `-n "__${name}_at '${at}'"`
  return [
    `function __${name}_at`,
    `  set -l at ''`,
    '  for word in (commandline -opc)[2..-1]',
    '    switch "$at $word"',
    `      case ${patterns(places).join(' ')}`,
    '        set at "$at $word"',
    '    end',
    '  end',
    '  test "$at" = "$argv[1]"',
    'end',
    ...places.flatMap(place => [
      ...place.commands.map(
        ({ word, means }) => `complete -c ${name} -f ${isAt(place)} -a ${word} -d ${fishQuoted(means)}`,
      ),
      ...place.choices.map(word => `complete -c ${name} -f ${isAt(place)} -a ${word}`),
      ...place.options.map(({ word, means, choices }) => {
        const values = choices.length === 0 ? '' : ` -x -a '${choices.join(' ')}'`
        return `complete -c ${name} ${isAt(place)} -l ${word.replace(/^--/, '')} -d ${fishQuoted(means)}${values}`
      }),
    ]),
  ]
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

function fishQuoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`
}
