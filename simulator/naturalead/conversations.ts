import { createHash } from 'node:crypto'
import type { ScriptedCall } from '../leadsail/control.ts'
import { summaryOf, transcriptOf } from '../leadsail/conversation.ts'
import type { PartOptions } from '../part.ts'
import { hashOf, logNormal, randomOf } from '../random.ts'
import type { TruthCall, TruthText, TruthWrite } from '../truth.ts'
import { conversationEnds, type ForeignConversation } from './control.ts'
import type { LeadRecord, Leads } from './leads.ts'
import { notFound, Refusal } from './refusals.ts'
import { type ConversationRecord, endOf, showConversation } from './show-conversation.ts'

/** Some hours, as people answer. */
const USUAL_LENGTH = { medianMs: 3_600_000, sigma: 0.8 }

export type Conversations = ReturnType<typeof createConversations>

/** Conversations, each with its whole future decided when it begins, so that one that goes on costs no timer. */
export function createConversations({
  seed,
  now,
  newId,
  settings,
  leads,
}: Pick<PartOptions, 'seed' | 'now' | 'newId' | 'settings'> & { leads: Leads }) {
  const byId = new Map<string, ConversationRecord>()
  const texts: TruthText[] = []
  const writes: TruthWrite[] = []
  /** How many conversations were started with each lead: for its draws and for its script. */
  const counts = new Map<number, number>()

  /** The lead's next entry; the last one repeats. */
  function scriptOf({ id }: LeadRecord, count: number): ScriptedCall {
    const { scripts } = settings.current
    const script = scripts[String(id)] ?? scripts['*'] ?? []
    return script[Math.min(count, script.length - 1)] ?? {}
  }

  function drawEnd(draw: number): string {
    const { outcomes = {} } = settings.current.naturalead
    const asked = Object.values(outcomes).reduce((sum, share) => sum + share, 0)
    const others = conversationEnds.filter(end => outcomes[end] === undefined)
    const rest = others.length === 0 ? 0 : Math.max(0, 1 - asked) / others.length
    let left = draw * (asked + rest * others.length)
    for (const end of conversationEnds) {
      left -= outcomes[end] ?? rest
      if (left < 0) return end
    }
    return 'completed'
  }

  function add(fields: Omit<ConversationRecord, 'id' | 'sent'>): ConversationRecord {
    const id = createHash('sha1').update(newId('con')).digest('hex').slice(0, 24)
    const record = { ...fields, id, sent: [] }
    byId.set(id, record)
    fields.lead.lastContactedAt = now()
    return record
  }

  function wordsOf(lead: LeadRecord, status: string, count: number, script: ScriptedCall = {}) {
    // What is said follows how a call with that end goes.
    const alike = { handed_off: 'scheduled_callback', dropped: 'incomplete' }[status] ?? status
    const [firstName = 'there'] = lead.name.split(' ')
    const words = { status: alike, spokenTo: script.spokenTo ?? true, voice: hashOf(seed, 'chat', lead.id, count) }
    const spoken = { ...words, firstName }
    return {
      turns: script.transcript ?? transcriptOf(spoken),
      summary: script.summary === null ? undefined : (script.summary ?? summaryOf(spoken)),
    }
  }

  function find(id: string): ConversationRecord {
    const record = byId.get(id)
    if (record === undefined || record.createdAt > now()) throw notFound('Conversation')
    return record
  }

  return {
    /** The first message goes out at once. Throws the error of the lead's script when that says so. */
    start(leadId: string, channel: ConversationRecord['channel']): Record<string, unknown> {
      const lead = leads.find(leadId)
      const count = counts.get(lead.id) ?? 0
      const script = scriptOf(lead, count)
      if (script.refuse !== undefined) throw new Refusal(script.refuse.status ?? 400, script.refuse.message)
      counts.set(lead.id, count + 1)
      const random = randomOf(seed, 'conversation', lead.id, count)
      const status = script.status ?? drawEnd(random())
      const { medianMs, sigma } = settings.current.naturalead.lengths ?? USUAL_LENGTH
      const lengthMs = (script.lengthMs ?? logNormal(random, medianMs, sigma)) / settings.current.timeScale
      const endsAt = script.neverEnds === true ? Number.POSITIVE_INFINITY : Math.round(now() + lengthMs)
      const words = wordsOf(lead, status, count, script)
      return showConversation(add({ lead, channel, via: 'api', createdAt: now(), endsAt, status, ...words }), now())
    },

    addForeign({ leadId, channel, status, createdAgoMs = 0, lengthMs = 0 }: ForeignConversation): void {
      const lead = leads.find(leadId)
      const createdAt = now() - createdAgoMs
      const endsAt = status === 'active' ? Number.POSITIVE_INFINITY : createdAt + lengthMs
      add({ lead, channel, via: 'foreign', createdAt, endsAt, status, ...wordsOf(lead, status, -1) })
    },

    show: (id: string) => showConversation(find(id), now()),

    /** All of the account as they stood `lists.lagMs` ago. */
    list({ status, search = '' }: { status?: string | undefined; search?: string | undefined }) {
      const asOf = now() - settings.current.lists.lagMs
      const wanted = search.toLowerCase()
      return [...byId.values()]
        .filter(({ createdAt }) => createdAt <= asOf)
        .map(record => showConversation(record, asOf))
        .filter(shown => status === undefined || shown.status === status)
        .filter(({ leadPhone, leadEmail = '', messages }) =>
          [leadPhone, leadEmail, ...messages.map(({ content }) => content)].some(text =>
            text.toLowerCase().includes(wanted),
          ),
        )
    },

    send(id: string, message: string) {
      const record = find(id)
      const { lead, channel } = record
      record.sent.push({ at: now(), role: 'agent', content: message })
      const ids = { messageId: newId('msg'), leadId: String(lead.id), interactionId: id, campaignId: channel }
      texts.push({ vendor: 'naturalead', ...ids, to: lead.phone, from: channel, text: message, at: now() })
      return showConversation(record, now())
    },

    /** Only an end can be set: what has ended stays so. */
    end(id: string, status: 'completed' | 'handed_off' | 'dropped') {
      const record = find(id)
      Object.assign(record, { status, endsAt: Math.min(record.endsAt, now()) })
      writes.push({ vendor: 'naturalead', kind: 'conversation', id, fields: { status }, at: now() })
      return showConversation(record, now())
    },

    leadIdOf: (id: string): string | undefined => byId.get(id)?.lead.id.toString(),
    /** The next conversation with each of these leads takes the first entry of its script. */
    rewind(leadIds: readonly string[]): void {
      const { scripts } = settings.current
      for (const id of counts.keys()) {
        if (leadIds.includes(String(id)) || (leadIds.includes('*') && !(String(id) in scripts))) counts.delete(id)
      }
    },
    facts: (via: ConversationRecord['via']): TruthCall[] =>
      [...byId.values()].filter(record => record.via === via).map(record => factOf(record, now())),
    texts: (): readonly TruthText[] => texts,
    writes: (): readonly TruthWrite[] => writes,
    reset(): void {
      byId.clear()
      counts.clear()
      texts.length = 0
      writes.length = 0
    },
  }
}

/** A conversation is in the truth what a call is elsewhere: begun once, and going on until it ends. */
function factOf(record: ConversationRecord, now: number): TruthCall {
  const { id, lead, channel, createdAt, endsAt, status } = record
  return {
    ...{ vendor: 'naturalead', interactionId: id, leadId: String(lead.id), phone: lead.phone, campaignId: channel },
    at: createdAt,
    endsAt: Number.isFinite(endsAt) ? endsAt : null,
    status: endOf(record, now).status,
    outcome: status,
    test: false,
  }
}
