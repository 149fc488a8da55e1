import type { SummaryPattern } from './summary-pattern.ts'
import type { Outcome, ProviderName } from './vocabulary.ts'

/**
 * A campaign as the program uses it: every default filled in, every duration in milliseconds. Made from a campaign file
 * by `load.ts`; the shape of the file itself is `schema.ts`.
 */
export interface Campaign {
  id: string
  name: string
  provider: ProviderName
  account: { campaignId?: string; agentIds?: string[]; workflowId?: string; channel?: string }
  trigger: { events: string[]; reentryMs: number | 'never' }
  start?: { at?: string; cron?: string }
  mode: 'dial' | 'handover'
  test: boolean
  dial: DialRules
  poll: PollRules
  reconcile: { graceMs: number; looks: number; skewMs: number }
  /** Extends the vendor's built-in map from its own status to our outcome. */
  outcomes: Record<string, Outcome>
  writeBack: { submission: boolean; lead: boolean }
  followUps: FollowUp[]
}

export interface DialRules {
  hours: Hours
  /** Used when neither the event, the vendor's lead nor the number names a zone. */
  timezone?: string
  stateRules: 'none' | 'us'
  maxAttempts: number
  /** Per number over all campaigns. */
  maxPer24h: number
  minGapMs: number
  notAfterMs: number
  /** The n-th time an outcome occurs takes the n-th delay. */
  retryMs: Partial<Record<Outcome, number[]>>
  stopOn: ('inbound_call' | 'reply')[]
  pace: { callsPerSecond: number; maxLive: number }
  breaker?: { failureShare: number; windowMs: number; minCalls: number }
  onUnknown: 'redial' | 'park'
  instructions?: string
}

export interface PollRules {
  firstMs: number
  minMs: number
  maxMs: number
  deadlineMs: number
  settleMs: number
  walkMs: number
  /** Interactions older than this start nothing; without it, the moment the campaign was first seen. */
  sinceAt?: number
}

/** When it is allowed to call or text, in the lead's local time. */
export interface Hours {
  /** Index 0 is Monday. Minutes since local midnight; `to` may pass 1440, the span then runs into the next day. */
  week: Span[][]
  /** Local dates (`2026-12-25`) on which nothing opens. */
  holidays: string[]
}

export interface Span {
  from: number
  to: number
}

export interface FollowUp {
  id: string
  when: FollowUpCondition
  act: TextAct | PixelAct
}

/** All present conditions must hold. */
export interface FollowUpCondition {
  outcome?: Outcome[]
  minTalkMs?: number
  spokenTo?: boolean
  summary?: SummaryPattern
  extracted?: Record<string, string | number | boolean>
  lastAttempt?: boolean
}

export interface TextAct {
  kind: 'sms'
  /** A Liquid template. */
  text: string
  delayMs: number
  hours: Hours
  cancelOn: ('opt_out' | 'reply' | 'attempt')[]
  via: ProviderName
  onUnknown: 'park' | 'resend'
}

export interface PixelAct {
  kind: 'pixel'
  via: 'leadsail' | 'meta' | 'tiktok'
  platform?: 'facebook' | 'tiktok'
  pixelId: string
  event: string
  value?: number
  currency?: string
  actionSource: 'website' | 'phone_call' | 'chat' | 'system_generated'
  once: 'journey' | 'lead'
  retryForMs: number
  onUnknown: 'park' | 'retry'
  testEventCode?: string
}
