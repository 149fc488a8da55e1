import { toE164 } from '../campaigns/phone.ts'
import { type Channel, channels } from '../campaigns/vocabulary.ts'
import type { ImportResult } from '../intake/import/import-leads.ts'
import type { ReportRow } from '../intake/import/import-row.ts'
import { importSuppressions } from '../intake/import/import-suppressions.ts'
import type { Person } from '../ledger/identity.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Page } from '../ledger/page.ts'
import { memberOf } from '../ledger/suppression-marks.ts'
import type { Suppression, SuppressionEntry } from '../ledger/suppressions.ts'
import { type Clearance, maskPhone } from './person-view.ts'

/** A suppressed number, with what was said of it first. */
export interface SuppressionView {
  /** Names the number without saying it. */
  id: string
  /** Absent once the person was erased. */
  phone?: string
  channels: Channel[]
  reason: string
  at: string
  by: string
  /** It was read out of a text, and nobody has looked at it. */
  inferred?: true
  /** The text. */
  words?: string
  /** All that stands, where it is more than one thing. */
  reasons?: { channels: Channel[]; reason: string; at: string; by: string; inferred?: true }[]
}

export interface SuppressionImport extends ImportResult {
  /** The first faults, by line. */
  report: ReportRow[]
}

export interface SuppressionDesk {
  /** Newest first; of one number, or those that wait to be looked at. */
  list(
    filter: { phone?: string | undefined; inferred?: boolean | undefined },
    page: Page,
    clearance: Clearance,
  ): Promise<{ suppressions: SuppressionView[]; nextCursor?: string }>
  show(id: string, clearance: Clearance): Promise<SuppressionView | undefined>
  /** How many wait to be looked at. */
  inferredCount(): Promise<number>
  /** From now on the number is neither called nor texted. `undefined` when it is no valid number. */
  add(
    asked: { phone: string; channels?: readonly Channel[] | undefined; reason?: string | undefined },
    by: string,
  ): Promise<SuppressionView | undefined>
  /** Takes a list of numbers (CSV), at the speed at which it can be written; a dry run writes nothing. */
  import(body: AsyncIterable<Buffer>, asked: { isDryRun: boolean; by: string }): Promise<SuppressionImport>
  /** The number may be reached again, whoever had suppressed it. */
  remove(named: { phone: string } | { id: string }, by: string): Promise<'removed' | 'missing' | 'invalid_phone'>
  /** An inferred opt-out is one, or it is none. `false` when somebody else has judged, or the number wrote again. */
  judge(id: string, isOptOut: boolean, by: string): Promise<boolean>
}

const REPORT_ROWS = 1_000

export function createSuppressionDesk(parts: { ledger: Ledger; defaultCountry: string }): SuppressionDesk {
  const { ledger, defaultCountry } = parts
  const { suppressions, identity, audit } = ledger

  const show: SuppressionDesk['show'] = async (id, clearance) => {
    const person = personOf(id)
    const found = person && (await suppressions.find(person))
    return found && suppressionView(found, clearance)
  }

  return {
    show,
    inferredCount: () => suppressions.inferredCount(),

    async list({ phone, inferred }, page, clearance) {
      if (phone !== undefined) {
        const number = toE164(phone, defaultCountry)
        const found = number === undefined ? undefined : await suppressions.find(identity.person(number))
        const view = found && suppressionView(found, clearance)
        const fits = view !== undefined && (inferred === undefined || inferred === (view.inferred === true))
        return { suppressions: fits ? [view] : [] }
      }
      const { items, ...rest } = await suppressions.list(page, inferred === true)
      const views = items.map(item => suppressionView(item, clearance))
      return { suppressions: inferred === false ? views.filter(view => !view.inferred) : views, ...rest }
    },

    async add({ phone: written, channels: on = channels, reason = 'asked for' }, by) {
      const phone = toE164(written, defaultCountry)
      if (phone === undefined) return undefined
      const person = identity.person(phone)
      const result = await suppressions.suppress(person, phone, on, { reason, by })
      const id = idOf(person)
      if (result === 'added') {
        await audit.note({ by, what: 'number.suppressed', subject: id, detail: `${on.join(', ')}: ${reason}` })
      }
      return show(id, 'full')
    },

    async import(body, { isDryRun, by }) {
      const report: ReportRow[] = []
      const result = await importSuppressions(parts, {
        body,
        by,
        isDryRun,
        onRejected: row => void (report.length < REPORT_ROWS && report.push(row)),
      })
      const { accepted, duplicates, rejected, brokenBy } = result
      const end = brokenBy === undefined ? '' : ', ended before its last row'
      const detail = `${accepted} new, ${duplicates} known, ${rejected} rejected${end}`
      if (!isDryRun) await audit.note({ by, what: 'numbers.imported', subject: 'suppressions', detail })
      return { ...result, report: report.sort((a, b) => a.line - b.line) }
    },

    async remove(named, by) {
      let person: Person | undefined
      if ('id' in named) {
        person = personOf(named.id)
      } else {
        const phone = toE164(named.phone, defaultCountry)
        if (phone === undefined) return 'invalid_phone'
        person = identity.person(phone)
      }
      if (person === undefined || !(await suppressions.remove(person))) return 'missing'
      await audit.note({ by, what: 'number.released', subject: idOf(person) })
      return 'removed'
    },

    async judge(id, isOptOut, by) {
      const person = personOf(id)
      if (person === undefined || !(await suppressions.judge(person, isOptOut))) return false
      await audit.note({ by, what: isOptOut ? 'opt_out.confirmed' : 'opt_out.dismissed', subject: id })
      return true
    },
  }
}

function idOf(person: Person): string {
  return `sup_${memberOf(person).replace('.', '_')}`
}

function personOf(id: string): Person | undefined {
  const [, shard, person] = /^sup_(\d{2,4})_([0-9a-f]{20})$/.exec(id) ?? []
  return shard === undefined || person === undefined ? undefined : { shard, id: person }
}

function suppressionView({ person, phone, channels: on, entries }: Suppression, clearance: Clearance): SuppressionView {
  const [first] = entries
  const words = entries.find(entry => entry.words !== undefined)?.words
  const isFull = clearance === 'full'
  return {
    id: idOf(person),
    ...(phone === undefined ? {} : { phone: isFull ? phone : maskPhone(phone) }),
    channels: on,
    reason: first?.reason ?? '',
    at: new Date(first?.at ?? 0).toISOString(),
    by: first?.by ?? '',
    ...(entries.every(({ kind }) => kind === 'inferred') ? { inferred: true } : {}),
    ...(words === undefined || !isFull ? {} : { words }),
    ...(entries.length > 1 ? { reasons: entries.map(reasonView) } : {}),
  }
}

function reasonView({ channels: on, reason, at, by, kind }: SuppressionEntry) {
  const inferred = kind === 'inferred' ? ({ inferred: true } as const) : {}
  return { channels: on, reason, at: new Date(at).toISOString(), by, ...inferred }
}
