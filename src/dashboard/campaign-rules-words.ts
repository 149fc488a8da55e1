import type { CampaignRules } from '../desk/campaign-board.ts'
import { providerName } from './campaign-words.ts'
import { counted, listed, longSpan } from './counted.ts'
import { isAlwaysOpen, weekWords } from './window-words.ts'
import { outcomeWord } from './words.ts'

/** A part of a campaign's rules, in sentences. */
export interface RuleGroup {
  name: string
  lines: string[]
}

/** Holidays that are named one by one. */
const MAX_HOLIDAYS = 6

/** What a campaign does, for people who do not read its file. Follow-ups have words of their own. */
export function ruleGroups(rules: CampaignRules): RuleGroup[] {
  const groups = [
    { name: 'Who', lines: whoLines(rules) },
    ...(rules.mode === 'handover'
      ? handOverGroups(rules)
      : [
          { name: 'When', lines: whenLines(rules) },
          { name: 'How often', lines: howOftenLines(rules) },
          { name: 'How fast', lines: howFastLines(rules) },
          { name: 'In doubt', lines: [doubtLine(rules)] },
        ]),
  ]
  const { instructions } = rules.dial
  return instructions === undefined
    ? groups
    : [...groups, { name: 'On the phone', lines: [`The agent is told: “${instructions}”`] }]
}

function whoLines({ provider, account, trigger, test, mode }: CampaignRules): string[] {
  const vendor = providerName(provider)
  const place = account.campaignId === undefined ? '' : ` in its campaign ${account.campaignId}`
  const events = listed(
    trigger.events.map(event => `“${event}”`),
    'or',
  )
  return [
    trigger.events.length > 0
      ? `Leads of whom ${vendor} says ${events}${place}, besides those of lists and requests.`
      : 'Leads that come in a list, or that somebody asks for one by one.',
    trigger.reentryMs === 'never'
      ? 'A lead goes through it once.'
      : `The same lead may go through it again ${longSpan(trigger.reentryMs)} after the last journey ended.`,
    ...(mode === 'handover' ? [`They are handed over to ${vendor}'s own dialer, which calls them.`] : []),
    ...(test ? ['This is a test: its calls are marked as tests and kept apart in every report.'] : []),
  ]
}

/** Of a campaign whose leads the vendor's own dialer calls: what is left for us to decide. */
function handOverGroups({ dial, provider }: CampaignRules): RuleGroup[] {
  const { maxAttempts, maxPer24h, notAfterMs } = dial
  const dialer = `${providerName(provider)}'s dialer`
  return [
    { name: 'When', lines: [`The hours of the calls, and when to call again, are the business of ${dialer}.`] },
    {
      name: 'How often',
      lines: [
        `A number that has had ${counted(maxPer24h, 'call')} in 24 hours, over all campaigns, is not handed over before that is past.`,
        `Up to ${counted(maxAttempts, 'call')} to each lead are followed.`,
        `No lead is handed over later than ${longSpan(notAfterMs)} after it came in, or after the start of its list.`,
      ],
    },
    { name: 'How fast', lines: ['Leads are handed over some hundred at a time.', breakerLine(dial, provider)] },
    {
      name: 'In doubt',
      lines: [
        'A lead of whom nobody can tell whether it was handed over is not handed over again; its calls are looked for.',
      ],
    },
  ]
}

function whenLines({ dial }: CampaignRules): string[] {
  const { hours, timezone, stateRules } = dial
  return [
    isAlwaysOpen(hours)
      ? 'At any hour of any day.'
      : `${weekWords(hours)}, by the clock of the lead. Outside of that a lead waits.`,
    ...(hours.holidays.length === 0 ? [] : [`Nobody is called on ${holidayWords(hours.holidays)}.`]),
    timezone === undefined
      ? 'A lead whose time zone nobody knows is not called.'
      : `Where nobody knows a lead's time zone, ${timezone} is taken.`,
    ...(stateRules === 'us'
      ? ['US numbers are also kept to the hours and daily limits of their state, where those are stricter.']
      : []),
  ]
}

function holidayWords(holidays: readonly string[]): string {
  const format = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' })
  const named = holidays.slice(0, MAX_HOLIDAYS).map(day => format.format(new Date(day)))
  const more = holidays.length - named.length
  return listed(more > 0 ? [...named, counted(more, 'more day')] : named)
}

function howOftenLines({ dial }: CampaignRules): string[] {
  const { maxAttempts, maxPer24h, minGapMs, notAfterMs, stopOn } = dial
  const gap = minGapMs === 0 ? '' : `, and ${longSpan(minGapMs)} between two of them`
  const stops = { inbound_call: 'called back', reply: 'replied to a text' }
  return [
    maxAttempts === 1 ? 'One attempt for each lead.' : `Up to ${maxAttempts} attempts for each lead.`,
    ...retryLines(dial),
    `At most ${counted(maxPer24h, 'call')} to one number in 24 hours${gap}, over all campaigns.`,
    `No attempt begins later than ${longSpan(notAfterMs)} after the lead came in, or after the start of its list.`,
    ...(stopOn.length === 0
      ? []
      : [
          `No further attempt once the lead has ${listed(
            stopOn.map(what => stops[what]),
            'or',
          )}.`,
        ]),
  ]
}

function retryLines({ retryMs, maxAttempts }: CampaignRules['dial']): string[] {
  const retries = Object.entries(retryMs)
  if (maxAttempts === 1) return []
  if (retries.length === 0) return ['Whatever a call comes to, there is no further attempt.']
  const told = retries.map(
    ([outcome, delays]) => `${outcomeWord(outcome).label}: again after ${delays.map(longSpan).join(', then ')}.`,
  )
  return [...told, 'Any other outcome is the last word.']
}

function howFastLines({ dial, provider }: CampaignRules): string[] {
  const { callsPerSecond: rate, maxLive } = dial.pace
  const begun = rate >= 1 ? `Up to ${counted(rate, 'new call')} a second` : `A new call every ${longSpan(1000 / rate)}`
  return [`${begun}, and at most ${counted(maxLive, 'live call')} at the same moment.`, breakerLine(dial, provider)]
}

function breakerLine({ breaker }: CampaignRules['dial'], provider: string): string {
  if (breaker === undefined) {
    return `It does not pause itself when calls fail, only when ${providerName(provider)} refuses the API key.`
  }
  const share = `${Math.round(breaker.failureShare * 1000) / 10}%`
  return `It pauses itself when ${share} of the calls of the last ${longSpan(breaker.windowMs)} have failed, judged from ${counted(breaker.minCalls, 'call')} on.`
}

function doubtLine({ dial, provider }: CampaignRules): string {
  const looked = `When nobody can tell whether a call was placed, it is looked for at ${providerName(provider)}`
  return dial.onUnknown === 'redial'
    ? `${looked}; where there is surely none, it is placed again.`
    : `${looked}; where there is none, a person decides.`
}
