import { z } from 'zod'

/** How a conversation ends. `qualified` and `disqualified` are `completed` with what the agent came to. */
export const conversationEnds = ['qualified', 'disqualified', 'completed', 'handed_off', 'dropped'] as const

export const channels = ['whatsapp', 'telegram', 'email'] as const

export const scopes = [
  'leads:view',
  'leads:import',
  'leads:start_conversation',
  'leads:sync_create',
  'leads:sync_delete',
  'conversations:view',
  'conversations:send_message',
  'conversations:change_status',
] as const

/** How NaturaLead behaves, beside `scripts` and `timeScale`, which hold for its conversations as for calls. */
export const NaturaLeadSettings = z.strictObject({
  /** Shares of ends. What is missing to 1 falls evenly on the others. */
  outcomes: z.partialRecord(z.enum(conversationEnds), z.number().min(0)).optional(),
  /** Lengths of conversations, log-normal; before `timeScale`. */
  lengths: z.strictObject({ medianMs: z.number().min(0), sigma: z.number().min(0).default(0) }).optional(),
  /** Requests per key and minute (500); `null`: any number. */
  perMinute: z.int().min(1).nullable().optional(),
  /** What keys may do; `null`: everything. */
  scopes: z.array(z.enum(scopes)).nullable().optional(),
})
export type NaturaLeadSettings = z.output<typeof NaturaLeadSettings>

/** A conversation that was not started through the API. */
export const ForeignConversation = z.strictObject({
  leadId: z.string().min(1),
  channel: z.enum(channels).default('whatsapp'),
  /** What it ends as; any string, so that what the list of statuses does not hold can be tried too. `active` does not end. */
  status: z.string().default('completed'),
  createdAgoMs: z.number().optional(),
  /** Real time. */
  lengthMs: z.number().min(0).optional(),
})
export type ForeignConversation = z.output<typeof ForeignConversation>
