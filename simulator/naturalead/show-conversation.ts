import { createHash } from 'node:crypto'
import type { channels } from './control.ts'
import type { LeadRecord } from './leads.ts'

interface Said {
  at: number
  role: 'agent' | 'user'
  content: string
}

/** A conversation with its whole future: what it shows at an instant is computed when somebody looks. */
export interface ConversationRecord {
  id: string
  lead: LeadRecord
  channel: (typeof channels)[number]
  via: 'api' | 'foreign'
  createdAt: number
  /** `Infinity`: never. */
  endsAt: number
  /** What it ends as, `qualified` and `disqualified` among it. */
  status: string
  turns: readonly { role: 'agent' | 'user'; message: string }[]
  summary?: string | undefined
  /** Written by hand. */
  sent: Said[]
}

/** How it stands: what an agent came to is told beside `completed`. */
export function endOf({ endsAt, status }: ConversationRecord, asOf: number): { status: string; qualified?: boolean } {
  if (asOf < endsAt) return { status: 'active' }
  if (status !== 'qualified' && status !== 'disqualified') return { status }
  return { status: 'completed', qualified: status === 'qualified' }
}

/** The conversation as NaturaLead shows it, in one read as in the list, as it stood at `asOf`. */
export function showConversation(record: ConversationRecord, asOf: number) {
  const { id, lead, channel, createdAt, endsAt } = record
  const { status, qualified } = endOf(record, asOf)
  const isOver = status !== 'active'
  const agentConfigId = objectIdOf('agent')
  const messages = saidUpTo(record, asOf).map(({ at, role, content }) => ({
    role,
    content,
    timestamp: new Date(at).toISOString(),
    ...(role === 'agent' && { agentConfigId }),
  }))
  const updatedAt = Math.max(createdAt, isOver ? endsAt : 0, ...messages.map(({ timestamp }) => Date.parse(timestamp)))
  return {
    _id: id,
    leadId: String(lead.id),
    accountId: objectIdOf('account'),
    agentConfigId,
    channel,
    leadPhone: lead.phone,
    ...(lead.email !== undefined && { leadEmail: lead.email }),
    status,
    currentStageIndex: isOver ? 2 : 0,
    currentStageName: isOver ? 'Closing' : 'Opening',
    messages,
    messageCount: messages.length,
    ...(isOver && record.summary !== undefined && { summary: record.summary }),
    ...(qualified !== undefined && {
      qualificationResult: { qualified, reason: qualified ? 'Wants the work soon' : 'Cannot decide' },
    }),
    createdAt: new Date(createdAt).toISOString(),
    updatedAt: new Date(updatedAt).toISOString(),
  }
}

/** The first message goes out with the start; the others are spread evenly over the conversation. */
function saidUpTo({ turns, createdAt, endsAt, sent }: ConversationRecord, asOf: number): Said[] {
  const end = Number.isFinite(endsAt) ? endsAt : createdAt + 3_600_000
  const step = (end - createdAt) / (turns.length + 1)
  const opening = {
    at: createdAt,
    role: 'agent' as const,
    content: 'Hi, thanks for your interest. Is now a good time?',
  }
  const own = turns.map(({ role, message }, index) => ({ at: createdAt + step * (index + 1), role, content: message }))
  return [opening, ...own, ...sent].filter(({ at }) => at <= asOf).sort((a, b) => a.at - b.at)
}

/** An id in MongoDB's form. */
function objectIdOf(name: string): string {
  return createHash('sha1').update(name).digest('hex').slice(0, 24)
}
