import type { StopReason } from '../campaigns/vocabulary.ts'
import type { CampaignGlance } from '../desk/campaign-board.ts'
import type { CampaignMove } from '../desk/campaigns.ts'
import { type Phrase, say } from './phrase.ts'
import { humanise, lookUp, type Tone, type Word } from './words.ts'

export type CampaignStatus = CampaignGlance['status']

export const statusWords: Record<CampaignStatus, Word & { means: string }> = {
  draft: { label: 'Draft', tone: 'quiet', means: 'Its list waits to be started.' },
  running: { label: 'Running', tone: 'live', means: 'Leads are called as its rules allow.' },
  paused: { label: 'Paused', tone: 'warn', means: 'No new call begins. What goes on is followed to its end.' },
  done: { label: 'Done', tone: 'good', means: 'Every lead of its list is through.' },
  cancelled: { label: 'Cancelled', tone: 'quiet', means: 'It was ended for good.' },
}

const providerNames: Record<string, string> = {
  leadsail: 'LeadSail',
  leadconnector: 'LeadConnector',
  naturalead: 'NaturaLead',
}
export const providerName = (provider: string) => lookUp(providerNames, provider) ?? humanise(provider)

const modeNames: Record<CampaignGlance['mode'], string> = { dial: 'aftercall dials', handover: 'the vendor dials' }
export const modeName = (mode: CampaignGlance['mode']) => modeNames[mode]

/** What the moves are called: on the way there, on the button that does it, and once it is done. */
export const moveWords: Record<CampaignMove, { verb: string; done: string; keep: string; tone: 'main' | 'danger' }> = {
  start: { verb: 'Start', done: 'was started', keep: 'Not yet', tone: 'main' },
  pause: { verb: 'Pause', done: 'was paused', keep: 'Keep it running', tone: 'main' },
  resume: { verb: 'Resume', done: 'goes on', keep: 'Leave it paused', tone: 'main' },
  cancel: { verb: 'Cancel', done: 'was cancelled', keep: 'Keep it', tone: 'danger' },
}

/** Why a planned dial will not be made: the end of a sentence that begins with their number. */
const blockedWords: Record<string, string> = {
  suppressed: 'must not be called: their number is suppressed',
  expired: 'will not get their turn before their time is over',
  budget_spent: 'had all the calls that their number may get in the time that is left',
  cancelled: 'are not called: the campaign is cancelled',
  done: 'are not called: the campaign is done',
}
export const blockedWord = (reason: string) =>
  lookUp(blockedWords, reason) ?? `are not called: ${humanise(reason).toLowerCase()}`

/** Why leads were stopped, in the two or three words that stand before their number. */
const stoppedWords: Record<StopReason, string> = {
  suppressed: 'number suppressed',
  expired: 'out of time',
  budget_spent: 'number had all its calls',
  cancelled: 'cancelled',
  invalid_phone: 'no valid number',
  no_timezone: 'time zone unknown',
  refused: 'refused',
  reply: 'replied',
  inbound_call: 'called back',
}

/** The most frequent first. */
export function stoppedFor(stops: Readonly<Record<string, number>>): { why: string; count: number }[] {
  return Object.entries(stops)
    .map(([reason, count]) => ({ why: lookUp<string>(stoppedWords, reason) ?? humanise(reason).toLowerCase(), count }))
    .toSorted((a, b) => b.count - a.count)
}

/** What comes next in a campaign, or when it came to its end. */
export function nextPhrase(campaign: CampaignGlance): Phrase {
  const { status, since, start, next, allPaused, mode } = campaign
  const at = since === undefined ? Number.NaN : Date.parse(since)
  const when = (text: string) => (Number.isNaN(at) ? say(text) : say(`${text} `, at))
  switch (status) {
    case 'draft':
      if (start?.at !== undefined) return say(`Starts by itself: ${startTime(start.at, campaign.timezone)}`)
      if (start?.cron !== undefined) return say(`Starts by its timetable: ${start.cron}`)
      return say('Waits to be started')
    case 'paused':
      return when('Since')
    case 'done':
      return when('Done')
    case 'cancelled':
      return when('Cancelled')
    case 'running':
      if (allPaused === true) return say('Waits: everything is paused')
      if (next === undefined) return say(mode === 'dial' ? 'No call is planned' : 'Nobody waits to be handed over')
      if (next === 'now') return say(mode === 'dial' ? 'Calls are due now' : 'Leads are being handed over')
      return say(mode === 'dial' ? 'Next call ' : 'Next hand-over ', Date.parse(next.at))
  }
}

function startTime(at: string, timezone: string): string {
  const hasZone = /(?:z|[+-]\d{2}:?\d{2})$/i.test(at)
  return hasZone ? at : `${at.replace('T', ' ')} (${timezone})`
}

/** The sentence below a campaign's name. A campaign that paused itself says why. */
export function standing({ status, why, allPaused }: CampaignGlance): string {
  if (status === 'paused' && why !== undefined) return `It paused itself: ${why}.`
  if (status === 'running' && allPaused === true) return 'It runs, but everything is paused: nothing begins.'
  return statusWords[status].means
}

/** The same with what comes next, or since when it is so. */
export function standingPhrase(campaign: CampaignGlance): Phrase {
  const { status, since, start, allPaused } = campaign
  const { means } = statusWords[status]
  const next = nextPhrase(campaign)
  if (status === 'draft') return start === undefined ? say(means) : [...say(`${means} `), ...next, ...say('.')]
  if (status === 'running')
    return allPaused === true ? say(standing(campaign)) : [...say(`${means} `), ...next, ...say('.')]
  return since === undefined ? say(means) : say(means.replace(/\..*$/, ''), ', since ', Date.parse(since), '.')
}

/** How the status of a campaign is shown while everything is paused as well. */
export function statusWord({ status, allPaused }: CampaignGlance): Word {
  const { label, tone } = statusWords[status]
  const held: Tone = 'warn'
  return status === 'running' && allPaused === true ? { label: 'All paused', tone: held } : { label, tone }
}
