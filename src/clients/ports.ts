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

/** The vendor's record of a lead. Absent fields were absent, empty or unusable. */
export interface VendorLead {
  leadId: string
  phone?: string
  timezone?: string
  firstName?: string
  lastName?: string
  email?: string
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
  terminationReason?: string
  errorCode?: string
  errorMessage?: string
  /** The voice platform's own id (for LeadSail `call.voiceAI.conversationId`). */
  conversationId?: string
  /** The telephony provider's own id (for LeadSail `telephony.messageId`). */
  messageId?: string
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
  /** Effect. Resolves as soon as the vendor took the call; the call itself runs on. */
  placeCall(request: CallRequest, options?: RequestOptions): Promise<{ interactionId: string }>
  getInteraction(interactionId: string, options?: RequestOptions): Promise<Interaction>
  /** Newest first. */
  listInteractions(leadId: string, options?: RequestOptions): Promise<Interaction[]>
}

export interface LeadPort {
  /** `undefined` when the vendor does not know the lead. */
  getLead(leadId: string, options?: RequestOptions): Promise<VendorLead | undefined>
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

/** Everything one voice vendor can do for us. */
export type Provider = VoicePort & LeadPort & SmsPort & PixelPort & BudgetPort
