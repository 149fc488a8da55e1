import type { Command } from 'commander'
import type { Finding } from '../../doctor/examine.ts'
import { readClientSettings } from '../client-settings.ts'
import { addExamples } from '../examples.ts'
import { Failure } from '../failure.ts'
import { countOf } from '../figures.ts'
import { plainText } from '../plain-text.ts'
import type { Screen, Style } from '../screen.ts'
import type { Shell } from '../shell.ts'
import { textWidth } from '../text-width.ts'

const marks: Readonly<Record<Finding['state'], { mark: string; style: Style }>> = {
  good: { mark: 'ok', style: 'green' },
  noted: { mark: '–', style: 'dim' },
  bad: { mark: 'BAD', style: 'red' },
}
const MARK_WIDTH = Math.max(...Object.values(marks).map(({ mark }) => textWidth(mark)))

/** `doctor`: needs no service, and asks one that runs. */
export function addDoctor(program: Command, shell: Shell): void {
  const command = program
    .command('doctor')
    .description('look for what is wrong: Redis, clock, keys, ports, campaigns; ends with 1 where something is')
    .option('--json', '{ ok, findings } as JSON')
  addExamples(
    command,
    ['doctor', `doctor --json | jq -r '.findings[] | select(.state == "bad") | .mend'`],
    'It reads the same environment and .env as the service, changes nothing, and sends each vendor one harmless request.',
  )
  command.action(async ({ json }: { json?: true }) => {
    const { out } = shell
    // What it looks at is much to load, and no other command needs it.
    const { examine } = await import('../../doctor/examine.ts')
    const { url: serviceUrl } = readClientSettings(shell.env)
    const nodeVersion = process.versions.node
    const findings = await examine({ env: shell.env, clock: shell.clock, serviceUrl, nodeVersion })
    const faults = findings.filter(({ state }) => state === 'bad').length
    if (json) out.say(JSON.stringify({ ok: faults === 0, findings }))
    else for (const finding of findings) sayFinding(out, finding)
    if (faults > 0) throw new Failure(`${countOf(faults, 'thing')} to mend`)
    if (!json) out.say('All is well.')
  })
}

function sayFinding(out: Screen, finding: Finding): void {
  const { check, state, what } = finding
  const { mark, style } = marks[state]
  const name = check.replaceAll('_', ' ')
  const pad = ' '.repeat(MARK_WIDTH - textWidth(mark) + 1)
  out.say(`${out.paint(style, mark)}${pad}${name}: ${plainText(what)}`)
  if (finding.state !== 'bad') return
  const indent = ' '.repeat(MARK_WIDTH + 1)
  out.say(`${indent}${out.paint('dim', plainText(finding.why))}`)
  out.say(`${indent}${plainText(finding.mend)}`)
}
