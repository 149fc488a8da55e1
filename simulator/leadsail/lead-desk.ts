import { parsePhoneNumberFromString } from 'libphonenumber-js'
import type { PartOptions } from '../part.ts'
import type { TruthWrite } from '../truth.ts'
import type { WebhookSender } from '../webhook-sender.ts'
import type { ListLeadsQuery } from './bodies.ts'
import type { WebhookOrder } from './control.ts'
import { notFound } from './envelope.ts'
import { type LeadRecord, type Leads, leadStatus } from './leads.ts'

interface SubmissionRecord {
  submissionId: string
  leadId: string
  campaignId: string
  type: string
  status: string
}

/** What a lead's status is while each event is on its way. */
const statusOfEvent: Record<WebhookOrder['event'], string> = {
  'lead.processed': 'qualified',
  'lead.disqualified': 'disqualified',
  'lead.queued': 'queued',
  'lead.first_submission_action': 'pending_action',
  'lead.delivered': 'delivered',
  'lead.failed': 'failed',
}

/** The fields of a lead that a request gave. */
type LeadFields = Record<string, unknown> & { phone?: string | undefined; campaignId?: string | undefined }

export type LeadDesk = ReturnType<typeof createLeadDesk>

/** Leads and their submissions as the API writes them, and the webhooks that tell of them. */
export function createLeadDesk(
  options: Pick<PartOptions, 'now' | 'newId' | 'settings'> & { leads: Leads; webhooks: WebhookSender },
) {
  const { now, newId, settings, leads, webhooks } = options
  const submissions = new Map<string, SubmissionRecord>()
  const writes: TruthWrite[] = []

  function openSubmission(lead: LeadRecord, campaignId: string, status: string, submissionId = newId('sub')) {
    const submission = { submissionId, leadId: lead.leadId, campaignId, type: 'standard', status }
    submissions.set(submissionId, submission)
    return submission
  }

  function note(kind: TruthWrite['kind'], id: string, fields: Record<string, unknown>, created = false): void {
    writes.push({ vendor: 'leadsail', kind, id, fields, at: now(), ...(created && { created }) })
  }

  function announce(order: WebhookOrder): void {
    const lead = leads.know(order.leadId, order.campaignId)
    const campaignId = order.campaignId ?? lead.campaignId
    const status = order.status ?? statusOfEvent[order.event]
    const { submissionId } = openSubmission(lead, campaignId, status, order.submissionId)
    const { firstName, lastName, email } = leads.nameOf(lead)
    webhooks.send(order.event, {
      event: order.event,
      leadId: lead.leadId,
      submissionId,
      campaignId,
      status,
      timestamp: order.timestamp ?? new Date(now()).toISOString(),
      data: { firstName, lastName, email, ...(lead.phone !== undefined && { phone: lead.phone }), ...order.data },
    })
  }

  return {
    /** A new lead and its first submission. */
    create(fields: LeadFields & { campaignId: string }) {
      const lead = leads.put({ leadId: newId('lead'), ...normalised(fields) })
      note('lead', lead.leadId, fields, true)
      return { leadId: lead.leadId, submissionId: openSubmission(lead, fields.campaignId, 'new').submissionId }
    },

    /** A lead, new or again, goes through processing at once: `lead.processed` follows. */
    submit({ leadId, ...fields }: LeadFields & { leadId?: string | undefined; campaignId: string }) {
      const lead =
        leadId === undefined ? leads.put({ leadId: newId('lead'), ...normalised(fields) }) : leads.find(leadId)
      if (leadId !== undefined) leads.change(lead, normalised(fields))
      note('lead', lead.leadId, fields, leadId === undefined)
      const submissionId = newId('sub')
      announce({ event: 'lead.processed', leadId: lead.leadId, campaignId: fields.campaignId, submissionId })
      return { leadId: lead.leadId, submissionId, status: 'processing' }
    },
    announce,

    change(leadId: string, fields: LeadFields) {
      const lead = leads.find(leadId)
      const { deleteQuestionnaireKeys = [], ...changes } = normalised(fields)
      leads.change(lead, changes)
      const answers = lead.given['questionnaire']
      if (typeof answers === 'object' && answers !== null && Array.isArray(deleteQuestionnaireKeys)) {
        const kept = Object.entries(answers).filter(([key]) => !deleteQuestionnaireKeys.includes(key))
        lead.given['questionnaire'] = Object.fromEntries(kept)
      }
      note('lead', leadId, fields)
      return leads.show(lead)
    },

    /** A submission that nobody has opened exists under the same condition as a lead. Throws NOT_FOUND. */
    changeSubmission(submissionId: string, fields: Record<string, unknown>) {
      const known = submissions.get(submissionId)
      if (known === undefined && !settings.current.autoCreateLeads) throw notFound()
      const submission = { submissionId, type: 'standard', ...known, ...fields } as SubmissionRecord
      submissions.set(submissionId, submission)
      note('submission', submissionId, fields)
      return submission
    },

    /** A page of leads in the order in which they came; those of the last `lists.lagMs` are not shown yet. */
    list(query: ListLeadsQuery) {
      const asOf = now() - settings.current.lists.lagMs
      const all = leads.all().filter(({ createdAt }) => createdAt <= asOf)
      const start = query.cursor === undefined ? 0 : all.findIndex(lead => lead.leadId === query.cursor) + 1
      const found = all.slice(start).filter(lead => isWanted(lead, query, now(), leads))
      const page = found.slice(0, query.limit)
      const hasMore = found.length > page.length
      return { leads: page.map(leads.show), nextCursor: hasMore ? page.at(-1)?.leadId : null, hasMore }
    },
    writes: (): readonly TruthWrite[] => writes,
    reset(): void {
      submissions.clear()
      writes.length = 0
    },
  }
}

/** Numbers are kept in E.164 where they can be read as such. */
function normalised<Fields extends LeadFields>(fields: Fields) {
  const { phone, campaignId, ...others } = fields
  return {
    ...others,
    ...(campaignId !== undefined && { campaignId }),
    ...(phone !== undefined && { phone: parsePhoneNumberFromString(phone, 'US')?.number ?? phone }),
  }
}

function isWanted(lead: LeadRecord, query: ListLeadsQuery, now: number, leads: Leads): boolean {
  const among = (list: string | undefined, value: string) => list === undefined || list.split(',').includes(value)
  const { firstName, lastName, email } = leads.nameOf(lead)
  const words = `${lead.leadId} ${firstName} ${lastName} ${email} ${lead.phone ?? ''}`.toLowerCase()
  return (
    among(query.campaignIds, lead.campaignId) &&
    among(query.clientIds, `client_${lead.campaignId}`) &&
    among(query.offerIds, `offer_${lead.campaignId}`) &&
    (query.status === undefined || leadStatus(lead, now) === query.status) &&
    (query.search === undefined || words.includes(query.search.toLowerCase())) &&
    (query.startDate === undefined || lead.createdAt >= query.startDate.getTime()) &&
    (query.endDate === undefined || lead.createdAt <= query.endDate.getTime())
  )
}
