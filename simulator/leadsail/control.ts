import { z } from 'zod'

const durationMs = z.number().min(0)
/** Milliseconds since the epoch, or ISO 8601. */
export const Instant = z.union([z.number(), z.iso.datetime({ offset: true }).transform(text => Date.parse(text))])

/** How one call of a script goes; what is left out is drawn as for any other call. */
export const ScriptedCall = z.strictObject({
  /** Any string: what LeadSail's list of statuses does not hold can be tried too. */
  status: z.string().optional(),
  /** Before `timeScale`. */
  lengthMs: durationMs.optional(),
  spokenTo: z.boolean().optional(),
  /** `null`: no summary ever. */
  summary: z.string().nullable().optional(),
  /** How long after the status; before `timeScale`. */
  summaryAfterMs: durationMs.optional(),
  transcript: z.array(z.strictObject({ role: z.enum(['agent', 'user']), message: z.string() })).optional(),
  terminationReason: z.string().optional(),
  errorCode: z.string().optional(),
  errorMessage: z.string().optional(),
  /** Stays `in_progress` for ever. */
  neverEnds: z.boolean().optional(),
  /** The initiation is refused with this error instead. */
  refuse: z.strictObject({ code: z.string(), message: z.string(), status: z.int().optional() }).optional(),
})
export type ScriptedCall = z.output<typeof ScriptedCall>

export const CampaignSettings = z.strictObject({
  active: z.boolean().default(true),
  /** Whether a voice agent is set up. */
  voiceAgent: z.boolean().default(true),
  /** The number it calls and texts from; `null`: none can be found (`MISSING_PHONE_NUMBER`). */
  phoneNumber: z.string().nullable().optional(),
  name: z.string().optional(),
})
export type CampaignSettings = z.output<typeof CampaignSettings>

const localTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'HH:MM')

/** The rules LeadSail's own dialer keeps, and `POST /voice/calls/initiate` checks. None of them holds unless set. */
export const AutoDialerRules = z.strictObject({
  /** In the lead's zone. */
  hours: z.strictObject({ from: localTime, to: localTime }).optional(),
  /** Between two calls to a lead; real time. */
  minGapMs: durationMs.optional(),
  maxAttempts: z.int().min(1).optional(),
  /** From `send-to-auto-dialer` to the first call; before `timeScale`. */
  firstCallMs: durationMs.optional(),
  /** From an unanswered call's end to the next one; before `timeScale`. */
  retryMs: durationMs.optional(),
})
export type AutoDialerRules = z.output<typeof AutoDialerRules>

/** Where texts of leads are handed on to, as to an SMS agent. */
export const SmsAgentSettings = z.strictObject({
  url: z.url(),
  headers: z.record(z.string(), z.string()).optional(),
  /** Texts that come within this time are handed on as one; before `timeScale`. LeadSail takes 1 to 60 s, and 7 s unless told. */
  windowMs: durationMs.optional(),
})
export type SmsAgentSettings = z.output<typeof SmsAgentSettings>

/** A lead made or changed. `null` takes the number or the zone away; neither is checked, so that bad ones can be tried. */
export const LeadOrder = z.strictObject({
  leadId: z.string().min(1),
  phone: z.string().nullable().optional(),
  timezone: z.string().nullable().optional(),
  timezoneSource: z.enum(['ip', 'zip', 'area_code', 'user_input', 'inferred']).optional(),
  campaignId: z.string().optional(),
  firstName: z.string().optional(),
  lastName: z.string().optional(),
  email: z.string().optional(),
  status: z.string().optional(),
  /** `true`: phone, SMS and email. */
  dnc: z.union([z.boolean(), z.array(z.enum(['phone', 'sms', 'email']))]).optional(),
  isTest: z.boolean().optional(),
  attribution: z.record(z.string(), z.unknown()).optional(),
  /** What its agents found out; of any shape, for LeadSail publishes none. */
  questionnaire: z.unknown().optional(),
})
export type LeadOrder = z.output<typeof LeadOrder>

/** A text that the lead sends. */
export const InboundText = z.strictObject({
  leadId: z.string().min(1),
  text: z.string(),
  at: Instant.optional(),
})
export type InboundText = z.output<typeof InboundText>

/** A call that was not placed through the API: the lead rang, or somebody else dialed. */
export const ForeignCall = z.strictObject({
  leadId: z.string().min(1),
  direction: z.enum(['inbound', 'outbound']).optional(),
  /** `in_progress` does not end. */
  status: z.string().default('completed'),
  createdAgoMs: z.number().optional(),
  /** Real time. */
  lengthMs: durationMs.optional(),
  campaignId: z.string().optional(),
  phone: z.string().optional(),
})
export type ForeignCall = z.output<typeof ForeignCall>

const webhookEvents = [
  'lead.processed',
  'lead.disqualified',
  'lead.queued',
  'lead.first_submission_action',
  'lead.delivered',
  'lead.failed',
] as const

/** A webhook to be sent. What is left out is filled in: a new submission, the lead's own campaign, status and data. */
export const WebhookOrder = z.strictObject({
  event: z.enum(webhookEvents).default('lead.processed'),
  leadId: z.string().min(1),
  campaignId: z.string().optional(),
  submissionId: z.string().optional(),
  status: z.string().optional(),
  timestamp: z.string().optional(),
  data: z.record(z.string(), z.unknown()).optional(),
})
export type WebhookOrder = z.output<typeof WebhookOrder>
