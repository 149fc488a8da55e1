import type { ProviderName } from './vocabulary.ts'

/** Asks for one call outright; taken from the standard source, for every provider. */
const requested = 'call.requested'

/** The event by which campaigns ask for interactions that began without us, where the provider has such. */
export const foundEvents: Readonly<Partial<Record<ProviderName, string>>> = {
  leadconnector: 'VoiceAiCallEnd',
  naturalead: 'conversation.found',
}

/** The events that can start a journey of each provider's campaigns. */
export const triggerEvents: Readonly<Record<ProviderName, readonly string[]>> = {
  leadsail: [
    'lead.processed',
    'lead.disqualified',
    'lead.queued',
    'lead.first_submission_action',
    'lead.delivered',
    'lead.failed',
    requested,
  ],
  leadconnector: ['VoiceAiCallEnd', requested],
  naturalead: ['conversation.found', requested],
}
