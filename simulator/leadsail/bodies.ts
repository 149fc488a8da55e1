import { z } from 'zod'

/** The request bodies that LeadSail takes. Unknown fields are ignored, but by `/leads/submit`, which refuses them. */

const text = z.string().min(1)
const e164 = z.string().regex(/^\+[1-9]\d{6,14}$/, 'must be an E.164 phone number')

export const InitiateBody = z.object({
  leadId: text,
  direction: z.enum(['inbound', 'outbound']).default('outbound'),
  phone: e164.optional(),
  campaignId: text.optional(),
  additionalInstructions: z.string().optional(),
  isTest: z.boolean().default(false),
})

export const SmsBody = z.object({
  leadId: text,
  message: z.string().min(1).max(1600),
  to: e164.optional(),
  from: e164.optional(),
  campaignId: text.optional(),
  interactionId: text.optional(),
  // Told to SMS agents by LeadSail's guide, though the reference does not list it.
  source: z.literal('sms_agent').optional(),
})

export const PixelBody = z.object({
  leadId: text,
  pixelId: text,
  platform: z.enum(['facebook', 'tiktok']),
  eventName: text,
  eventValue: z.number().optional(),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code')
    .optional(),
  actionSource: z.enum(['website', 'phone_call', 'chat', 'system_generated']).default('system_generated'),
  testEventCode: text.optional(),
})

export const AutoDialerBody = z.object({ leadIds: z.array(text).min(1).max(200) })

const timezone = z.string().refine(isZone, 'must be an IANA time zone')
const timezoneSource = z.enum(['ip', 'zip', 'area_code', 'user_input', 'inferred'])
const phone = z.string().regex(/^[\d\s\-().+]{10,}$/, 'must be a phone number of at least 10 characters')
const fields = z.record(z.string(), z.unknown())

const contact = { firstName: text, lastName: text, email: z.email(), phone }
const more = {
  country: z.string().length(2).optional(),
  address: z.unknown().optional(),
  timezone: timezone.optional(),
  timezoneSource: timezoneSource.optional(),
  notes: z.unknown().optional(),
  customFields: fields.optional(),
  questionnaire: z.unknown().optional(),
  attribution: fields.optional(),
  compliance: fields.optional(),
  isTest: z.boolean().optional(),
}

export const CreateLeadBody = z.object({ campaignId: text, ...contact, ...more, flags: fields.optional() })

const contactFields = ['firstName', 'lastName', 'email', 'phone'] as const

export const SubmitLeadBody = z
  .strictObject({
    campaignId: z.string().regex(/^[A-Za-z0-9]{3,5}$/, 'must be a campaign code of 3 to 5 characters'),
    leadId: text.optional(),
    firstName: text.optional(),
    lastName: text.optional(),
    email: z.email().optional(),
    phone: phone.optional(),
    ...more,
  })
  .superRefine((body, context) => {
    if (body.leadId !== undefined) return
    for (const field of contactFields) {
      if (body[field] === undefined)
        context.addIssue({ code: 'custom', path: [field], message: 'required for a new lead' })
    }
  })

const leadStatuses = [
  'new',
  'pending',
  'processing',
  'qualified',
  'disqualified',
  'missing_data',
  'queued',
  'pending_action',
  'no_answer',
  'voicemail',
  'contacted',
  'scheduled_callback',
  'no_contact',
  'pending_signature',
  'document_sent',
  'signed',
  'delivered',
  'accepted',
  'duplicate',
  'failed',
  'error',
  'rejected',
  'dnc',
] as const

export const PatchLeadBody = z.looseObject({
  ...more,
  firstName: text.optional(),
  lastName: text.optional(),
  email: z.email().optional(),
  phone: phone.optional(),
  status: z.enum(leadStatuses).optional(),
  flags: fields.optional(),
  tags: z.array(z.string()).optional(),
  deleteQuestionnaireKeys: z.array(z.string()).optional(),
})

export const PatchSubmissionBody = z.looseObject({
  type: z.enum(['standard', 'manual_delivery', 'repost']).optional(),
  status: text.optional(),
})

/** Query parameters are text. */
export const ListLeadsQuery = z.object({
  cursor: text.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
  campaignIds: text.optional(),
  clientIds: text.optional(),
  offerIds: text.optional(),
  status: text.optional(),
  search: text.optional(),
  startDate: z.coerce.date().optional(),
  endDate: z.coerce.date().optional(),
})
export type ListLeadsQuery = z.output<typeof ListLeadsQuery>

export const ListCampaignsQuery = z.object({
  page: z.coerce.number().int().min(1).default(1),
  limit: z.coerce.number().int().min(1).max(100).default(50),
  active: z.enum(['true', 'false']).optional(),
  search: text.optional(),
})

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false
  }
}
