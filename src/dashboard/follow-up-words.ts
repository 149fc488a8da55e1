import type { CampaignRules } from '../desk/campaign-board.ts'
import { providerName } from './campaign-words.ts'
import { listed, longSpan } from './counted.ts'
import { dayWords } from './window-words.ts'
import { outcomeWord } from './words.ts'

type FollowUp = CampaignRules['followUps'][number]
type Condition = FollowUp['when']

/** What happens after a call, in words. */
export interface FollowUpWords {
  kind: 'sms' | 'pixel'
  name: string
  when: string
  does: string
  /** The text as it is written in the file. */
  text?: string
}

export function followUpWords({ id, when, act }: FollowUp): FollowUpWords {
  const told = { kind: act.kind, name: id, when: whenWords(when) }
  return act.kind === 'sms' ? { ...told, does: textWords(act), text: act.text } : { ...told, does: pixelWords(act) }
}

function whenWords({ outcome, minTalkMs, spokenTo, summary, extracted = {}, lastAttempt }: Condition): string {
  const conditions = [
    ...(outcome === undefined
      ? []
      : [
          `it came to “${listed(
            outcome.map(name => outcomeWord(name).label.toLowerCase()),
            'or',
          )}”`,
        ]),
    ...(minTalkMs === undefined ? [] : [`the talk lasted at least ${longSpan(minTalkMs)}`]),
    ...(spokenTo === undefined ? [] : [`a person was ${spokenTo ? '' : 'not '}spoken to`]),
    ...(summary === undefined ? [] : [`its summary holds “${summary.source}”`]),
    ...Object.entries(extracted).map(([name, value]) => `the vendor found ${name} = ${String(value)}`),
    ...(lastAttempt === undefined
      ? []
      : [lastAttempt ? 'no further attempt follows' : 'a further attempt is still to come']),
  ]
  return conditions.length === 0 ? 'After every call' : `After a call, when ${listed(conditions)}`
}

function textWords({ delayMs, hours, cancelOn, via }: Extract<FollowUp['act'], { kind: 'sms' }>): string {
  const span = hours.week[0] ?? []
  const isAlways = span.some(({ from, to }) => from === 0 && to >= 1440)
  const stops = { opt_out: 'opts out', reply: 'replies', attempt: 'is called again' }
  const unless =
    cancelOn.length === 0
      ? ''
      : `, unless the lead ${listed(
          cancelOn.map(what => stops[what]),
          'or',
        )} first`
  const delay = delayMs === 0 ? 'at once' : `${longSpan(delayMs)} later`
  return `a text goes out through ${providerName(via)} ${delay}${isAlways ? '' : `, ${dayWords(span)} by the clock of the lead`}${unless}.`
}

const platforms: Record<string, string> = { facebook: 'Facebook', tiktok: 'TikTok', meta: 'Meta' }

function pixelWords(act: Extract<FollowUp['act'], { kind: 'pixel' }>): string {
  const { via, platform = via, pixelId, event, value, currency, once, onUnknown } = act
  const worth = value === undefined ? '' : `, worth ${value}${currency === undefined ? '' : ` ${currency}`}`
  const through = via === 'leadsail' ? ' through LeadSail' : ''
  const often = once === 'lead' ? 'once for a lead, for ever' : 'once for a journey'
  const doubt = onUnknown === 'retry' ? '; in doubt it is fired again' : ''
  return `the conversion “${event}”${worth === '' ? '' : `${worth},`} is reported to ${platforms[platform] ?? platform}${through} (pixel ${pixelId}), ${often}${doubt}.`
}
