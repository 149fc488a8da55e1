import type { ScriptedCall } from '../leadsail/control.ts'
import { summaryOf, transcriptOf } from '../leadsail/conversation.ts'
import { drawLengthMs, drawStatus } from '../leadsail/outcomes.ts'
import { campaignNumberOf } from '../leadsail/people.ts'
import type { PartOptions } from '../part.ts'
import { hashOf, randomOf } from '../random.ts'
import type { CallRecord } from './call-log.ts'
import type { ContactRecord, Contacts } from './contacts.ts'
import type { VendorCall } from './control.ts'
import { type Ending, endingOf } from './endings.ts'
import { Refusal } from './refusals.ts'

/** From an enrolment to its call, unless told otherwise. */
const ENROLMENT_MS = 3_000

const USUAL_AGENT = 'agent_1'

export type Calls = ReturnType<typeof createCalls>

/** The voice agents' calls: whole futures, decided when they are wished for. Nobody sees one before it begins. */
export function createCalls({
  seed,
  now,
  newId,
  settings,
  contacts,
}: Pick<PartOptions, 'seed' | 'now' | 'newId' | 'settings'> & { contacts: Contacts }) {
  const all: CallRecord[] = []
  const byId = new Map<string, CallRecord>()
  const byMessage = new Map<string, CallRecord>()
  /** How many calls each contact has had, for its draws, and how far its script has come. */
  const counts = new Map<string, number>()
  const cursors = new Map<string, number>()

  /** The contact's next entry; the last one repeats. */
  function nextOfScript(contactId: string): ScriptedCall {
    const { scripts } = settings.current
    const script = scripts[contactId] ?? scripts['*'] ?? []
    const position = cursors.get(contactId) ?? 0
    cursors.set(contactId, position + 1)
    return script[Math.min(position, script.length - 1)] ?? {}
  }

  function wordsOf({ firstName }: ContactRecord, { talk, spokenTo }: Ending, voice: number, script: ScriptedCall) {
    const words = { status: talk, spokenTo, voice, firstName }
    const turns = script.transcript ?? transcriptOf(words)
    return {
      summary: script.summary === null ? '' : (script.summary ?? summaryOf(words)),
      transcript: turns.map(({ role, message }) => `${role === 'agent' ? 'bot' : 'human'}: ${message}`).join('\n'),
    }
  }

  function add(call: Omit<CallRecord, 'id'>): CallRecord {
    const record = { ...call, id: newId('call') }
    all.push(record)
    byId.set(record.id, record)
    if (record.messageId !== undefined) byMessage.set(record.messageId, record)
    return record
  }

  return {
    /** The workflow calls in its own time; each enrolment is a call. Throws the error of the contact's script. */
    enrol(contact: ContactRecord, workflowId: string): void {
      const { timeScale, outcomes, lengths, leadconnector } = settings.current
      const { contactId, phone } = contact
      const script = nextOfScript(contactId)
      if (script.refuse !== undefined) throw new Refusal(script.refuse.status ?? 400, script.refuse.message)
      // A workflow that cannot call goes on without saying so.
      if (phone === undefined) return
      const count = counts.get(contactId) ?? 0
      counts.set(contactId, count + 1)
      const random = randomOf(seed, 'workflow call', contactId, count)
      const status = script.status ?? drawStatus(random, outcomes)
      const ending = { ...endingOf(status), ...(script.spokenTo !== undefined && { spokenTo: script.spokenTo }) }
      const lengthMs = script.lengthMs ?? drawLengthMs(random, ending.talk, lengths)
      const createdAt = Math.round(now() + (leadconnector.enrolmentMs ?? ENROLMENT_MS) / timeScale)
      const agentId = leadconnector.workflows?.[workflowId] ?? USUAL_AGENT
      add({
        ...{ contactId, agentId, phone, workflowId, createdAt, lengthMs },
        messageId: newId('msg'),
        conversationId: contact.conversationId,
        direction: 'outbound',
        ownPhone: campaignNumberOf(seed, agentId),
        endsAt: script.neverEnds === true ? Number.POSITIVE_INFINITY : Math.round(createdAt + lengthMs / timeScale),
        callStatus: ending.callStatus,
        isTalk: ending.spokenTo,
        trial: false,
        actions: ending.actions,
        ...wordsOf(contact, ending, hashOf(seed, 'workflow voice', contactId, count), script),
        via: 'workflow',
      })
    },

    /** Takes a contact out of a workflow: what has not begun does not begin. */
    leave(contactId: string, workflowId: string): void {
      const isWaiting = (call: CallRecord) =>
        call.contactId === contactId && call.workflowId === workflowId && call.createdAt > now()
      for (const call of all.filter(isWaiting)) {
        all.splice(all.indexOf(call), 1)
        byId.delete(call.id)
        if (call.messageId !== undefined) byMessage.delete(call.messageId)
      }
    },

    /** A call that no enrolment made. */
    addElsewhere(order: VendorCall): CallRecord {
      const contact = contacts.know(order.contactId)
      const { contactId, agentId, direction, lengthMs, trial, extractedData } = order
      const ending = endingOf(order.status)
      const words = wordsOf(contact, ending, hashOf(seed, 'other voice', contactId, all.length), {})
      const createdAt = now() - (order.createdAgoMs ?? 0)
      return add({
        ...{ contactId, agentId, direction, lengthMs, trial, createdAt },
        ...(order.message && { messageId: newId('msg') }),
        conversationId: contact.conversationId,
        phone: contact.phone ?? '',
        ownPhone: campaignNumberOf(seed, agentId),
        endsAt: createdAt + lengthMs,
        callStatus: ending.callStatus,
        isTalk: ending.spokenTo,
        actions: order.actions ?? ending.actions,
        summary: order.summary ?? words.summary,
        transcript: order.transcript ?? words.transcript,
        ...(extractedData !== undefined && { extractedData }),
        via: 'elsewhere',
      })
    },

    /** Logs that show: calls that were over `lists.lagMs` ago. */
    logs: (): CallRecord[] => all.filter(({ endsAt }) => endsAt <= now() - settings.current.lists.lagMs),
    /** One log, as soon as its call is over. Throws the refusal. */
    find(id: string): CallRecord {
      const call = byId.get(id)
      if (call === undefined || call.endsAt > now()) throw new Refusal(400, 'Call log not found')
      return call
    },
    findByMessage(messageId: string): CallRecord | undefined {
      const call = byMessage.get(messageId)
      return call !== undefined && call.createdAt <= now() ? call : undefined
    },
    contactOf: (id: string): string | undefined => byId.get(id)?.contactId,
    all: (): readonly CallRecord[] => all,

    /** The next call to each of these contacts takes the first entry of its script; `*`: to all without one of their own. */
    rewind(contactIds: readonly string[]): void {
      const { scripts } = settings.current
      const others = contactIds.includes('*') ? [...cursors.keys()].filter(id => !(id in scripts)) : []
      for (const id of [...contactIds, ...others]) cursors.delete(id)
    },
    reset(): void {
      all.length = 0
      for (const book of [byId, byMessage, counts, cursors]) book.clear()
    },
  }
}
