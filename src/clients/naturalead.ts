import { z } from 'zod'
import { RejectedError } from '../errors.ts'
import type { Purpose } from './budget.ts'
import { createHttp, type HttpOptions } from './http.ts'
import { readNaturaLeadFailure } from './naturalead-failure.ts'
import { findLead, findLeads, searchable } from './naturalead-lead-list.ts'
import { Conversations, LeadCreated, LeadsSynced, NamedConversation, OneConversation } from './naturalead-shapes.ts'
import type { CallRequest, FindingPort, Interaction, NewLead, NewLeadPort, Provider, RequestOptions } from './ports.ts'

/** What NaturaLead can do beyond the ports. */
export interface NaturaLead extends Provider, AsyncDisposable {
  placeCall(request: CallRequest, options?: RequestOptions): Promise<{ interactionId: string }>
  listFound: FindingPort['listFound']
  /** Effect. A message by hand on the conversation's own channel. */
  sendMessage(conversationId: string, text: string, options?: RequestOptions): Promise<void>
  /** Repeatable. An ended conversation cannot be opened again. */
  updateStatus(conversationId: string, status: EndStatus, options?: RequestOptions): Promise<void>
  /** Effect. A number belongs to one lead of an account. It has no campaigns of leads: an id of one is of no use to it. */
  createLead(
    lead: Omit<NewLead, 'campaignId'> & { tags?: readonly string[] },
    options?: RequestOptions,
  ): Promise<{ leadId: string }>
  findLeads: NewLeadPort['findLeads']
  /**
   * Repeatable: a lead is known again by our own name for it.
   * @returns how many could not be taken
   */
  syncLeads(leads: readonly LeadToSync[], options?: RequestOptions): Promise<{ failed: number }>
}

export type EndStatus = 'completed' | 'handed_off' | 'dropped'

export interface LeadToSync {
  externalId: string
  phone: string
  name?: string
  email?: string
}

export interface NaturaLeadOptions
  extends Pick<
    HttpOptions,
    'baseUrl' | 'clock' | 'random' | 'onExchange' | 'budget' | 'signal' | 'timeouts' | 'dnsLookup'
  > {
  /** The first is sent; the others are on their way out. */
  apiKeys: readonly string[]
}

/** NaturaLead's own limit for one sync. https://docs.naturalead.ai/guides/sync-leads-from-crm */
const MAX_SYNC = 100

/**
 * NaturaLead: an agent writes with the lead on a channel until the conversation ends. It is started by lead and goes to
 * the number that the vendor has. No endpoint but the sync has an idempotency key. Throws the errors of the ports.
 * https://docs.naturalead.ai/api-reference/overview
 */
export function createNaturaLead({ apiKeys, ...httpOptions }: NaturaLeadOptions): NaturaLead {
  const [apiKey] = apiKeys
  if (!apiKey) throw new RangeError('createNaturaLead needs an API key')
  const http = createHttp({
    ...httpOptions,
    headers: () => ({ 'X-API-Key': apiKey }),
    readFailure: readNaturaLeadFailure,
  })

  /** The whole account's conversations, or those that the words are found in: no paging is documented. */
  const list = (search: string | undefined, options: RequestOptions & { purpose?: Purpose }) =>
    http.get({ route: '/conversations', query: { search } }, Conversations, { purpose: 'reconcile', ...options })

  return {
    permit: async (purpose, { signal } = {}) => (await httpOptions.budget?.take(purpose, signal)) ?? { purpose },

    async placeCall({ leadId, channel }, options) {
      if (channel === undefined) throw new RejectedError('a conversation needs a channel', { code: 'NO_CHANNEL' })
      const body = { leadId: asLeadId(leadId), channel }
      const { _id } = await http.act('POST', '/conversations/start', body, NamedConversation, {
        purpose: 'dial',
        ...options,
      })
      return { interactionId: _id }
    },

    getInteraction(interactionId, options) {
      const path = { route: '/conversations/{id}', params: { id: interactionId } }
      return http.get(path, OneConversation, options)
    },

    // The search finds little and fast, but how the vendor writes a number is not published: what it does not show may
    // still be in the list.
    async listInteractions(leadId, { phone, permit, ...options } = {}) {
      const first = permit === undefined ? options : { ...options, permit }
      const isOf = (conversation: Interaction) => conversation.leadId === undefined || conversation.leadId === leadId
      const found = phone === undefined ? [] : (await list(searchable(phone), first)).filter(isOf)
      if (found.length > 0) return newestFirst(found)
      return newestFirst((await list(undefined, phone === undefined ? first : options)).filter(isOf))
    },

    async listFound({ since, until }, options = {}) {
      const all = await list(undefined, { purpose: 'poll', ...options })
      const within = all.filter(({ createdAt = Number.NaN }) => createdAt >= since && createdAt <= until)
      return { interactions: newestFirst(within).reverse() }
    },

    getLead: (leadId, options) => findLead(http, leadId, options),

    async sendMessage(conversationId, text, options) {
      const path = { route: '/conversations/{id}/send', params: { id: conversationId } }
      await http.act('POST', path, { message: text }, NamedConversation, { purpose: 'sms', ...options })
    },

    async updateStatus(conversationId, status, options) {
      const path = { route: '/conversations/{id}/status', params: { id: conversationId } }
      await http.act('PATCH', path, { status }, z.unknown(), { ...options, repeatable: true })
    },

    async createLead({ firstName, lastName, email, phone, tags }, options) {
      const body = { phone, name: `${firstName} ${lastName}`.trim(), email, tags }
      const { id } = await http.act('POST', '/leads', body, LeadCreated, { purpose: 'dial', ...options })
      return { leadId: id }
    },

    findLeads: (query, options) => findLeads(http, query, options),

    async syncLeads(leads, options) {
      if (leads.length < 1 || leads.length > MAX_SYNC) {
        throw new RangeError(`One sync takes 1 to ${MAX_SYNC} leads, not ${leads.length}`)
      }
      const body = { leads: leads.map(({ externalId, ...lead }) => ({ lead_id: externalId, ...lead })) }
      const { errors } = await http.act('POST', '/leads/sync', body, LeadsSynced, {
        purpose: 'dial',
        ...options,
        repeatable: true,
      })
      return { failed: errors.length }
    },

    [Symbol.asyncDispose]: () => http.close(),
  }
}

/** The reference has a lead's id as an integer in its leads and as text in its conversations: the sample sends a number. */
function asLeadId(leadId: string): string | number {
  return /^(0|[1-9]\d{0,14})$/.test(leadId) ? Number(leadId) : leadId
}

function newestFirst(conversations: readonly Interaction[]): Interaction[] {
  return conversations.toSorted((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0))
}
