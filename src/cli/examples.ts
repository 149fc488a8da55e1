import type { Command } from 'commander'

/** What to type, at the end of a command's help; after `$ ` as it stands. */
export function addExamples(command: Command, examples: readonly string[], more = ''): Command {
  const lines = examples
    .map(example => (example.startsWith('$ ') ? `  ${example.slice(2)}` : `  aftercall ${example}`))
    .join('\n')
  return command.addHelpText('after', `\nExamples:\n${lines}${more === '' ? '' : `\n\n${more}`}`)
}
