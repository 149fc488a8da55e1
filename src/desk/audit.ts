import type { Ledger } from '../ledger/index.ts'
import type { Page } from '../ledger/page.ts'

export interface AuditDesk {
  /** Newest first. */
  list(page: Page): Promise<{ audit: AuditView[]; nextCursor?: string }>
}

export interface AuditView {
  id: string
  at: string
  by: string
  what: string
  subject: string
  detail?: string
}

export function createAuditDesk({ ledger }: { ledger: Ledger }): AuditDesk {
  return {
    async list(page) {
      const { entries, ...rest } = await ledger.audit.list(page)
      return { audit: entries.map(entry => ({ ...entry, at: new Date(entry.at).toISOString() })), ...rest }
    },
  }
}
