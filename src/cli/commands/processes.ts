import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import { Failure } from '../failure.ts'
import type { Shell } from '../shell.ts'

const programs = [
  { name: 'start', file: 'src/main.ts', does: 'start the service on real vendors' },
  { name: 'demo', file: 'demo/main.ts', does: 'watch 25 leads go through a simulated vendor; --keep stays up' },
  { name: 'simulator', file: 'simulator/main.ts', does: 'start the fake vendors alone; --port 4010 --seed 1' },
] as const

/** `start`, `demo`, `simulator`: programs of their own, run as if they had been typed. */
export function addProcesses(program: Command, shell: Shell, onExit: (code: number) => void): void {
  for (const { name, file, does } of programs) {
    program
      .command(name)
      .description(does)
      .argument('[options...]', 'what that program takes')
      .allowUnknownOption()
      .passThroughOptions()
      .action(async (args: string[]) => onExit(await runProgram(shell, file, args)))
  }
}

async function runProgram({ input, passSignals }: Shell, file: string, args: readonly string[]): Promise<number> {
  const path = fileURLToPath(new URL(`../../../${file}`, import.meta.url))
  const child = spawn(process.execPath, [path, ...args], { stdio: 'inherit' })
  passSignals(signal => {
    // A terminal sends Ctrl-C to everyone in front of it: the program has had its own.
    if (signal !== 'SIGINT' || input.isTTY !== true) child.kill(signal)
  })
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  child.once('error', error => reject(new Failure(`${file} cannot be started: ${error.message}`, { cause: error })))
  // As a shell tells it: 128 and the number of the signal that ended it.
  child.once('exit', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])))
  return promise
}
