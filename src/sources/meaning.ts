import type { Channel, ProviderName } from '../campaigns/vocabulary.ts'

/** Whom to call, as asked for from outside: nothing here has been checked against a number plan or a zone list. */
export interface LeadRequest {
  leadId: string
  phone?: string
  timezone?: string
  firstName?: string
  lastName?: string
  email?: string
  submissionId?: string
  fields?: Record<string, string>
}

/** What an event asks of us. */
export type Meaning =
  | { kind: 'start'; lead: LeadRequest; campaign: string; force?: boolean }
  | { kind: 'trigger'; lead: LeadRequest; provider: ProviderName; vendorCampaignId: string; event: string }
  | { kind: 'call_ended'; provider: string; interactionId: string }
  | { kind: 'opted_out'; phone?: string; leadId?: string; channels: Channel[] }

export interface SourceEvent {
  type: string
  meaning: Meaning
}
