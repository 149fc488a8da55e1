import { z } from 'zod'
import { Flag, Id, Instant, present, Text, Whole } from './fields.ts'
import type { Interaction, InteractionMessage, ListedLead, VendorLead } from './ports.ts'

/**
 * NaturaLead's answers, and what they are in our words. Unknown fields, statuses and channels pass; only what we cannot do
 * without is required. Shapes: https://docs.naturalead.ai/api-reference/conversations/list-conversations
 */

/**
 * Who writes on the vendor's side. Of the roles the reference prints `agent` alone: whoever is not known to be on that
 * side is taken for the lead, so that no opt-out is missed.
 */
const ownRoles = new Set(['agent', 'assistant', 'ai', 'bot', 'system', 'tool', 'operator'])

const Message = z
  .object({ role: Text, content: z.string().catch(''), timestamp: Instant })
  .transform(({ role = 'unknown', content, timestamp }): InteractionMessage => {
    const source = ownRoles.has(role.toLowerCase()) ? undefined : 'inbound'
    return present({ at: timestamp, role, text: content, source })
  })

const Qualification = z
  .object({ qualified: Flag, reason: Text })
  .nullish()
  .catch(undefined)
  .transform(result => result ?? undefined)

const RawConversation = z.object({
  _id: Id,
  leadId: Id,
  channel: Text,
  leadPhone: Text,
  status: Text,
  currentStageName: Text,
  messages: z
    .array(Message.nullable().catch(null))
    .catch([])
    .transform(messages => messages.filter(message => message !== null)),
  summary: Text,
  qualificationResult: Qualification,
  campaignId: Text,
  createdAt: Instant,
  updatedAt: Instant,
})

function toInteraction(raw: z.output<typeof RawConversation>): Interaction {
  const { _id, leadId, campaignId, channel, leadPhone, messages, summary, createdAt, updatedAt } = raw
  const { currentStageName: stage, qualificationResult } = raw
  const status = statusOf(raw)
  return present({
    interactionId: _id,
    leadId,
    campaignId,
    type: channel?.toLowerCase() ?? 'conversation',
    account: channel?.toLowerCase(),
    status,
    live: status === 'active',
    phone: leadPhone,
    spokenTo: messages.some(({ source }) => source === 'inbound'),
    summary,
    extracted: present({ stage, qualificationReason: qualificationResult?.reason }),
    messages,
    createdAt,
    updatedAt,
  })
}

/** What an agent came to in a conversation that it brought to its end is a status of its own to us. */
function statusOf({ status, qualificationResult }: z.output<typeof RawConversation>): string {
  const word = status?.toLowerCase() ?? ''
  const { qualified } = qualificationResult ?? {}
  if (word !== 'completed' || qualified === undefined) return word
  return qualified ? 'qualified' : 'disqualified'
}

/** One conversation that is being followed: without a status it tells nothing, and is read again. */
export const OneConversation = RawConversation.refine(raw => raw.status !== undefined, { path: ['status'] }).transform(
  toInteraction,
)

/**
 * A bare list. An entry without a status stays in, and one without an id or its lead's spoils the list: a conversation that
 * was left out here would be started again.
 */
export const Conversations = z.array(RawConversation.transform(toInteraction))

/** A conversation that was just begun or written in. */
export const NamedConversation = z.object({ _id: Id })

const RawLead = z.object({ id: Id, name: Text, phone: Text, email: Text, createdAt: Instant })

/** The vendor's lead, and when it was made known to it. */
const Lead = RawLead.transform(({ id, name, ...rest }): VendorLead & Pick<ListedLead, 'createdAt'> => {
  const [firstName, ...others] = name?.split(/\s+/) ?? []
  return present({ leadId: id, firstName, lastName: others.join(' ') || undefined, ...rest })
})

export const LeadCreated = z.object({ id: Id })

const Leads = z.array(Lead)

/** A page of leads; which of these forms an endpoint answers in is not printed. */
export const LeadPage = z.union([
  Leads.transform(leads => ({ leads, total: undefined })),
  z.object({ leads: Leads, total: Whole }),
  z.object({ data: Leads, total: Whole }).transform(({ data, total }) => ({ leads: data, total })),
])

/** Leads that a sync could not take are named; its other counts are of no use to us. */
export const LeadsSynced = z.object({ errors: z.array(z.unknown()).catch([]) })
