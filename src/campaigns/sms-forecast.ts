import { RejectedError } from '../errors.ts'
import type { Campaign } from './campaign.ts'
import { outsideGsm, segmentsOf } from './sms-segments.ts'
import { fieldsUsed, fillSmsText, MAX_TEXT, type SmsScope } from './sms-text.ts'

/** Beyond this a text costs a multiple, and carriers begin to drop parts of it. */
const MANY_SEGMENTS = 3

/** More different characters than these are a language that needs them, not a slip. */
const FEW = 3

/** Values as long as they become often enough to matter; all of them fit GSM-7. */
const usual = {
  firstName: 'Maximiliane',
  lastName: 'Featherstonehaugh',
  email: 'maximiliane.featherstonehaugh@example.com',
  phone: '+12025550123',
}
const usualField = 'x'.repeat(40)
const usualCall = { outcome: 'callback_requested', summary: 'x'.repeat(300), talkSeconds: 600 }

/** What typewriters on a phone or a word processor put in place of plain characters. */
const plain: Readonly<Record<string, string>> = {
  '\u2018': "'",
  '\u2019': "'",
  '\u201c': '"',
  '\u201d': '"',
  '\u2013': '-',
  '\u2014': '-',
  '\u2026': '...',
  '\u00a0': 'a common blank',
}

/** What a template may come to at its longest, in words for its author; empty where nothing is worth a word. */
export function smsWarnings(template: string, campaign: Pick<Campaign, 'id' | 'name'>): string[] {
  const filled = scopes(template, campaign).map(scope => fill(template, scope))
  const texts = filled.flatMap(({ text }) => text ?? [])
  const faults = [...new Set(filled.flatMap(({ fault }) => fault ?? []))]
  if (texts.length === 0) return faults
  const longest = texts.reduce((a, b) => (segmentsOf(b).segments > segmentsOf(a).segments ? b : a))
  const { segments, encoding } = segmentsOf(longest)
  const strange = [...new Set(texts.flatMap(outsideGsm))]
  const warnings: string[] = [...faults]
  if (strange.length > 0 && strange.length <= FEW) {
    const named = strange.map(character => `“${character}” (${codes(character)})`).join(', ')
    const instead = strange.map(character => plain[character]).filter(text => text !== undefined)
    const advice = instead.length === 0 ? '' : `: ${instead.join(', ')} would do`
    warnings.push(`${named} switches the text to UCS-2, with 70 characters a segment instead of 160${advice}`)
  }
  if (longest.length > MAX_TEXT) {
    warnings.push(`may come to ${longest.length} characters: a text of more than ${MAX_TEXT} is not sent`)
  } else if (segments > MANY_SEGMENTS) {
    warnings.push(`may take ${segments} segments (${longest.length} characters in ${encoding}), each charged as a text`)
  }
  return warnings
}

/** What only shows when a template is filled in: then no text goes out to such a lead. */
function fill(template: string, scope: SmsScope): { text?: string; fault?: string } {
  try {
    return { text: fillSmsText(template, scope) }
  } catch (error) {
    if (!(error instanceof RejectedError)) throw error
    return { fault: `cannot be filled in for every lead, who then gets no text: ${error.message}` }
  }
}

/** With everything known of a lead, and with nothing: conditions may make the shorter scope the longer text. */
function scopes(template: string, { id, name }: Pick<Campaign, 'id' | 'name'>): SmsScope[] {
  const fields = Object.fromEntries(fieldsUsed(template).map(field => [field, usualField]))
  return [
    { lead: { ...usual, fields }, campaign: { id, name }, call: usualCall },
    { lead: { fields: {} }, campaign: { id, name }, call: {} },
  ]
}

function codes(character: string): string {
  return [...character]
    .map(part => `U+${(part.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`)
    .join(' ')
}
