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

/** How a call may be known, from the best name to the weakest; at least one is there. */
export interface CallNames {
  /** Our own provider's id of it. */
  interactionId?: string
  /** The voice platform's id. */
  conversationId?: string
  /** The telephony provider's id. */
  messageId?: string
  /** The lead's number, as the sender writes it. */
  phone?: string
}

/** Whose an interaction is. */
export interface FoundInteraction {
  interactionId: string
  leadId: string
  /** What campaigns know theirs by: LeadConnector's agent, NaturaLead's channel. */
  account: string
  /** When it began, ms since the epoch. */
  at: number
  /** As the vendor writes it. */
  phone?: string
  /** A trial of the vendor's: it starts nothing. */
  trial?: boolean
}

/** What an event asks of us. */
export type Meaning =
  | { kind: 'start'; lead: LeadRequest; campaign: string; force?: boolean }
  | { kind: 'trigger'; lead: LeadRequest; provider: ProviderName; vendorCampaignId: string; event: string }
  /** A call is over, says somebody who may know it by another name than we do. */
  | ({ kind: 'call_ended' } & CallNames)
  /** An interaction that may have begun without us. */
  | { kind: 'found'; provider: ProviderName; event: string; found: FoundInteraction }
  /** Somebody says that a number must not be reached; `reason` is a few words for people. */
  | { kind: 'opted_out'; phone?: string; leadId?: string; channels: Channel[]; reason?: string }
  /** The lead has written. */
  | { kind: 'text_received'; phone?: string; leadId?: string; texts: InboundText[] }
  /** Nothing; `reason` says why, in a few words for people. */
  | { kind: 'nothing'; reason: string }

export interface SourceEvent {
  type: string
  meaning: Meaning
}
