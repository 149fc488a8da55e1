import { AllPaused, Campaign, Campaigns, Preflight } from '../../answers/campaign.ts'
import { DryRun } from '../../answers/dry-run.ts'
import { type CampaignMove, campaignMoves } from '../../desk/campaigns.ts'
import { Listing } from '../answers.ts'
import { DryRunQuery } from '../dry-run.ts'
import { json, type Operation, problem } from './operation.ts'

const section = 'Campaigns'
const unknown = problem('no such campaign')

const does: Readonly<Record<CampaignMove, string>> = {
  start: 'Start a draft',
  pause: 'Pause a campaign',
  resume: 'Let a paused campaign go on',
  cancel: 'End a campaign for good',
}

export const campaignOperations: Operation[] = [
  {
    method: 'get',
    path: '/api/v1/campaigns',
    section,
    summary: 'All campaigns and how they go',
    role: 'viewer',
    query: Listing,
    answers: { 200: json('a page of campaigns', Campaigns) },
  },
  {
    method: 'get',
    path: '/api/v1/campaigns/{id}',
    section,
    summary: 'One campaign',
    role: 'viewer',
    answers: { 200: json('the campaign', Campaign), 404: unknown },
  },
  ...campaignMoves.map(
    (move): Operation => ({
      method: 'post',
      path: `/api/v1/campaigns/{id}/${move}`,
      section,
      summary: does[move],
      role: 'operator',
      answers: {
        200: json('the campaign', Campaign),
        404: unknown,
        409: problem('not from the status it has; `possible` names what can be done'),
      },
    }),
  ),
  {
    method: 'get',
    path: '/api/v1/campaigns/{id}/preflight',
    section,
    summary: 'What dialing from now on would come to',
    role: 'viewer',
    answers: { 200: json('how many, when, and who not', Preflight), 404: unknown },
  },
  {
    method: 'post',
    path: '/api/v1/campaigns/{id}/dryrun',
    section,
    summary: 'Hold rules against past journeys',
    details: "The body is a campaign file as YAML or JSON; without one the campaign's own rules. Nothing is sent.",
    role: 'operator',
    query: DryRunQuery,
    body: { content: { 'application/yaml': 'text' }, isOptional: true },
    answers: {
      200: json('what would have been sent', DryRun),
      404: unknown,
      413: problem('the file is too large'),
      422: problem('the rules are wrong: `errors` names every fault'),
    },
    example: { body: '@changed.yaml' },
  },
  {
    method: 'post',
    path: '/api/v1/pause',
    section,
    summary: 'Pause everything',
    details: 'No new dial, text or pixel in any campaign, over restarts too. Calls under way are followed.',
    role: 'operator',
    answers: { 200: json('everything is paused', AllPaused) },
  },
  {
    method: 'post',
    path: '/api/v1/resume',
    section,
    summary: 'Let everything go on',
    role: 'operator',
    answers: { 200: json('nothing is held any more', AllPaused) },
  },
]
