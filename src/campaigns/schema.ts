import * as z from 'zod'
import { faultsBetweenFields } from './between-fields.ts'
import { isCron } from './cron.ts'
import { defaults } from './defaults.ts'
import { DialSection } from './dial-section.ts'
import { countField, durationField, idField, outcomeField, textField, withDefault } from './fields.ts'
import { FollowUpSection } from './follow-up-section.ts'
import { parseInstantMs } from './instant.ts'
import { triggerEvents } from './trigger-events.ts'
import { providers } from './vocabulary.ts'

const account = z.strictObject({
  campaignId: textField('leadsail: the id of the campaign there.', 64).exactOptional(),
  agentIds: z
    .array(textField('Id of a voice agent.', 128))
    .min(1)
    .max(200)
    .exactOptional()
    .describe('leadconnector: the voice agents whose calls belong to this campaign.'),
  workflowId: textField('leadconnector: the workflow that places a call; needed to dial.', 128).exactOptional(),
  channel: z
    .enum(['whatsapp', 'telegram', 'email'])
    .exactOptional()
    .describe('naturalead: the channel of the conversations.'),
})

const trigger = z.strictObject({
  events: withDefault(
    z.array(z.enum([...new Set(Object.values(triggerEvents).flat())])).max(20),
    defaults.trigger.events,
  ).describe('Vendor events that start a journey.'),
  reentry: withDefault(
    z.union(
      [z.literal('never'), durationField('Since the last journey ended', { most: 'P3660D' })],
      'must be never or an ISO 8601 duration such as P7D',
    ),
    defaults.trigger.reentry,
  ).describe('How long after the end of a journey the same lead may start another: never, or an ISO 8601 duration.'),
})

const start = z
  .strictObject({
    at: z
      .string()
      .refine(text => parseInstantMs(text) !== undefined, 'must be a date and time such as 2026-12-01T09:00')
      .exactOptional()
      .describe('Start once at this time, in dial.timezone (else UTC) unless it has an offset.'),
    cron: z
      .string()
      .refine(isCron, 'must be a cron expression of five fields, such as "0 9 * * mon"')
      .exactOptional()
      .describe('Start at these times: minute, hour, day of month, month, day of week.'),
  })
  .refine(({ at, cron }) => at !== undefined || cron !== undefined, 'needs at or cron')

const moment = (about: string, given: string, least: string, most: string) =>
  withDefault(durationField(about, { least, most }), given)

const poll = z.strictObject({
  first: moment(
    'From the placing of a call to the first look at it; the least of it once the lengths of earlier calls are known',
    defaults.poll.first,
    'PT0S',
    'P1D',
  ),
  min: moment('Least time between two looks', defaults.poll.min, 'PT0.01S', 'P1D'),
  max: moment(
    'Most time between two looks; stretched when the request budget is short',
    defaults.poll.max,
    'PT0.01S',
    'P1D',
  ),
  deadline: moment(
    'From the placing of a call until it is given up as timed_out',
    defaults.poll.deadline,
    'PT0.01S',
    'P30D',
  ),
  settle: moment(
    'From the end of a call to one more look, for what the vendor adds late',
    defaults.poll.settle,
    'PT0S',
    'P1D',
  ),
  walk: moment("Between two walks over the vendor's own list", defaults.poll.walk, 'PT0.01S', 'P1D'),
  since: z
    .string()
    .refine(text => parseInstantMs(text) !== undefined, 'must be a date such as "2026-12-01", or a date and time')
    .exactOptional()
    .describe('Interactions older than this start no journey. Without it: the moment the campaign was first seen.'),
})

const reconcile = z.strictObject({
  grace: moment('How long an unclear call is looked for', defaults.reconcile.grace, 'PT0S', 'P1D'),
  looks: withDefault(countField('How often it is looked for in that time.', 1, 100), defaults.reconcile.looks),
  skew: moment("How far the vendor's clock may stand from ours", defaults.reconcile.skew, 'PT0S', 'PT1H'),
})

/**
 * A campaign file as it is written: what must stand in it, what may, and nothing else. Defaults are filled in by
 * `toCampaign`.
 */
export const CampaignFile = z
  .strictObject({
    id: idField('Name of the campaign, the same as the name of the file.'),
    name: textField('What people call it.', 200),
    provider: z.enum(providers).describe('Whose voice agents make the calls.'),
    account: account.describe('What the provider calls this campaign.'),
    trigger: withDefault(trigger, defaults.trigger).describe('What starts a journey, besides lists and requests.'),
    start: start.exactOptional().describe('When a list starts by itself.'),
    mode: withDefault(z.enum(['dial', 'handover']), defaults.mode).describe(
      "dial: we place the calls. handover: LeadSail's auto-dialer does.",
    ),
    test: withDefault(z.boolean(), defaults.test).describe(
      'Calls and events are tests, kept apart in every report. Texts are sent for real: vendors have no test texts.',
    ),
    dial: DialSection.exactOptional().describe('When, how often and how fast to call.'),
    poll: withDefault(poll, defaults.poll).describe('How live calls are followed.'),
    reconcile: withDefault(reconcile, defaults.reconcile).describe(
      'How an effect that may have happened is looked for.',
    ),
    outcomes: withDefault(z.record(z.string().min(1).max(100), outcomeField), {}).describe(
      "What the vendor's own statuses mean, beyond the built-in map.",
    ),
    writeBack: withDefault(
      z.strictObject({
        submission: withDefault(z.boolean(), defaults.writeBack.submission).describe(
          'Write the outcome to the submission.',
        ),
        lead: withDefault(z.boolean(), defaults.writeBack.lead).describe('Write the outcome to the lead.'),
      }),
      defaults.writeBack,
    ).describe('What the vendor is told in return.'),
    followUps: withDefault(z.array(FollowUpSection).max(100), []).describe('What happens after a call, in this order.'),
  })
  .superRefine(
    (file, context) => {
      for (const { path, reason } of faultsBetweenFields(file)) {
        context.addIssue({ code: 'custom', path, message: reason })
      }
    },
    // Always: an author wants every fault at once, not those of one field first and those between fields afterwards.
    { when: () => true },
  )
  .meta({
    title: 'aftercall campaign',
    description: 'Rules of one campaign: who dials, when, how often, what happens after.',
  })
export type CampaignFile = z.infer<typeof CampaignFile>
