import { toE164 } from '../../campaigns/phone.ts'
import { type Channel, channels } from '../../campaigns/vocabulary.ts'
import { PayloadError } from '../../errors.ts'
import type { Ledger } from '../../ledger/index.ts'
import { fixes, SCIENTIFIC } from './check-row.ts'
import type { Header } from './columns.ts'
import { csvRows } from './csv-rows.ts'
import type { ImportResult, ImportTally } from './import-leads.ts'
import { type ImportRow, type ReportRow, type RowFault, rowFault } from './import-row.ts'
import { createRowsAtOnce } from './rows-at-once.ts'
import { SeenSet } from './seen-set.ts'

/** Rows on their way into the ledger at once. */
const ROWS_AT_ONCE = 128

const MAX_REASON = 200

const names: Readonly<Record<string, 'phone' | 'channels' | 'reason'>> = {
  ...{ phone: 'phone', phonenumber: 'phone', number: 'phone', mobile: 'phone', telephone: 'phone' },
  ...{ channels: 'channels', channel: 'channels', reason: 'reason' },
}

/**
 * Suppresses every number of a list of people who must not be reached. A number that was suppressed before is a
 * duplicate. Memory is bounded: a slow Redis slows the reading. A dry run checks everything and writes nothing.
 */
export async function importSuppressions(
  parts: { ledger: Ledger; defaultCountry: string },
  order: { body: AsyncIterable<Buffer>; by: string; isDryRun: boolean; onRejected: (row: ReportRow) => void },
): Promise<ImportResult> {
  const tally: ImportTally = { accepted: 0, duplicates: 0, rejected: 0 }
  const rows = createRowsAtOnce(ROWS_AT_ONCE)
  const seen = new SeenSet()

  const take = async (row: ImportRow) => {
    const asked = readRow(row, parts.defaultCountry)
    if ('fault' in asked) {
      tally.rejected += 1
      order.onRejected({ line: row.line, ...asked.fault })
      return
    }
    const { phone, on, reason } = asked
    const { identity, suppressions } = parts.ledger
    const person = identity.person(phone)
    // Two rows of one number are on their way at once.
    const isFirst = seen.add(person.id)
    const isKnown = order.isDryRun
      ? await suppressions.isStated(person, on)
      : (await suppressions.suppress(person, phone, on, { reason, by: order.by })) === 'standing'
    tally[isFirst && !isKnown ? 'accepted' : 'duplicates'] += 1
  }

  const broken = await rows.finish(async () => {
    for await (const batch of csvRows(order.body, readHeader)) {
      for (const row of batch) {
        if (rows.isBroken) return
        await rows.start(() => take(row))
      }
    }
  })
  return { ...tally, ...broken }
}

/** Lists of this kind often are numbers and nothing else: then there is no header. */
const LIKE_NUMBER = /^\+?[\d\s().-]{7,25}$/

function readHeader(line: readonly string[]): Header {
  const plain = line.map(name => names[name.toLowerCase().replace(/[\s_-]/g, '')])
  if (!plain.includes('phone')) {
    const at = line.findIndex(value => LIKE_NUMBER.test(value.trim()))
    if (at >= 0)
      return { columns: line.map((_, index) => columnOf(index === at ? 'phone' : undefined, index)), isRow: true }
    const fix =
      'the first line must name the columns: phone is needed; channels and reason are known, others are ignored'
    throw new PayloadError(fix, { code: 'NO_HEADER' })
  }
  const twice = plain.find((name, index) => name !== undefined && plain.indexOf(name) !== index)
  if (twice !== undefined) throw new PayloadError(`two columns are ${twice}: leave one`, { code: 'COLUMN_TWICE' })
  return { columns: plain.map(columnOf) }
}

function columnOf(name: 'phone' | 'channels' | 'reason' | undefined, index: number): Header['columns'][number] {
  return name === 'phone' ? { known: 'phone' } : { field: name ?? `ignored ${index}` }
}

function readRow(
  { known, fields, fault }: ImportRow,
  defaultCountry: string,
): { phone: string; on: readonly Channel[]; reason: string } | { fault: RowFault } {
  if (fault !== undefined) return { fault }
  const { phone: written = '' } = known
  if (written === '') return { fault: rowFault('phone', '', 'missing', 'write the number') }
  if (SCIENTIFIC.test(written)) return { fault: rowFault('phone', written, 'invalid_phone', fixes.scientific) }
  const phone = toE164(written, defaultCountry)
  if (phone === undefined) return { fault: rowFault('phone', written, 'invalid_phone', fixes.phone) }
  const named = (fields['channels'] ?? '').toLowerCase().split(/[\s,;|/+]+/)
  const asked = named.filter(name => name !== '')
  const on = channels.filter(channel => asked.length === 0 || asked.includes(channel))
  if (asked.some(name => !(channels as readonly string[]).includes(name))) {
    return {
      fault: rowFault('channels', fields['channels'] ?? '', 'bad_value', `write ${channels.join(' or ')}, or both`),
    }
  }
  const { reason = 'on an imported list' } = fields
  if (reason.length > MAX_REASON) {
    return { fault: rowFault('reason', reason, 'too_long', `at most ${MAX_REASON} characters`) }
  }
  return { phone, on, reason }
}
