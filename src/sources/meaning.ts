import type { Channel, ProviderName } from '../campaigns/vocabulary.ts'

/** Whom to call, as asked for from outside: nothing here has been checked against a number plan or a zone list. */
export interface LeadRequest {
  /** The vendor's id; empty for somebody the vendor does not know yet. */
  leadId: string
  phone?: string
  timezone?: string
  firstName?: string
  lastName?: string
  email?: string
  submissionId?: string
  fields?: Record<string, string>
}

/** One text of a lead. */
export interface InboundText {
  text: string
  /** When it was written, ms; absent where the source does not say. */
  at?: number
}

/** What an event asks of us. */
export type Meaning =
  | { kind: 'start'; lead: LeadRequest; campaign: string; force?: boolean }
  | { kind: 'trigger'; lead: LeadRequest; provider: ProviderName; vendorCampaignId: string; event: string }
  | { kind: 'call_ended'; provider: string; interactionId: string }
  /** Somebody says that a number must not be reached; `reason` is a few words for people. */
  | { kind: 'opted_out'; phone?: string; leadId?: string; channels: Channel[]; reason?: string }
  /** The lead has written. */
  | { kind: 'text_received'; phone?: string; leadId?: string; texts: InboundText[] }

export interface SourceEvent {
  type: string
  meaning: Meaning
}
