import { z } from 'zod'
import { FaultRule } from './faults.ts'
import { LeadConnectorControl, type LeadConnectorSettings } from './leadconnector/control.ts'
import {
  AutoDialerRules,
  CampaignSettings,
  ForeignCall,
  InboundText,
  LeadOrder,
  ScriptedCall,
  SmsAgentSettings,
  WebhookOrder,
} from './leadsail/control.ts'
import { ForeignConversation, NaturaLeadSettings } from './naturalead/control.ts'

const share = z.number().min(0).max(1)
const durationMs = z.number().min(0)
const keys = z.union([z.string(), z.array(z.string())]).optional()
/** An ad platform; `pixels: null` lets any pixel exist again. */
const destination = z.strictObject({ pixels: z.array(z.string()).nullable().optional() }).optional()

/**
 * The body of `POST /_control`, every field optional. Settings stay until changed: `outcomes`, `lengths` and `faults` are
 * replaced as a whole, `scripts` and `campaigns` entry by entry (`null` takes one out), the other objects field by field.
 * Orders (`leads`, `inbound`, `inboundCalls`, `foreignCalls`,
 * `foreignConversations`, `submit`) are carried out once.
 */
export const Control = z.strictObject({
  /** Keys that are let in; a vendor without one takes any key that is not empty. */
  apiKeys: z
    .strictObject({ leadsail: keys, leadconnector: keys, naturalead: keys, meta: keys, tiktok: keys })
    .optional(),
  /** Whether a lead id that nobody has named exists all the same. */
  autoCreateLeads: z.boolean().optional(),
  /** Whether a campaign id that nobody has named exists, and is active. */
  autoCreateCampaigns: z.boolean().optional(),
  campaigns: z.record(z.string(), CampaignSettings.nullable()).optional(),
  /** Calls, delays of summaries and the auto-dialer's waits run this many times faster. */
  timeScale: z.number().positive().optional(),
  /** Shares of call statuses. What is missing to 1 falls on the usual mix; more than 1 is scaled down to 1. */
  outcomes: z.record(z.string(), z.number().min(0)).optional(),
  /** Lengths of calls by status, log-normal; others keep their usual length. */
  lengths: z.record(z.string(), z.strictObject({ medianMs: durationMs, sigma: durationMs.default(0) })).optional(),
  /** How long after its status a call's summary shows. */
  summaryDelayMs: durationMs.optional(),
  /** One entry a call to that lead, the last one repeats; `*` holds for leads without a script. */
  scripts: z.record(z.string(), z.array(ScriptedCall).min(1).nullable()).optional(),
  /** How far lists lag behind the truth; real time. */
  lists: z.strictObject({ lagMs: durationMs.optional() }).optional(),
  faults: z.array(FaultRule).optional(),
  /** Where webhooks go and how badly; `null` sends none. */
  webhooks: z
    .strictObject({
      url: z.url().optional(),
      headers: z.record(z.string(), z.string()).optional(),
      dropped: share.optional(),
      doubled: share.optional(),
      shuffled: z.boolean().optional(),
      /** Tries in all, as LeadSail allows. */
      retryAttempts: z.int().min(1).max(10).optional(),
      /** Delay before the second try, then doubling; real time. */
      retryDelayMs: durationMs.optional(),
      timeoutMs: durationMs.optional(),
    })
    .nullable()
    .optional(),
  /** Keep every request for `GET /_control/requests`. */
  requestLog: z.boolean().optional(),
  leadsail: z
    .strictObject({
      autoDialer: AutoDialerRules.optional(),
      /** `null`: texts are handed on to nobody. */
      smsAgent: SmsAgentSettings.nullable().optional(),
    })
    .optional(),
  /** Settings, and orders: `calls`, `inbound`, `dnd`, `revoke`. */
  leadconnector: LeadConnectorControl.optional(),
  naturalead: NaturaLeadSettings.optional(),
  /** The pixels that exist; any does unless they are named. */
  meta: destination,
  tiktok: destination,
  leads: z.array(LeadOrder).optional(),
  inbound: z.array(InboundText).optional(),
  inboundCalls: z.array(ForeignCall).optional(),
  foreignCalls: z.array(ForeignCall).optional(),
  foreignConversations: z.array(ForeignConversation).optional(),
  submit: z.array(WebhookOrder).optional(),
})
export type Control = z.output<typeof Control>
/** What may be posted: `Control` before defaults. */
export type ControlInput = z.input<typeof Control>

/** The settings in force; answered by `POST /_control` and `GET /_control`. */
export interface ControlState {
  apiKeys: {
    leadsail?: string | string[]
    leadconnector?: string | string[]
    naturalead?: string | string[]
    meta?: string | string[]
    tiktok?: string | string[]
  }
  autoCreateLeads: boolean
  autoCreateCampaigns: boolean
  campaigns: Record<string, CampaignSettings>
  timeScale: number
  outcomes: Record<string, number>
  lengths: Record<string, { medianMs: number; sigma: number }>
  summaryDelayMs: number
  scripts: Record<string, ScriptedCall[]>
  lists: { lagMs: number }
  faults: FaultRule[]
  webhooks: WebhookSettings
  requestLog: boolean
  leadsail: { autoDialer?: AutoDialerRules; smsAgent?: SmsAgentSettings | null }
  leadconnector: LeadConnectorSettings
  naturalead: NaturaLeadSettings
  meta: { pixels?: string[] | null }
  tiktok: { pixels?: string[] | null }
}

interface WebhookSettings {
  url?: string
  headers?: Record<string, string>
  dropped?: number
  doubled?: number
  shuffled?: boolean
  retryAttempts?: number
  retryDelayMs?: number
  timeoutMs?: number
}

/** The settings of a simulator that was told nothing. */
export function initialState(): ControlState {
  return {
    apiKeys: {},
    autoCreateLeads: true,
    autoCreateCampaigns: true,
    campaigns: {},
    timeScale: 1,
    outcomes: {},
    lengths: {},
    summaryDelayMs: 0,
    scripts: {},
    lists: { lagMs: 0 },
    faults: [],
    webhooks: {},
    requestLog: false,
    leadsail: {},
    leadconnector: {},
    naturalead: {},
    meta: {},
    tiktok: {},
  }
}
