import { z } from 'zod'
import { RejectedError } from '../errors.ts'
import { present } from './fields.ts'
import { createHttp, type HttpOptions } from './http.ts'
import { handedOverFrom, MAX_HANDOVER } from './leadsail-dialer.ts'
import { readLeadSailFailure } from './leadsail-failure.ts'
import { findLeads } from './leadsail-lead-list.ts'
import {
  answerOf,
  CallTaken,
  InteractionsOfLead,
  LeadAnswers,
  LeadCreated,
  OneInteraction,
  OneLead,
  PixelTaken,
  TextTaken,
} from './leadsail-shapes.ts'
import type {
  CallRequest,
  DialerPort,
  ExtractedPort,
  NewLead,
  NewLeadPort,
  PixelPort,
  Provider,
  RecordPort,
  RequestOptions,
  SmsPort,
} from './ports.ts'

/** What LeadSail can do beyond the ports. */
export interface LeadSail extends Provider, AsyncDisposable {
  placeCall(request: CallRequest, options?: RequestOptions): Promise<{ interactionId: string }>
  sendText: SmsPort['sendText']
  firePixel: PixelPort['firePixel']
  findLeads: NewLeadPort['findLeads']
  sendToAutoDialer: DialerPort['sendToAutoDialer']
  readExtracted: ExtractedPort['readExtracted']
  patchLead: RecordPort['patchLead']
  patchSubmission: RecordPort['patchSubmission']
  /** Effect. Creates without processing; further fields of `POST /leads` may be added. */
  createLead(
    lead: NewLead & Readonly<Record<string, unknown>>,
    options?: RequestOptions,
  ): Promise<{ leadId: string; submissionId?: string }>
}

export interface LeadSailOptions
  extends Pick<
    HttpOptions,
    'baseUrl' | 'clock' | 'random' | 'onExchange' | 'budget' | 'signal' | 'timeouts' | 'dnsLookup'
  > {
  /** The first is sent; the others are on their way out. */
  apiKeys: readonly string[]
}

/** LeadSail takes the text but says in the answer that it will not arrive. */
const TEXT_REFUSED = new Set(['failed', 'rejected', 'undelivered'])

/** https://docs.dev.leadsail.app/docs/api-reference; no endpoint has an idempotency key. Throws the errors of the ports. */
export function createLeadSail({ apiKeys, ...httpOptions }: LeadSailOptions): LeadSail {
  const [apiKey] = apiKeys
  if (!apiKey) throw new RangeError('createLeadSail needs an API key')
  const http = createHttp({
    ...httpOptions,
    headers: () => ({ 'X-API-Key': apiKey }),
    readFailure: readLeadSailFailure,
  })

  return {
    permit: async (purpose, { signal } = {}) => (await httpOptions.budget?.take(purpose, signal)) ?? { purpose },

    async placeCall({ leadId, phone, campaignId, instructions, test }, options) {
      const body = {
        leadId,
        direction: 'outbound',
        phone,
        campaignId,
        additionalInstructions: instructions,
        isTest: test === true ? true : undefined,
      }
      const { data } = await http.act('POST', '/voice/calls/initiate', body, CallTaken, { purpose: 'dial', ...options })
      return { interactionId: data.interactionId }
    },

    async getInteraction(interactionId, options) {
      const path = { route: '/interactions/{interactionId}', params: { interactionId } }
      const { data } = await http.get(path, OneInteraction, options)
      return data
    },

    async listInteractions(leadId, options) {
      const path = { route: '/interactions/lead/{leadId}', params: { leadId } }
      const { data } = await http.get(path, InteractionsOfLead, { purpose: 'reconcile', ...options })
      return data
    },

    async getLead(leadId, options) {
      try {
        const { data } = await http.get({ route: '/leads/{leadId}', params: { leadId } }, OneLead, {
          purpose: 'dial',
          ...options,
        })
        return { leadId, ...data }
      } catch (error) {
        if (error instanceof RejectedError && error.code === 'NOT_FOUND') return undefined
        throw error
      }
    },

    async readExtracted(leadId, options) {
      try {
        const { data } = await http.get({ route: '/leads/{leadId}', params: { leadId } }, LeadAnswers, options)
        return data
      } catch (error) {
        if (error instanceof RejectedError && error.code === 'NOT_FOUND') return {}
        throw error
      }
    },

    async sendText({ leadId, phone, text, campaignId, interactionId }, options) {
      const body = { leadId, message: text, to: phone, campaignId, interactionId }
      const { data } = await http.act('POST', '/sms/send', body, TextTaken, {
        purpose: 'sms',
        ...options,
        refusalIn({ data: { status = '' } }) {
          if (!TEXT_REFUSED.has(status.toLowerCase())) return undefined
          return {
            kind: 'refused',
            code: `SMS_${status.toUpperCase()}`,
            message: `the text is ${status.toLowerCase()}`,
          }
        },
      })
      return present({ messageId: data.messageId, interactionId: data.interactionId })
    },

    async firePixel({ leadId, pixelId, platform, event, value, currency, actionSource, testEventCode }, options) {
      const what = {
        leadId,
        pixelId,
        platform,
        eventName: event,
        eventValue: value,
        currency,
        actionSource,
        testEventCode,
      }
      await http.act('POST', '/pixels/fire', what, PixelTaken, {
        purpose: 'pixel',
        ...options,
        refusalIn({ data }) {
          if (data.success) return undefined
          return { kind: 'refused', code: 'PIXEL_REFUSED', message: `${platform} did not take the event` }
        },
      })
    },

    async patchLead(leadId, patch, options) {
      const path = { route: '/leads/{leadId}', params: { leadId } }
      await http.act('PATCH', path, patch, z.unknown(), { ...options, repeatable: true })
    },

    async patchSubmission(submissionId, patch, options) {
      const path = { route: '/submissions/{submissionId}', params: { submissionId } }
      await http.act('PATCH', path, patch, z.unknown(), { ...options, repeatable: true })
    },

    async sendToAutoDialer(leadIds, options) {
      if (leadIds.length < 1 || leadIds.length > MAX_HANDOVER) {
        throw new RangeError(`One hand-over takes 1 to ${MAX_HANDOVER} leads, not ${leadIds.length}`)
      }
      const Answer = answerOf(handedOverFrom(leadIds))
      const { data } = await http.act('POST', '/leads/send-to-auto-dialer', { leadIds }, Answer, {
        purpose: 'dial',
        ...options,
      })
      return data
    },

    async createLead(lead, options) {
      const { data } = await http.act('POST', '/leads', lead, LeadCreated, { purpose: 'dial', ...options })
      return present({ leadId: data.leadId, submissionId: data.submissionId })
    },

    findLeads: (query, options) => findLeads(http, query, options),

    [Symbol.asyncDispose]: () => http.close(),
  }
}
