import { z } from 'zod'

const durationMs = z.number().min(0)
const id = z.string().min(1)

export const actionTypes = [
  'CALL_TRANSFER',
  'DATA_EXTRACTION',
  'IN_CALL_DATA_EXTRACTION',
  'WORKFLOW_TRIGGER',
  'SMS',
  'APPOINTMENT_BOOKING',
  'CUSTOM_ACTION',
  'KNOWLEDGE_BASE',
] as const
export type ActionType = (typeof actionTypes)[number]

const settings = {
  /** The sub-account that tokens belong to. */
  locationId: id.optional(),
  /** The voice agent that calls, by workflow; any other workflow calls with `agent_1`. */
  workflows: z.record(z.string(), id).optional(),
  /** From the enrolment to the call; before `timeScale`. */
  enrolmentMs: durationMs.optional(),
  /** Where its webhooks go; `null` sends none. How badly, `webhooks` says for all vendors. */
  webhooks: z.strictObject({ url: z.url() }).nullable().optional(),
  /** Beyond these it refuses; without them it only counts. */
  limits: z
    .strictObject({ max: z.int().min(1), intervalMs: z.int().min(1), daily: z.int().min(0) })
    .partial()
    .nullable()
    .optional(),
  /** An app: its access tokens are the only ones let in, beside `apiKeys.leadconnector`. The refresh token is the first. */
  oauth: z
    .strictObject({ clientId: id, clientSecret: id, refreshToken: id, lifeMs: durationMs.optional() })
    .nullable()
    .optional(),
}

const channel = z.enum(['active', 'inactive', 'permanent'])

/** A call that no enrolment made: the contact rang, or somebody at the vendor had them called. */
export const VendorCall = z.strictObject({
  contactId: id,
  agentId: id.default('agent_1'),
  direction: z.enum(['inbound', 'outbound']).default('inbound'),
  /** As in `scripts`. */
  status: z.string().default('completed'),
  createdAgoMs: z.number().optional(),
  /** Real time; its log shows at its end. */
  lengthMs: durationMs.default(0),
  trial: z.boolean().default(false),
  /** `false`: its log names no message. */
  message: z.boolean().default(true),
  transcript: z.string().optional(),
  summary: z.string().optional(),
  extractedData: z.record(z.string(), z.unknown()).optional(),
  actions: z.array(z.enum(actionTypes)).optional(),
})
export type VendorCall = z.output<typeof VendorCall>

const orders = {
  /** `true`: every access token of the app ends at once. */
  revoke: z.boolean().optional(),
  calls: z.array(VendorCall).optional(),
  /** Texts of contacts. */
  inbound: z.array(z.strictObject({ contactId: id, text: z.string() })).optional(),
  /** Somebody sets how a contact must not be reached. */
  dnd: z
    .array(
      z.strictObject({
        contactId: id,
        dnd: z.boolean().default(false),
        channels: z.partialRecord(z.enum(['Call', 'SMS', 'Email', 'WhatsApp']), channel).default({}),
      }),
    )
    .optional(),
}

export const LeadConnectorControl = z.strictObject({ ...settings, ...orders })
export type LeadConnectorOrders = Pick<z.output<typeof LeadConnectorControl>, keyof typeof orders>
export type DndOrder = NonNullable<LeadConnectorOrders['dnd']>[number]

/** What of a control post stays. */
export const LeadConnectorSettings = z.object(settings)
export type LeadConnectorSettings = z.output<typeof LeadConnectorSettings>

/** The sub-account, unless the control names another. */
export const USUAL_LOCATION = 'LOC123456789ABCDEF'
