import type { Command } from 'commander'
import { Campaign } from '../answers.ts'
import { createClient } from '../client.ts'
import { styleOf } from '../colours.ts'
import { addExamples } from '../examples.ts'
import { countOf, countText } from '../figures.ts'
import { addListOptions, type ListOptions, printList } from '../listing.ts'
import type { Shell } from '../shell.ts'
import type { Column } from '../table.ts'
import { addCampaignDryRun } from './campaign-dryrun.ts'
import { addCampaignExport } from './campaign-export.ts'
import { addCampaignImport } from './campaign-import.ts'
import { addCampaignMoves } from './campaign-moves.ts'
import { addCampaignPreflight } from './campaign-preflight.ts'
import { addCampaignStatus } from './campaign-status.ts'
import { addCampaignValidate } from './campaign-validate.ts'

const counted = (title: string, ...states: readonly string[]): Column<Campaign> => ({
  title,
  of: ({ progress }) => countText(states.reduce((sum, state) => sum + (progress[state] ?? 0), 0)),
  align: 'right',
})

const columns: Column<Campaign>[] = [
  { title: 'CAMPAIGN', of: ({ id }) => id, shrinks: true },
  {
    title: 'STATUS',
    of: ({ status, allPaused }) => (allPaused && status === 'running' ? 'all paused' : status),
    style: ({ status, allPaused }) => (allPaused && status === 'running' ? 'yellow' : styleOf(status)),
  },
  { title: 'PROVIDER', of: ({ provider }) => provider, isOptional: true },
  counted('LEADS', 'total'),
  counted('SCHEDULED', 'scheduled'),
  counted('LIVE', 'dialing', 'in_call'),
  counted('FOLLOWING UP', 'following_up'),
  counted('DONE', 'done'),
  counted('STOPPED', 'stopped'),
  counted('PARKED', 'parked'),
  { title: 'NAME', of: ({ name }) => name, shrinks: true },
]

/** `campaign …`: everything about one campaign, from its file to its export. */
export function addCampaign(program: Command, shell: Shell): void {
  const campaign = program
    .command('campaign')
    .description('the rules by which leads are called, and the lists of them')
    .summary('list, status, validate, import, preflight, dryrun, start, pause, resume, cancel, export')
  addListOptions(campaign.command('list').description('every campaign and where its leads stand')).action(
    async (options: ListOptions) => {
      const none = 'There is no campaign: put a file into CAMPAIGNS_DIR.'
      const list = { path: '/campaigns', noun: 'campaigns', row: Campaign, columns, none, remarks: remarksOn }
      await printList(shell, createClient(shell), list, options)
    },
  )
  addCampaignStatus(campaign, shell)
  addCampaignValidate(campaign, shell)
  addCampaignImport(campaign, shell)
  addCampaignPreflight(campaign, shell)
  addCampaignDryRun(campaign, shell)
  addCampaignMoves(campaign, shell)
  addCampaignExport(campaign, shell)
  addExamples(campaign, [
    'campaign validate                          are the files right?',
    'campaign import roof-quotes leads.csv      take a list in',
    'campaign preflight roof-quotes             what would happen if it started now',
    'campaign dryrun roof-quotes --file new.yaml  what other rules would have sent',
    'campaign start roof-quotes',
    'campaign status roof-quotes --watch',
    'campaign export roof-quotes --out roof.csv',
  ])
}

/** Their words are told by `campaign status`: a list is for seeing many. */
function remarksOn(campaigns: readonly Campaign[]): string[] {
  const why = campaigns.find(({ allPausedWhy }) => allPausedWhy !== undefined)?.allPausedWhy
  const paused = why === undefined ? [] : [`Everything is paused: ${why}. \`aftercall resume --all\` lets it go on.`]
  const warned = campaigns.flatMap(({ id, warnings = [] }) =>
    warnings.length === 0 ? [] : [`${id}: ${countOf(warnings.length, 'warning')} (aftercall campaign status ${id})`],
  )
  return [...paused, ...warned]
}
