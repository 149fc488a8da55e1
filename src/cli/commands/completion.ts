import { Argument, type Command } from 'commander'
import { completionScript, type ShellName, shellNames } from '../completion-script.ts'
import { addExamples } from '../examples.ts'
import type { Shell } from '../shell.ts'

/** `completion bash|zsh|fish`: made of the commands as they are. */
export function addCompletion(program: Command, shell: Shell): void {
  const command = program
    .command('completion')
    .description('print a script that completes commands and options in your shell')
    .addArgument(new Argument('<shell>', 'your shell').choices(shellNames))
  addExamples(
    command,
    ['$ source <(npm run -s aftercall -- completion bash)', '$ npm run -s aftercall -- completion fish | source'],
    `It completes the word aftercall. Give yourself that word in a startup file of your shell:
  aftercall() { npm --prefix ${'/path/to/the/checkout'} run -s aftercall -- "$@"; }`,
  )
  command.action((name: ShellName) => {
    shell.out.stream.write(completionScript(program, name))
  })
}
