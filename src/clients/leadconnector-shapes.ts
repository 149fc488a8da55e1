import { z } from 'zod'
import { Flag, Id, Instant, present, Seconds, Text, Whole } from './fields.ts'
import { ExtractedData } from './leadconnector-extracted.ts'
import { type CallTraces, statusOf, wasSpokenTo } from './leadconnector-status.ts'
import { messagesOf } from './leadconnector-transcript.ts'
import type { Interaction, VendorLead } from './ports.ts'

/**
 * LeadConnector's answers, and what they are in our words. Unknown fields pass; only what we cannot do without is
 * required. Shapes: https://github.com/GoHighLevel/highlevel-api-docs/tree/main/apps (`voice-ai.json`, `contacts.json`,
 * `conversations.json`)
 */

/** Of what was done only the kind: its parameters may hold keys to other systems, and go no further. */
const Actions = z
  .array(z.object({ actionType: Text }).catch({ actionType: undefined }))
  .catch([])
  .transform(actions => actions.flatMap(({ actionType }) => actionType?.toUpperCase() ?? []))

const RawCallLog = z.object({
  id: Id,
  contactId: Text,
  agentId: Text,
  fromNumber: Text,
  createdAt: Instant,
  duration: Seconds,
  trialCall: Flag,
  executedCallActions: Actions,
  summary: Text,
  transcript: z.string().catch('').transform(messagesOf),
  extractedData: ExtractedData,
  messageId: Text,
})
type RawCallLog = z.output<typeof RawCallLog>

/** What the message of a call adds to its log. */
export interface CallMessage {
  callStatus?: string | undefined
  direction?: 'inbound' | 'outbound' | undefined
}

/**
 * A call log in our words. It has no state of being live: that a log is there before its call is over is documented
 * nowhere, so a log is taken for a call that is over. Nor does it say who called whom: only the message does.
 */
export function toInteraction(log: RawCallLog, { callStatus, direction }: CallMessage = {}): Interaction {
  const { transcript: messages, executedCallActions: actions, duration: talkMs } = log
  const traces: CallTraces = { callStatus, actions, talkMs, messages }
  const status = statusOf(traces)
  return present({
    interactionId: log.id,
    leadId: log.contactId,
    type: 'call',
    status,
    live: false,
    direction,
    // The caller's: of a call to the lead it is our own.
    phone: direction === 'outbound' ? undefined : log.fromNumber,
    talkMs,
    spokenTo: wasSpokenTo(status, traces),
    summary: log.summary,
    extracted: log.extractedData,
    messageId: log.messageId,
    account: log.agentId,
    trial: log.trialCall,
    messages,
    createdAt: log.createdAt,
  })
}

/** `GET /voice-ai/dashboard/call-logs/{callId}` */
export const OneCallLog = RawCallLog

/** One page of `GET /voice-ai/dashboard/call-logs`. An entry without an id spoils it: a call left out may be made again. */
export const CallLogPage = z.object({
  total: Whole,
  pageSize: Whole,
  callLogs: z.array(RawCallLog.transform(log => toInteraction(log))),
})

const Meta = z.object({ callStatus: Text }).optional().catch(undefined)
const Direction = z.enum(['inbound', 'outbound']).optional().catch(undefined)

const RawMessage = z.object({ meta: Meta, direction: Direction })

/** `GET /conversations/messages/{id}` of a call: bare by the reference, as lists of them have theirs under a name. */
export const MessageOfCall = z
  .union([z.object({ message: RawMessage }).transform(({ message }) => message), RawMessage])
  .transform(({ meta, direction }): CallMessage => ({ callStatus: meta?.callStatus, direction }))

/** The vendor's list of the ways not to reach somebody, by channel. `inactive` is not switched on. */
const Channel = z
  .object({ status: Text })
  .optional()
  .catch(undefined)
  .transform(setting => setting?.status !== undefined && setting.status.toLowerCase() !== 'inactive')
const NotByChannel = z.object({ Call: Channel, SMS: Channel }).catch({ Call: false, SMS: false })

const Contact = z.object({
  phone: Text,
  timezone: Text,
  firstName: Text,
  lastName: Text,
  email: Text,
  dnd: Flag,
  dndSettings: NotByChannel,
})

/** `GET /contacts/{contactId}`. `dnd` stands for every channel. */
export const OneContact = z.object({ contact: Contact }).transform(({ contact }): Omit<VendorLead, 'leadId'> => {
  const { dnd = false, dndSettings, ...plain } = contact
  const doNotContact = [
    ...(dnd || dndSettings.Call ? (['voice'] as const) : []),
    ...(dnd || dndSettings.SMS ? (['sms'] as const) : []),
  ]
  return present({ ...plain, doNotContact: doNotContact.length === 0 ? undefined : doNotContact })
})

/** `POST /contacts/{contactId}/workflow/{workflowId}`. The reference prints `succeded`; an answer may say nothing. */
export const Enrolled = z
  .object({ succeded: Flag, succeeded: Flag })
  .catch({ succeded: undefined, succeeded: undefined })
  .transform(({ succeded, succeeded }) => ({ isRefused: succeded === false || succeeded === false }))

/** `POST /conversations/messages` */
export const TextTaken = z.object({ messageId: Id, conversationId: Text, status: Text })
