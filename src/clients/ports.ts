/**
 * What this program needs from a vendor, in words that every vendor can be translated to. Clients implement these;
 * handlers know nothing else of a vendor. Every method throws the errors of `errors.ts`: `RejectedError`,
 * `RateLimitedError`, `UnavailableError` and, for the methods with an effect, `UnknownOutcomeError`.
 */

import type { Permit, Purpose } from './budget.ts'

export interface RequestOptions {
  /** Leave from the account's budget that was taken before; without it the client asks for it itself. */
  permit?: Permit
  /** Aborts the request: an abort before it left is `UnavailableError`, after it left `UnknownOutcomeError`. */
  signal?: AbortSignal
}

/** What is known of a lead beside its id, for a vendor that finds its records by something else. */
export interface KnownOfLead {
  /** E.164. */
  phone?: string
}

/** The vendor's record of a lead. Absent fields were absent, empty or unusable. */
export interface VendorLead {
  leadId: string
  phone?: string
  timezone?: string
  firstName?: string
  lastName?: string
  email?: string
  attribution?: Attribution
  /** Ways in which the vendor says that the lead must not be reached. */
  doNotContact?: readonly ('voice' | 'sms')[]
}

/** Where a lead came from, as its browser said; none of it was checked but for length. Absent fields are unknown. */
export interface Attribution {
  ipAddress?: string
  userAgent?: string
  /** The page on which the lead left its data. */
  captureUrl?: string
  /** Parameters of that page. */
  params?: Readonly<Record<string, string>>
  /** Meta's click id, the cookie made of it, and its browser's id. */
  fbclid?: string
  fbc?: string
  fbp?: string
  /** TikTok's click id and its browser's id. */
  ttclid?: string
  ttp?: string
}

/** The vendor's record of a call or conversation. */
export interface Interaction {
  interactionId: string
  leadId?: string
  campaignId?: string
  /** `call`, `sms`, or what the vendor says. */
  type: string
  /** The vendor's own word. */
  status: string
  /** Still going on, judged by the vendor's rules for this type. */
  live: boolean
  direction?: 'inbound' | 'outbound'
  phone?: string
  /** Talk time in milliseconds. */
  talkMs?: number
  spokenTo?: boolean
  summary?: string
  /** What the vendor extracted from it, as text by field, where the vendor keeps that with the interaction. */
  extracted?: Readonly<Record<string, string>>
  terminationReason?: string
  errorCode?: string
  errorMessage?: string
  /** The voice platform's own id (for LeadSail `call.voiceAI.conversationId`). */
  conversationId?: string
  /** The telephony provider's own id (for LeadSail `telephony.messageId`). */
  messageId?: string
  /** What campaigns know theirs by, where interactions begin without us: LeadConnector's agent, NaturaLead's channel. */
  account?: string
  /** A trial of the vendor's: never a conversion. */
  trial?: boolean
  messages: InteractionMessage[]
  /** Milliseconds since the epoch. */
  createdAt?: number
  updatedAt?: number
}

export interface InteractionMessage {
  at?: number
  role: string
  text: string
  /** `manual`, `api`, `inbound`, `sms_agent`, `system`, or what the vendor says. */
  source?: string
}

export interface CallRequest {
  leadId: string
  /** E.164; always sent along: the number that was checked is the number that is called. */
  phone: string
  campaignId?: string
  /** The workflow that places the call, for a vendor that has no other way to one. */
  workflowId?: string
  /** On which of its channels a vendor that writes instead of calling begins. */
  channel?: string
  instructions?: string
  test?: boolean
}

export interface TextRequest {
  leadId: string
  /** E.164; always sent along. */
  phone: string
  text: string
  campaignId?: string
  /** The thread to append to. */
  interactionId?: string
}

export interface PixelRequest {
  leadId: string
  pixelId: string
  platform: 'facebook' | 'tiktok'
  event: string
  value?: number
  currency?: string
  actionSource?: 'website' | 'phone_call' | 'chat' | 'system_generated'
  testEventCode?: string
}

export interface VoicePort {
  /**
   * The vendor takes the wish for a call and places it in its own time, under a name of its own: the call is found among
   * the lead's interactions once it is on or over, and until then nothing says that it will not come.
   */
  readonly placesLater?: true
  /**
   * Effect. Resolves as soon as the vendor took the call; the call itself runs on. Without an id where the vendor
   * `placesLater`.
   */
  placeCall(request: CallRequest, options?: RequestOptions): Promise<{ interactionId?: string }>
  getInteraction(interactionId: string, options?: RequestOptions): Promise<Interaction>
  /** Newest first. */
  listInteractions(leadId: string, options?: RequestOptions & KnownOfLead): Promise<Interaction[]>
}

/** Interactions that began between two moments, in milliseconds since the epoch, both included. */
export interface FoundQuery {
  since: number
  until: number
  /** Where the page before ended. */
  cursor?: string
}

/** A vendor whose interactions may begin without us, and can be found by when they did. */
export interface FindingPort {
  /** One page, oldest first. Without `nextCursor` it was the last; the order may not shift from page to page. */
  listFound(query: FoundQuery, options?: RequestOptions): Promise<{ interactions: Interaction[]; nextCursor?: string }>
}

/** What became of leads that were handed over to a vendor's own dialer. */
export interface HandedOver {
  succeeded: string[]
  /** `error` holds the vendor's words without personal data. */
  failed: { leadId: string; error: string }[]
  /** When the vendor means to call, in milliseconds since the epoch. */
  details: { leadId: string; nextCallAt?: number }[]
}

/** A vendor's own dialer, which calls a lead in its own time, and again while nobody answers. */
export interface DialerPort {
  /** Effect. One request for 1 to 200 leads; throws `RangeError` for any other number. The answer names every lead. */
  sendToAutoDialer(leadIds: readonly string[], options?: RequestOptions): Promise<HandedOver>
}

export interface LeadPort {
  /** Its record of a lead says whether the lead may be reached, and is worth asking right before. */
  readonly keepsDoNotContact?: true
  /** `undefined` when the vendor does not know the lead. */
  getLead(leadId: string, options?: RequestOptions & KnownOfLead): Promise<VendorLead | undefined>
}

/** A vendor that keeps what its agents found out with the lead. */
export interface ExtractedPort {
  /** Fields as text by name; none where the lead has none or the vendor does not know the lead. */
  readExtracted(leadId: string, options?: RequestOptions): Promise<Readonly<Record<string, string>>>
}

/** Someone the vendor is told of, so that it can call them. */
export interface NewLead {
  /** The vendor's id of the campaign. */
  campaignId: string
  firstName: string
  lastName: string
  email: string
  /** E.164. */
  phone: string
}

/** A lead as the vendor lists it. */
export interface ListedLead {
  leadId: string
  /** As the vendor writes it. */
  phone?: string
  /** Milliseconds since the epoch. */
  createdAt?: number
}

export interface NewLeadPort {
  /** Effect. Resolves with the id under which the vendor now knows the lead. */
  createLead(lead: NewLead, options?: RequestOptions): Promise<{ leadId: string }>
  /**
   * The leads of a campaign that the vendor finds by a number (E.164), in the vendor's order; what else it finds by it is
   * among them. `isWhole` is false when there were more than are worth reading.
   */
  findLeads(
    query: { campaignId: string; phone: string },
    options?: Pick<RequestOptions, 'signal'>,
  ): Promise<{ leads: ListedLead[]; isWhole: boolean }>
}

/** A vendor whose own records of a lead can be changed. Repeatable: setting the same fields twice changes nothing more. */
export interface RecordPort {
  patchLead(leadId: string, patch: Readonly<Record<string, unknown>>, options?: RequestOptions): Promise<void>
  patchSubmission(
    submissionId: string,
    patch: Readonly<Record<string, unknown>>,
    options?: RequestOptions,
  ): Promise<void>
}

export interface SmsPort {
  /** Effect. */
  sendText(request: TextRequest, options?: RequestOptions): Promise<{ messageId: string; interactionId?: string }>
}

export interface PixelPort {
  /** Effect. */
  firePixel(request: PixelRequest, options?: RequestOptions): Promise<void>
}

/** The account's request budget: what is to be written down before a request takes its leave first. */
export interface BudgetPort {
  /** @throws RateLimitedError when the budget is spent for now; nothing was sent */
  permit(purpose: Purpose, options?: { signal?: AbortSignal }): Promise<Permit>
}

/** Everything one voice vendor can do for us. What it cannot do is absent. */
export type Provider = VoicePort &
  LeadPort &
  BudgetPort &
  Partial<NewLeadPort & SmsPort & PixelPort & DialerPort & ExtractedPort & FindingPort & RecordPort>
