import type { Campaign, TextAct } from '../campaigns/campaign.ts'
import { renderSmsText } from '../campaigns/sms-text.ts'
import type { Attempt, Journey } from './journey.ts'

/**
 * The text of a rule for one lead after one call. What is blank counts as absent, so that its `default` takes its place.
 * @throws RejectedError with the reason where this lead can be sent no such text
 */
export function composeText(
  { text }: Pick<TextAct, 'text'>,
  { id, name }: Pick<Campaign, 'id' | 'name'>,
  { private: details }: Pick<Journey, 'private'>,
  call: Pick<Attempt, 'number' | 'outcome' | 'talkMs'> | undefined,
): string {
  const { firstName, lastName, email, phone, fields = {} } = details
  return renderSmsText(text, {
    lead: { ...present({ firstName, lastName, email, phone }), fields: present(fields) },
    campaign: { id, name },
    call: call === undefined ? {} : callScope(details, call),
  })
}

function callScope(
  details: Journey['private'],
  { number, outcome, talkMs }: Pick<Attempt, 'number' | 'outcome' | 'talkMs'>,
) {
  const { summary } = present({ summary: details.summaries?.[number] })
  return { outcome, summary, talkSeconds: talkMs === undefined ? undefined : Math.round(talkMs / 1000) }
}

function present<K extends string>(texts: Record<K, string | undefined>): Partial<Record<K, string>> {
  const known = Object.entries(texts).filter(([, text]) => typeof text === 'string' && text.trim() !== '')
  return Object.fromEntries(known) as Partial<Record<K, string>>
}
