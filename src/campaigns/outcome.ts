import type { Outcome, ProviderName } from './vocabulary.ts'

/** Each vendor's own word for how an interaction ended, in ours. LeadSail publishes these for calls; its list has gaps. */
const builtIn: Record<ProviderName, Readonly<Record<string, Outcome>>> = {
  leadsail: {
    completed: 'answered',
    follow_up: 'answered',
    qualified: 'qualified',
    disqualified: 'disqualified',
    incomplete: 'incomplete',
    voicemail: 'voicemail',
    no_answer: 'no_answer',
    no_contact: 'no_answer',
    busy: 'busy',
    scheduled_callback: 'callback_requested',
    dnc: 'opted_out',
  },
  // Its call logs say no status: the client tells one from what was done during the call, and from how it was connected.
  leadconnector: {
    completed: 'answered',
    answered: 'answered',
    busy: 'busy',
    'no-answer': 'no_answer',
    voicemail: 'voicemail',
    failed: 'failed',
    canceled: 'failed',
    appointment_booked: 'qualified',
    transferred: 'answered',
  },
  // A conversation that its agent has brought to an end is, where it says so, a yes or a no.
  naturalead: {
    qualified: 'qualified',
    disqualified: 'disqualified',
    completed: 'answered',
    // A person has taken over and writes with the lead: somebody is to get back to it.
    handed_off: 'callback_requested',
    dropped: 'incomplete',
  },
}

/** Vendors whose statuses are all in the map, or all that are published. */
const isMapped: ReadonlySet<ProviderName> = new Set(['leadsail', 'naturalead'])

/**
 * What an ended interaction meant. The campaign's own map (`extra`) wins over the vendor's; a status that neither knows
 * is `unmapped`, never a guess. Asked only of interactions that are no longer live.
 */
export function classify(provider: ProviderName, status: string, extra: Readonly<Record<string, Outcome>>): Outcome {
  const lower = status.toLowerCase()
  return own(extra, status) ?? own(extra, lower) ?? own(builtIn[provider], lower) ?? 'unmapped'
}

/**
 * Every outcome that a call can come to where the campaign maps statuses to `extra`; `undefined` where the vendor's own
 * words are not all in the map.
 */
export function possibleOutcomes(provider: ProviderName, extra: readonly Outcome[]): ReadonlySet<Outcome> | undefined {
  return isMapped.has(provider) ? new Set([...Object.values(builtIn[provider]), ...extra, 'timed_out']) : undefined
}

/** A status is the vendor's text: `constructor` must find nothing. */
function own(map: Readonly<Record<string, Outcome>>, key: string): Outcome | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined
}
