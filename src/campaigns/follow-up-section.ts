import * as z from 'zod'
import { defaults } from './defaults.ts'
import { windowField } from './dial-section.ts'
import { durationField, idField, outcomeField, textField, withDefault } from './fields.ts'
import { checkSmsText } from './sms-text.ts'
import { faultOfPattern } from './summary-pattern.ts'
import { providers } from './vocabulary.ts'

const when = z.strictObject({
  outcome: z.array(outcomeField).min(1).max(20).exactOptional().describe('The call ended in one of these.'),
  minTalk: durationField('At least this long was talked', { most: 'P1D' }).exactOptional(),
  spokenTo: z.boolean().exactOptional().describe('A person was (true) or was not (false) spoken to, by the vendor.'),
  summary: z
    .string()
    .min(1)
    .superRefine((pattern, context) => {
      const fault = faultOfPattern(pattern)
      if (fault !== undefined) context.addIssue(fault)
    })
    .meta({ maxLength: 200, format: 'regex' })
    .exactOptional()
    .describe('A regular expression found in the summary, upper or lower case.'),
  extracted: z
    .record(
      z.string().min(1).max(200),
      z.union([z.string(), z.number(), z.boolean()], 'must be a text, a number or true or false'),
    )
    .refine(fields => Object.keys(fields).length > 0, 'names no field: leave it out, or name one')
    .meta({ minProperties: 1 })
    .exactOptional()
    .describe('Fields the vendor extracted, and the value each must have, upper or lower case.'),
  lastAttempt: z.boolean().exactOptional().describe('No further attempt will (true) or will (false) be made.'),
})

const sms = z.strictObject({
  text: z
    .string()
    .superRefine((template, context) => {
      for (const fault of checkSmsText(template)) context.addIssue(fault)
    })
    .meta({ minLength: 1, maxLength: 5_000 })
    .describe(
      'A Liquid template over lead.firstName, lead.lastName, lead.email, lead.phone, lead.fields.*, campaign.id, campaign.name, call.outcome, call.summary and call.talkSeconds; 1 to 1600 characters when filled in.',
    ),
  delay: withDefault(durationField('From the end of the call to the text', { most: 'P90D' }), defaults.sms.delay),
  window: withDefault(
    windowField.refine(window => window.length > 0, 'is never open: name at least one window'),
    defaults.sms.window,
  ).describe(
    "When a text may go out, every day, in the lead's own time zone, and with dial.stateRules: us only where the number's state has calling hours as well. Outside of it the text waits.",
  ),
  cancelOn: withDefault(z.array(z.enum(['opt_out', 'reply', 'attempt'])).max(3), defaults.sms.cancelOn).describe(
    'What makes a text superfluous before it goes out: the lead opts out or replies, or another attempt begins.',
  ),
  via: z.enum(providers).exactOptional().describe("Who sends it; the campaign's provider unless given."),
  onUnknown: withDefault(z.enum(['park', 'resend']), defaults.sms.onUnknown).describe(
    'When nobody can say whether it was sent: leave it to a person, or send it again.',
  ),
})

const currencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'))

const pixel = z.strictObject({
  via: withDefault(z.enum(['leadsail', 'meta', 'tiktok']), defaults.pixel.via).describe(
    'Who fires it: LeadSail, or the ad platform directly.',
  ),
  platform: z.enum(['facebook', 'tiktok']).exactOptional().describe('Needed with via: leadsail.'),
  pixelId: z
    .string()
    .max(64)
    .regex(/^\S+$/, 'must be text without blanks')
    .describe("The platform's id of the pixel; in quotes, as it is made of digits."),
  event: textField("The platform's name of the event, such as Lead.", 64),
  value: z.number().min(0).max(1_000_000_000).exactOptional().describe('What the conversion is worth.'),
  currency: z
    .string()
    .refine(code => currencies.has(code), 'must be an ISO 4217 code such as USD')
    .meta({ pattern: '^[A-Z]{3}$' })
    .exactOptional()
    .describe('Currency of the value, ISO 4217.'),
  actionSource: withDefault(
    z.enum(['website', 'phone_call', 'chat', 'system_generated']),
    defaults.pixel.actionSource,
  ).describe('Where the conversion took place, for the platform.'),
  once: withDefault(z.enum(['journey', 'lead']), defaults.pixel.once).describe(
    'At most once per journey, or per lead for ever.',
  ),
  retryFor: withDefault(
    durationField('How long to keep trying; at most P6D with via: meta', { most: 'P90D' }),
    defaults.pixel.retryFor,
  ),
  onUnknown: withDefault(z.enum(['park', 'retry']), defaults.pixel.onUnknown).describe(
    'When nobody can say whether it was fired: leave it to a person (at most once), or fire it again (at least once).',
  ),
  testEventCode: textField("The platform's code for test events.", 100).exactOptional(),
})

/** One rule of `followUps`: when this, then this SMS or this pixel. */
export const FollowUpSection = z
  .strictObject({
    id: idField('Name of the rule, unique in the file.'),
    when: withDefault(when, {}).describe('All conditions given must hold; without any, always.'),
    sms: sms.exactOptional().describe('Send this text.'),
    pixel: pixel.exactOptional().describe('Fire this pixel.'),
  })
  .meta({ oneOf: [{ required: ['sms'] }, { required: ['pixel'] }] })
