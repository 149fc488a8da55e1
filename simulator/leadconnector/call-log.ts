import type { ActionType } from './control.ts'

/** Stands in the log of every talk, as a custom action's key to another system: it must turn up nowhere else. */
export const ACTION_SECRET = 'key_of_another_system_7f3a'

/** A call, with its whole future. */
export interface CallRecord {
  id: string
  contactId: string
  agentId: string
  /** Absent: its log names none. */
  messageId?: string
  conversationId: string
  direction: 'inbound' | 'outbound'
  /** The contact's number. */
  phone: string
  /** The agent's number. */
  ownPhone: string
  createdAt: number
  /** `Infinity`: never; its log never shows. */
  endsAt: number
  /** In the call's own time, whatever the time scale. */
  lengthMs: number
  callStatus: string
  isTalk: boolean
  trial: boolean
  actions: readonly ActionType[]
  summary: string
  transcript: string
  extractedData?: Record<string, unknown>
  via: 'workflow' | 'elsewhere'
  workflowId?: string
}

/** Parameters as the reference prints them. */
const parameters: Record<ActionType, Record<string, unknown>> = {
  CALL_TRANSFER: {
    triggerPrompt: 'When the caller asks for a person',
    transferToType: 'number',
    transferToValue: '+12345678901',
    triggerMessage: 'Let me transfer you to a manager right away',
    hearWhisperMessage: true,
  },
  DATA_EXTRACTION: {
    contactFieldId: '507f1f77bcf86cd799439018',
    description: "Customer's phone number",
    examples: ['+1234567890', '+9876543210'],
    overwriteExistingValue: false,
  },
  IN_CALL_DATA_EXTRACTION: {
    contactFieldId: '507f1f77bcf86cd799439025',
    description: "Customer's email address",
    examples: ['john@example.com', 'jane@company.com'],
    overwriteExistingValue: true,
  },
  WORKFLOW_TRIGGER: {
    triggerPrompt: 'When caller requests a quote',
    triggerMessage: 'Let me start that process for you',
    workflowId: '507f1f77bcf86cd799439020',
  },
  SMS: {
    triggerPrompt: 'When caller asks for booking confirmation',
    triggerMessage: "I'll send you a confirmation text",
    messageBody: 'Your appointment is confirmed for tomorrow at 2 PM',
  },
  APPOINTMENT_BOOKING: {
    calendarId: '507f1f77bcf86cd799439022',
    daysOfOfferingDates: 3,
    slotsPerDay: 3,
    hoursBetweenSlots: 1,
  },
  CUSTOM_ACTION: {
    triggerPrompt: 'When caller provides order number',
    triggerMessage: 'Let me check that order status',
    apiDetails: {
      url: 'https://api.example.com/orders',
      method: 'GET',
      authenticationRequired: true,
      authenticationValue: ACTION_SECRET,
      headers: [{ key: 'X-Api-Key', value: ACTION_SECRET }],
      parameters: [{ name: 'orderId', description: 'Order ID to look up', type: 'string', example: 'ORD-12345' }],
    },
    selectedPaths: ['data.orderId', 'status'],
  },
  KNOWLEDGE_BASE: {
    triggerPrompt: 'When caller asks about pricing',
    knowledgeBaseId: '507f1f77bcf86cd799439027',
  },
}

/** The log as the API shows it. */
export function showLog(call: CallRecord): Record<string, unknown> {
  const { messageId, extractedData } = call
  return {
    id: call.id,
    contactId: call.contactId,
    agentId: call.agentId,
    isAgentDeleted: false,
    fromNumber: call.direction === 'inbound' ? call.phone : call.ownPhone,
    createdAt: isoOf(call.createdAt),
    duration: durationOf(call),
    trialCall: call.trial,
    executedCallActions: call.actions.map((type, index) => showAction(call, type, index)),
    summary: call.summary,
    transcript: call.transcript,
    ...(extractedData !== undefined && { extractedData }),
    ...(messageId !== undefined && { messageId }),
  }
}

/** The body of `VoiceAiCallEnd`: its actions are known by another field. */
export function showCallEnd(call: CallRecord): Record<string, unknown> {
  const executedCallActions = call.actions.map((type, index) => {
    const { actionId, ...action } = showAction(call, type, index)
    return { _id: actionId, ...action, description: 'An action of the agent' }
  })
  return { ...showLog(call), executedCallActions, translation: { transcript: '', language: 'en' } }
}

/** The call's message at an instant. https://github.com/GoHighLevel/highlevel-api-docs/blob/main/apps/conversations.json */
export function showMessage(call: CallRecord, locationId: string, asOf: number): Record<string, unknown> {
  const isOver = asOf >= call.endsAt
  return {
    id: call.messageId,
    type: 1,
    messageType: 'TYPE_CALL',
    locationId,
    contactId: call.contactId,
    conversationId: call.conversationId,
    dateAdded: isoOf(call.createdAt),
    direction: call.direction,
    status: isOver ? 'delivered' : 'pending',
    contentType: 'text/plain',
    attachments: [],
    meta: isOver
      ? { callDuration: String(durationOf(call)), callStatus: call.callStatus }
      : { callDuration: '0', callStatus: 'pending' },
    source: call.via === 'workflow' ? 'workflow' : 'app',
  }
}

function showAction(call: CallRecord, actionType: ActionType, index: number) {
  return {
    actionId: `${call.id}_action_${index + 1}`,
    actionType,
    actionName: `Agent's ${actionType.toLowerCase().replaceAll('_', ' ')}`,
    actionParameters: parameters[actionType],
    executedAt: isoOf(call.createdAt + (index + 1) * 1_000),
    triggerReceivedAt: isoOf(call.createdAt + (index + 1) * 1_000 - 500),
  }
}

/** In whole seconds; a machine that answers is talked to as well. */
function durationOf({ isTalk, callStatus, lengthMs }: CallRecord): number {
  return isTalk || callStatus === 'voicemail' ? Math.round(lengthMs / 1_000) : 0
}

function isoOf(instant: number): string {
  return new Date(instant).toISOString()
}
