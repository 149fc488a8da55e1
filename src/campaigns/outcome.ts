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
  leadconnector: {},
  naturalead: {},
}

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
  return provider === 'leadsail' ? new Set([...Object.values(builtIn.leadsail), ...extra, 'timed_out']) : undefined
}

/** A status is the vendor's text: `constructor` must find nothing. */
function own(map: Readonly<Record<string, Outcome>>, key: string): Outcome | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined
}
