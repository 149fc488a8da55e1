import { readFile, stat } from 'node:fs/promises'
import { relative } from 'node:path'
import type { Command } from 'commander'
import type { Reading } from '../../campaigns/load.ts'
import { readCampaignsDir } from '../client-settings.ts'
import { addExamples } from '../examples.ts'
import { EXIT_CONFIG, Failure } from '../failure.ts'
import { countOf } from '../figures.ts'
import { plainText } from '../plain-text.ts'
import { pathIn, type Shell } from '../shell.ts'

/** `campaign validate [folders or files]`: needs no service. */
export function addCampaignValidate(campaign: Command, shell: Shell): void {
  const command = campaign
    .command('validate')
    .description('check campaign files; needs no service, ends with 78 where one is wrong')
    .argument('[paths...]', 'files, or folders of them; otherwise CAMPAIGNS_DIR')
    .option('--json', '{ campaigns, faults, warnings } as JSON')
  addExamples(command, ['campaign validate', 'campaign validate campaigns/roof-quotes.yaml'])
  command.action(async (paths: string[], options: { json?: true }) => validate(shell, paths, options))
}

async function validate(shell: Shell, paths: readonly string[], { json }: { json?: true }): Promise<void> {
  const { out } = shell
  // The rules of a campaign file are much to load, and no other command needs them.
  const files = await import('../../campaigns/load.ts')
  const named = paths.length === 0 ? [readCampaignsDir(shell.env)] : paths
  const readings = await Promise.all(named.map(path => readPath(files, pathIn(shell, path))))
  const loaded = readings.flatMap(reading => reading.loaded)
  const faults = [...readings.flatMap(reading => reading.faults), ...files.faultsBetweenFiles(loaded)].map(fault => ({
    ...fault,
    file: shownPath(shell, fault.file),
  }))
  const campaigns = loaded.map(({ campaign }) => campaign.id)
  const warnings = loaded.flatMap(file => files.warningsIn({ ...file, file: shownPath(shell, file.file) }))
  if (json) out.say(JSON.stringify({ campaigns, faults, warnings }))
  else {
    for (const fault of faults) out.say(plainText(files.describeFault(fault)))
    for (const warning of warnings) out.say(plainText(`warning: ${files.describeFault(warning)}`))
  }
  if (faults.length > 0) throw new Failure(`${countOf(faults.length, 'fault')} found`, { exitCode: EXIT_CONFIG })
  if (json) return
  const are = campaigns.length === 1 ? 'is' : 'are'
  out.say(
    `${countOf(campaigns.length, 'campaign')} ${are} right${campaigns.length === 0 ? '' : `: ${campaigns.join(', ')}`}`,
  )
}

async function readPath(files: typeof import('../../campaigns/load.ts'), path: string): Promise<Reading> {
  const fault = (reason: string): Reading => ({ loaded: [], faults: [{ file: path, line: 0, path: '', reason }] })
  try {
    if ((await stat(path)).isDirectory()) return await files.readCampaignFiles(path)
    const text = await readFile(path, 'utf8')
    const result = files.loadCampaign(text, path)
    return 'faults' in result
      ? { loaded: [], faults: result.faults }
      : { loaded: [{ file: path, text, campaign: result.campaign }], faults: [] }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    return fault(code === 'ENOENT' ? 'there is no such file or folder' : `cannot be read: ${message}`)
  }
}

/** As somebody here would type it. */
function shownPath({ directory }: Shell, path: string): string {
  const short = relative(directory, path)
  return short.startsWith('..') ? path : short
}
