import type { FieldFault } from './between-fields.ts'
import type { Campaign, FollowUp } from './campaign.ts'
import { neverReached } from './rule-reach.ts'
import { smsWarnings } from './sms-forecast.ts'
import type { ProviderName } from './vocabulary.ts'

const vendorNames: Readonly<Record<ProviderName, string>> = {
  leadsail: 'LeadSail',
  leadconnector: 'LeadConnector',
  naturalead: 'NaturaLead',
}

/** https://developers.facebook.com/documentation/ads-commerce/conversions-api/parameters/server-event */
function noPage(provider: ProviderName): string {
  const mend = 'Meta asks for both with website and for neither with phone_call'
  const name = vendorNames[provider]
  return provider === 'leadsail'
    ? `a lead whose page and browser ${name} does not know is refused by Meta: ${mend}`
    : `is refused by Meta for every lead: ${name} tells neither its page nor its browser, and ${mend}`
}

const known = new WeakMap<Campaign, readonly FieldFault[]>()

/** What is allowed in a campaign and hardly meant so. Paths are those of its file. */
export function warningsOf(campaign: Campaign): readonly FieldFault[] {
  let warnings = known.get(campaign)
  if (warnings === undefined) {
    const ofRules = campaign.followUps.flatMap((followUp, index) =>
      [...ruleWarnings(followUp, campaign)].map(({ path, reason }) => ({
        path: ['followUps', index, ...path],
        reason,
      })),
    )
    warnings = [...vendorWarnings(campaign), ...ofRules]
    known.set(campaign, warnings)
  }
  return warnings
}

/** A conversation goes on over days. */
const LEAST_CONVERSATION_MS = 86_400_000

/** What a sub-account's workflows may place. https://help.leadconnectorhq.com/support/solutions/articles/155000008091 */
const WORKFLOW_CALLS_PER_MINUTE = 10

/** What is right elsewhere and hardly at this vendor. */
function* vendorWarnings({ provider, poll, dial, account }: Campaign): Generator<FieldFault> {
  if (provider === 'naturalead' && poll.deadlineMs < LEAST_CONVERSATION_MS) {
    const why = 'a conversation that is not over by then has timed out, and nothing follows from how it ends'
    yield { path: ['poll', 'deadline'], reason: `is short for conversations: ${why}. Try P7D` }
  }
  if (provider === 'leadconnector' && account.workflowId !== undefined) {
    const perMinute = dial.pace.callsPerSecond * 60
    if (perMinute > WORKFLOW_CALLS_PER_MINUTE) {
      const why = 'the rest waits there, and may come after poll.deadline'
      const limit = `LeadConnector's workflows place ${WORKFLOW_CALLS_PER_MINUTE} calls a minute`
      yield { path: ['dial', 'pace', 'callsPerSecond'], reason: `is more than ${limit}: ${why}. Try 0.15` }
    }
  }
}

function* ruleWarnings({ when, act }: FollowUp, campaign: Campaign): Generator<FieldFault> {
  const { provider, outcomes, mode, dial, test } = campaign
  const reach = { provider, outcomes, mode, maxAttempts: dial.maxAttempts, retry: dial.retryMs }
  const never = when.outcome && neverReached(when.outcome, reach)
  if (never !== undefined) yield { path: ['when', 'outcome'], reason: never }
  if (act.kind === 'sms') {
    for (const reason of smsWarnings(act.text, campaign)) yield { path: ['sms', 'text'], reason }
    if (test) {
      const why = `${vendorNames[act.via]} has no test texts. Rehearse with numbers of your own`
      yield { path: ['sms'], reason: `is sent for real, though the campaign is in test mode: ${why}` }
    }
    return
  }
  if (act.via === 'meta' && act.actionSource === 'website')
    yield { path: ['pixel', 'actionSource'], reason: noPage(provider) }
  if (test && act.testEventCode === undefined) {
    yield {
      path: ['pixel'],
      reason: 'is never fired: the campaign is in test mode, and the pixel has no testEventCode',
    }
  } else if (!test && act.testEventCode !== undefined) {
    yield { path: ['pixel', 'testEventCode'], reason: 'makes a test of every conversion of a campaign that is none' }
  }
}
