/** The closed vocabularies of a campaign: outcomes, reasons and states. Everything else refers to these lists. */

/** What an ended interaction meant. */
export const outcomes = [
  'qualified',
  'disqualified',
  'answered',
  'callback_requested',
  'incomplete',
  'voicemail',
  'no_answer',
  'busy',
  'failed',
  'opted_out',
  'timed_out',
  'unmapped',
] as const
export type Outcome = (typeof outcomes)[number]

export function isOutcome(word: unknown): word is Outcome {
  return (outcomes as readonly unknown[]).includes(word)
}

/** Where a journey stands. */
export const journeyStates = ['scheduled', 'dialing', 'in_call', 'following_up', 'done', 'stopped', 'parked'] as const
export type JourneyState = (typeof journeyStates)[number]

/** Why a journey was stopped. */
export const stopReasons = [
  'suppressed',
  'expired',
  'budget_spent',
  'cancelled',
  'invalid_phone',
  'no_timezone',
  'refused',
  'reply',
  'inbound_call',
] as const
export type StopReason = (typeof stopReasons)[number]

export const channels = ['voice', 'sms'] as const
export type Channel = (typeof channels)[number]

export const providers = ['leadsail', 'leadconnector', 'naturalead'] as const
export type ProviderName = (typeof providers)[number]

export function isProvider(word: unknown): word is ProviderName {
  return (providers as readonly unknown[]).includes(word)
}
