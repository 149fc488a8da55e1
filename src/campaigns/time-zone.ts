/** Where a lead's time zone comes from, from the surest to the least sure. */
export interface ZoneSources {
  /** The event's or the row's own. */
  stated?: string | undefined
  /** The vendor's record of the lead. */
  vendor?: string | undefined
  /** Every zone in which the lead's number may be; `Etc/Unknown` where nobody knows. */
  number?: readonly string[] | undefined
  /** The campaign's. */
  campaign?: string | undefined
}

export type ResolvedZones =
  | { zones: string[]; source: 'stated' | 'vendor' | 'number' | 'campaign' }
  | { reason: 'no_timezone'; detail: string }

const MAX_KNOWN = 2_000
const known = new Map<string, boolean>()

/** Whether this is a name of the IANA time zone database, or one of its links (`US/Eastern`). Offsets are not. */
export function isTimeZone(name: string): boolean {
  const remembered = known.get(name)
  if (remembered !== undefined) return remembered
  const valid = isAccepted(name)
  // Names come from outside: what is remembered stays bounded.
  if (known.size >= MAX_KNOWN) known.clear()
  if (name.length <= 64) known.set(name, valid)
  return valid
}

function isAccepted(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

/**
 * The zones a lead may be in. What is absent or blank falls through to the next source; what the event or the vendor
 * states but is no zone stops, because a guess against a statement could call at night. A number that may be anywhere
 * says nothing.
 */
export function resolveZones(sources: ZoneSources): ResolvedZones {
  for (const source of ['stated', 'vendor'] as const) {
    const zone = sources[source]
    if (zone === undefined || zone.trim() === '') continue
    if (isTimeZone(zone)) return { zones: [zone], source }
    return noZone(
      `${source === 'stated' ? 'the event' : "the vendor's lead"} names ${quoted(zone)}, which is no IANA time zone`,
    )
  }
  const { number = [], campaign } = sources
  if (number.length > 0 && number.every(isTimeZone)) return { zones: [...number], source: 'number' }
  if (campaign === undefined || campaign.trim() === '') {
    return noZone('neither the event, the lead, the number nor the campaign names a time zone')
  }
  if (isTimeZone(campaign)) return { zones: [campaign], source: 'campaign' }
  return noZone(`the campaign names ${quoted(campaign)}, which is no IANA time zone`)
}

function noZone(detail: string): ResolvedZones {
  return { reason: 'no_timezone', detail }
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 64 ? `${text.slice(0, 63)}…` : text)
}
