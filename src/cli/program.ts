import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { addAlerts } from './commands/alerts.ts'
import { addAudit } from './commands/audit.ts'
import { addCall } from './commands/call.ts'
import { addCampaign } from './commands/campaign.ts'
import { addCompletion } from './commands/completion.ts'
import { addDoctor } from './commands/doctor.ts'
import { addErase } from './commands/erase.ts'
import { addEvents } from './commands/events.ts'
import { addEverything } from './commands/everything.ts'
import { addFailures } from './commands/failures.ts'
import { addInit } from './commands/init.ts'
import { addJourney } from './commands/journey.ts'
import { addParked } from './commands/parked.ts'
import { addProcesses } from './commands/processes.ts'
import { addSuppress } from './commands/suppress.ts'
import { addExamples } from './examples.ts'
import type { Shell } from './shell.ts'

/** A page is easier to read than a line across the screen. */
const HELP_WIDTH = 100

/** All commands. @param onExit takes the exit code of a command that has one of its own */
export function createProgram(shell: Shell, onExit: (code: number) => void): Command {
  const { out, err } = shell
  const program = new Command('aftercall')
    .description(
      'Calls leads, follows their calls and does what should happen next. These commands talk to a running service.',
    )
    .version(readVersion(), '--version', 'the version of this program')
    .helpOption('-h, --help', 'how to use a command')
    .helpCommand(false)
    .exitOverride()
    .enablePositionalOptions()
    .showHelpAfterError('--help says how')
    .configureHelp({
      styleTitle: text => out.paint('bold', text),
      styleSubcommandTerm: text => out.paint('cyan', text),
      styleOptionTerm: text => out.paint('cyan', text),
    })
    .configureOutput({
      writeOut: text => void out.stream.write(text),
      writeErr: text => void err.stream.write(text),
      outputError: (text, write) => write(err.paint('red', text.replace(/^error: /, ''))),
      getOutHelpWidth: () => Math.min(out.width(), HELP_WIDTH),
      getErrHelpWidth: () => Math.min(err.width(), HELP_WIDTH),
    })

  program.commandsGroup('Campaigns:')
  addCampaign(program, shell)
  addEverything(program, shell)
  program.commandsGroup('Leads:')
  addCall(program, shell)
  addJourney(program, shell)
  addParked(program, shell)
  addFailures(program, shell)
  addSuppress(program, shell)
  addErase(program, shell)
  addEvents(program, shell)
  addAlerts(program, shell)
  addAudit(program, shell)
  program.commandsGroup('This program:')
  addInit(program, shell)
  addDoctor(program, shell)
  addProcesses(program, shell, onExit)
  addCompletion(program, shell)
  for (const command of program.commands) command.helpCommand(false)
  program.helpCommand('help [command]', 'how to use a command')

  return addExamples(
    program,
    [
      'init                                       .env with fresh keys, and a first campaign',
      'doctor                                     what is wrong, and the mend',
      'start                                      the service, from the environment and .env',
      'campaign import roof-quotes leads.csv      a list into a campaign',
      'campaign status roof-quotes --watch        how it goes, as it goes',
      'journey find +12025550123                  everything about one number',
    ],
    `Settings: AFTERCALL_URL (http://127.0.0.1:3000), AFTERCALL_API_KEY; .env is read.
Exit codes: 0 done, 1 failed, 2 wrong usage, 78 wrong configuration.
In scripts: npm run -s aftercall -- … (-s keeps npm's own words out of the output).`,
  )
}

function readVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  return String(version)
}
