import type { Clock } from '../clock.ts'
import type { RedisClient } from '../redis/connect.ts'
import type { Keys } from '../redis/keys.ts'
import type { Page } from './page.ts'

/** Who did what. Holds no personal data. */
export interface AuditEntry {
  id: string
  /** ms. */
  at: number
  by: string
  what: string
  /** What it was done to. */
  subject: string
  detail?: string
}

export interface Audit {
  note(entry: Omit<AuditEntry, 'id' | 'at'>): Promise<void>
  /** Newest first. */
  list(page: Page): Promise<{ entries: AuditEntry[]; nextCursor?: string }>
}

/** Changes by people are few: this is years of them, and bounded all the same. */
const MAX_ENTRIES = 100_000

export function createAudit(parts: { client: RedisClient; clock: Clock; keys: Keys }): Audit {
  const { client, clock, keys } = parts
  return {
    async note({ by, what, subject, detail = '' }) {
      const fields = ['at', clock.now(), 'by', by, 'what', what, 'subject', subject, 'detail', detail.slice(0, 500)]
      await client.xadd(keys.audit, 'MAXLEN', '~', MAX_ENTRIES, '*', ...fields)
    },

    async list({ limit, cursor }) {
      const from = cursor !== undefined && /^\d+-\d+$/.test(cursor) ? `(${cursor}` : '+'
      const found = await client.xrevrange(keys.audit, from, '-', 'COUNT', limit + 1)
      const entries = found.slice(0, limit).map(([id, fields]) => decode(id, fields))
      const last = entries.at(-1)
      return { entries, ...(found.length > limit && last !== undefined ? { nextCursor: last.id } : {}) }
    },
  }
}

function decode(id: string, fields: readonly string[]): AuditEntry {
  const value = (name: string) => fields.find((_, index) => index % 2 === 1 && fields[index - 1] === name) ?? ''
  const detail = value('detail')
  return {
    id,
    at: Number(value('at')),
    by: value('by'),
    what: value('what'),
    subject: value('subject'),
    ...(detail === '' ? {} : { detail }),
  }
}
