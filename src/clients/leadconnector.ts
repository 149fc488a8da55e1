import { AppError, isKeyRefused, RejectedError, UnavailableError } from '../errors.ts'
import { present } from './fields.ts'
import type { HttpOptions } from './http.ts'
import { fixedAccess, type OauthApp, oauthAccess } from './leadconnector-access.ts'
import { createCallLogs } from './leadconnector-call-logs.ts'
import { createRequests, inTime, type Requests } from './leadconnector-requests.ts'
import {
  type CallMessage,
  Enrolled,
  MessageOfCall,
  OneCallLog,
  OneContact,
  TextTaken,
  toInteraction,
} from './leadconnector-shapes.ts'
import type { FindingPort, Provider, RequestOptions, SmsPort, VendorLead } from './ports.ts'
import type { TokenStore } from './vendor-tokens.ts'

/** What LeadConnector can do beyond the ports. */
export interface LeadConnector extends Provider, AsyncDisposable {
  sendText: SmsPort['sendText']
  listFound: FindingPort['listFound']
}

export interface LeadConnectorOptions
  extends Pick<
    HttpOptions,
    'baseUrl' | 'clock' | 'random' | 'onExchange' | 'budget' | 'signal' | 'timeouts' | 'dnsLookup'
  > {
  /** A private integration token, or an app that the sub-account has let in. */
  key: { token: string } | { app: OauthApp; store: TokenStore }
  /** The sub-account. */
  locationId: string
  /** The header `Version` by family of endpoints; conversations go with voice. */
  versions: { voice: string; contacts: string }
}

/** LeadConnector takes the text but says in the answer that it will not arrive. */
const TEXT_REFUSED = new Set(['failed', 'rejected', 'undelivered'])

/**
 * How long after a call its log waits for its message: the message alone tells an answering machine from a person. After
 * that the log stands for itself, so that a message that never comes costs no call its end.
 */
const WAIT_FOR_MESSAGE_MS = 600_000

/**
 * LeadConnector (HighLevel) Voice AI: a call is placed by enrolling the contact in a workflow, in the workflow's own time,
 * to the number that the contact has there; its log appears once it is over. No endpoint has an idempotency key. Throws
 * the errors of the ports. https://github.com/GoHighLevel/highlevel-api-docs
 */
export function createLeadConnector({ key, locationId, versions, ...options }: LeadConnectorOptions): LeadConnector {
  const { clock, budget, ...plain } = options
  const access = 'token' in key ? fixedAccess(key.token) : oauthAccess({ ...plain, clock, ...key })
  const voice = createRequests({ ...options, access, version: versions.voice })
  const contacts = createRequests({ ...options, access, version: versions.contacts })
  const { listInteractions, listFound } = createCallLogs(voice, locationId)

  async function getLead(leadId: string, { signal, permit }: RequestOptions = {}): Promise<VendorLead | undefined> {
    const path = { route: '/contacts/{contactId}', params: { contactId: leadId } }
    try {
      const contact = await contacts.get(path, OneContact, { purpose: 'dial', ...present({ signal, permit }) })
      return { leadId, ...contact }
    } catch (error) {
      if (isUnknownContact(error)) return undefined
      throw error
    }
  }

  return {
    placesLater: true,
    keepsDoNotContact: true,
    permit: async (purpose, { signal } = {}) => (await budget?.take(purpose, signal)) ?? { purpose },
    getLead,
    listInteractions,
    listFound,

    /** Two requests: the workflow takes no number, so the one that was checked is held against the contact's first. */
    async placeCall({ leadId, phone, workflowId }, { signal: given, ...leave } = {}) {
      if (workflowId === undefined) {
        throw new RejectedError('leadconnector places calls by a workflow: account.workflowId is not set', {
          code: 'NOT_SUPPORTED',
        })
      }
      const signal = inTime(given)
      requireCallable(await getLead(leadId, { ...leave, signal }), phone)
      const path = { route: '/contacts/{contactId}/workflow/{workflowId}', params: { contactId: leadId, workflowId } }
      await contacts.act('POST', path, {}, Enrolled, {
        purpose: 'dial',
        signal,
        refusalIn: ({ isRefused }) =>
          isRefused ? { kind: 'refused', code: 'NOT_ENROLLED', message: 'the workflow did not take it' } : undefined,
      })
      return {}
    },

    async getInteraction(interactionId, given) {
      const path = {
        route: '/voice-ai/dashboard/call-logs/{callId}',
        params: { callId: interactionId },
        query: { locationId },
      }
      const log = await voice.get(path, OneCallLog, given)
      const { messageId, createdAt = 0, duration = 0 } = log
      if (messageId === undefined) return toInteraction(log)
      const isLate = clock.now() - (createdAt + duration) > WAIT_FOR_MESSAGE_MS
      return toInteraction(log, await readMessage(voice, messageId, isLate, given))
    },

    async sendText({ leadId, phone, text }, given) {
      const body = { type: 'SMS', contactId: leadId, message: text, toNumber: phone }
      const { messageId, conversationId } = await voice.act('POST', '/conversations/messages', body, TextTaken, {
        purpose: 'sms',
        ...given,
        refusalIn({ status = '' }) {
          if (!TEXT_REFUSED.has(status.toLowerCase())) return undefined
          return {
            kind: 'refused',
            code: `SMS_${status.toUpperCase()}`,
            message: `the text is ${status.toLowerCase()}`,
          }
        },
      })
      return present({ messageId, interactionId: conversationId })
    },

    async [Symbol.asyncDispose]() {
      for (const room of [voice, contacts, access]) await room[Symbol.asyncDispose]()
    },
  }
}

/** The words are observed, not printed: with a status of no such page it could be a wrong address as well. */
function isUnknownContact(error: unknown): boolean {
  return error instanceof RejectedError && /\bcontact\b.*\bnot (?:be )?found\b/i.test(error.message)
}

/** Fewer digits are no whole number. */
const LEAST_DIGITS = 7

/** The workflow calls the number that the contact has: if that is not the one that was checked, nobody is called. */
function requireCallable(contact: VendorLead | undefined, phone: string): void {
  const fault = faultOf(contact, phone)
  if (fault !== undefined) throw new RejectedError(fault.message, { code: fault.code })
}

function faultOf(contact: VendorLead | undefined, phone: string): { code: string; message: string } | undefined {
  if (contact === undefined) return { code: 'NOT_FOUND', message: 'leadconnector does not know the contact' }
  if (contact.doNotContact?.includes('voice')) {
    return { code: 'TAKES_NO_CALLS', message: 'the contact takes no calls, says leadconnector' }
  }
  const digits = contact.phone?.replace(/\D/g, '').replace(/^0+/, '') ?? ''
  if (digits.length >= LEAST_DIGITS && phone.endsWith(digits)) return undefined
  return { code: 'OTHER_NUMBER', message: 'the contact has another number at leadconnector than the one to call' }
}

/**
 * The message of a call, which says whether it was answered. One that is not shown to us leaves the log to stand for
 * itself, and so does one that cannot be read for now, once that has lasted.
 * @throws UnavailableError, RateLimitedError while it is worth asking again
 */
async function readMessage(
  http: Pick<Requests, 'get'>,
  id: string,
  isLate: boolean,
  { signal }: RequestOptions = {},
): Promise<CallMessage> {
  try {
    const path = { route: '/conversations/messages/{id}', params: { id } }
    const message = await http.get(path, MessageOfCall, signal === undefined ? {} : { signal })
    if (message.callStatus !== 'pending' || isLate) return message
    throw new UnavailableError('the message of the call is still pending', { code: 'MESSAGE_PENDING' })
  } catch (error) {
    // A token without the scope will not have it in ten minutes; what is not there yet may be.
    const isWorthWaiting = !isKeyRefused(error) && !isLate
    if (!(error instanceof AppError) || isWorthWaiting || signal?.aborted) throw error
    return {}
  }
}
