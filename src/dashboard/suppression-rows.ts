import type { SuppressionView } from '../desk/suppressions.ts'
import { listed } from './counted.ts'
import { lookUp } from './words.ts'

/** A suppressed number as the page shows it. */
export interface SuppressionRow {
  id: string
  phone: string
  isErased: boolean
  /** `Calls and texts`. */
  channels: string
  reasons: { reason: string; at: string; by: string; url: string | undefined; channels: string | undefined }[]
  isInferred: boolean
  words: string | undefined
  urls: { keep: string; dismiss: string; remove: string }
}

/** Reasons that are written down in words of ours; all others are told as they stand. */
const reasonWords: Readonly<Record<string, string>> = { 'outcome opted_out': 'A call ended as “opted out”' }

const channelWords = { voice: 'calls', sms: 'texts' } as const

export function suppressionRow(view: SuppressionView): SuppressionRow {
  const { id, phone, channels, words } = view
  const reasons = view.reasons ?? [view]
  const base = `/dashboard/suppressions/${encodeURIComponent(id)}`
  return {
    id,
    phone: phone ?? 'A number that was erased',
    isErased: phone === undefined,
    channels: channelsIn(channels),
    reasons: reasons.map(entry => ({
      reason: lookUp(reasonWords, entry.reason) ?? capital(entry.reason),
      at: entry.at,
      by: entry.by,
      url: urlOf(entry.by),
      channels: entry.channels.length === channels.length ? undefined : channelsIn(entry.channels),
    })),
    isInferred: view.inferred === true,
    words,
    urls: { keep: `${base}/keep`, dismiss: `${base}/dismiss`, remove: `${base}/remove` },
  }
}

function channelsIn(channels: SuppressionView['channels']): string {
  return capital(listed(channels.map(channel => channelWords[channel])))
}

/** The page of the journey or the event that said so: `jrn_…`, `event leadsail_…`. */
function urlOf(by: string): string | undefined {
  if (by.startsWith('jrn_')) return `/dashboard/journeys/${encodeURIComponent(by)}`
  const [, event] = /^event (\S+)$/.exec(by) ?? []
  return event === undefined ? undefined : `/dashboard/events/${encodeURIComponent(event)}`
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}
