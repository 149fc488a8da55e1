import * as z from 'zod'
import { defaults } from './defaults.ts'
import { countField, durationField, textField, withDefault } from './fields.ts'
import { faultsOfDays, parseSpans } from './hours.ts'
import { isTimeZone } from './time-zone.ts'
import { outcomes } from './vocabulary.ts'

const given = defaults.dial

const span = z.string().meta({ pattern: '^[0-2][0-9]:[0-5][0-9]-[0-2][0-9]:[0-5][0-9]$', examples: ['09:00-20:00'] })

/** A window of the day, or several. */
export const windowField = z
  .union([span, z.array(span).max(10)], 'must be a window such as "09:00-20:00", or a list of them')
  .superRefine((window, context) => {
    const parsed = parseSpans(window)
    if ('fault' in parsed) context.addIssue(parsed.fault)
  })

const windows = z
  .record(z.string(), windowField)
  .superRefine(
    (value, context) => {
      for (const { key, fault } of faultsOfDays(value)) {
        context.addIssue({ code: 'custom', message: fault, path: key === undefined ? [] : [key] })
      }
    },
    { when: ({ value }) => typeof value === 'object' && value !== null && !Array.isArray(value) },
  )
  .meta({
    description:
      "When to call, in the lead's own time zone: a day (mon to sun) or a range of days, and HH:MM-HH:MM or a list. 24:00 may end; an end before its start lies on the next day.",
    propertyNames: { pattern: '^(mon|tue|wed|thu|fri|sat|sun)(-(mon|tue|wed|thu|fri|sat|sun))?$' },
  })

/** Opted out is for good, and what nobody understood waits for a person. */
const retryable = outcomes.filter(outcome => outcome !== 'opted_out' && outcome !== 'unmapped')

const retry = z
  .partialRecord(
    z.enum(retryable),
    z
      .array(durationField('From the end of the attempt to the next one', { most: 'P366D' }))
      .min(1)
      .max(50),
    {
      // The library types the issues of a record without this one, which it does raise.
      error: ({ code }: { code?: string }) =>
        code === 'unrecognized_keys' ? `is no outcome to retry: use ${retryable.join(', ')}` : undefined,
    },
  )
  .describe(
    'Per outcome the delays before the next attempt: the n-th time it occurs takes the n-th; past the list, none.',
  )

const pace = z.strictObject({
  callsPerSecond: withDefault(
    z.number().gt(0).max(1_000).describe('New calls per second; 0.2 is one every five seconds.'),
    given.pace.callsPerSecond,
  ),
  maxLive: withDefault(countField('Calls that may be live at the same moment.', 1, 1_000_000), given.pace.maxLive),
})

const breaker = z.strictObject({
  failureShare: withDefault(
    z.number().gt(0).max(1).describe('Share of failed calls at which the campaign pauses itself: 0.5 is half.'),
    given.breaker.failureShare,
  ),
  window: withDefault(
    durationField('How far back the share is counted', { least: 'PT0.1S', most: 'P1D' }),
    given.breaker.window,
  ),
  minCalls: withDefault(
    countField('Calls in that time below which nothing is judged.', 1, 100_000),
    given.breaker.minCalls,
  ),
})

/** `dial`: when, how often and how fast to call. */
export const DialSection = z.strictObject({
  windows: withDefault(windows, given.windows),
  holidays: withDefault(z.array(z.iso.date('must be a date such as "2026-12-25"')).max(1_000), given.holidays).describe(
    "Dates, in the lead's own time zone, on which nobody is called. Texts go out on them, within their own window.",
  ),
  timezone: z
    .string()
    .refine(isTimeZone, 'must be an IANA time zone such as America/New_York; offsets are none')
    .exactOptional()
    .describe('The zone of leads of whom nothing better is known. Without it such leads are stopped.'),
  stateRules: withDefault(z.enum(['none', 'us']), given.stateRules).describe(
    'us: also keep to the hours of the US states, in calls and in texts, and to their daily limits in calls.',
  ),
  maxAttempts: withDefault(countField('Attempts to reach one lead in one journey.', 1, 100), given.maxAttempts),
  maxPer24h: withDefault(
    countField('Calls to one number in any 24 hours, over all campaigns.', 1, 1_000),
    given.maxPer24h,
  ),
  minGap: withDefault(
    durationField('Between two calls to one number, over all campaigns', { most: 'P90D' }),
    given.minGap,
  ),
  notAfter: withDefault(
    durationField("From the journey's start; no attempt starts later", { most: 'P366D' }),
    given.notAfter,
  ),
  retry: withDefault(retry, given.retry),
  stopOn: withDefault(z.array(z.enum(['inbound_call', 'reply'])).max(2), given.stopOn).describe(
    'What the lead does that ends the dialing: calls back, or answers a text.',
  ),
  pace: withDefault(pace, given.pace).describe('How fast to call.'),
  breaker: breaker.exactOptional().describe('Pauses the campaign by itself when calls fail. None unless given.'),
  onUnknown: withDefault(z.enum(['redial', 'park']), given.onUnknown).describe(
    'When nobody can say whether a call was placed and the vendor shows none: call again, or leave it to a person.',
  ),
  instructions: textField("Added to the agent's prompt for every call of this campaign.", 10_000).exactOptional(),
})
