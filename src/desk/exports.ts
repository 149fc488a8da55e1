import type { CampaignBook } from '../campaigns/book.ts'
import { createCampaignJourneys } from '../ledger/campaign-journeys.ts'
import { handOverOf } from '../ledger/hand-over.ts'
import type { Ledger } from '../ledger/index.ts'
import { type Journey, nextAt, stateOf } from '../ledger/journey.ts'
import type { RedisClient } from '../redis/connect.ts'
import type { Keys } from '../redis/keys.ts'
import { type Cell, csvText } from './csv.ts'
import { type Clearance, personView } from './person-view.ts'

export const exportFormats = ['csv', 'ndjson'] as const
export const exportRows = ['lead', 'attempt'] as const

export interface ExportAsked {
  format: (typeof exportFormats)[number]
  by: (typeof exportRows)[number]
  clearance: Clearance
  /** For the audit. */
  principal: string
}

export interface ExportDesk {
  /**
   * A campaign as text, in pieces of some rows, made as they are read. `undefined` when there is no such campaign. By
   * attempt, a lead without one has no row.
   */
  read(campaignId: string, asked: ExportAsked): Promise<AsyncIterable<string> | undefined>
}

/** A column: its name, and what it shows of a row. Text came from outside; plain values are ours. */
type Column<Row> = [name: string, kind: 'text' | 'plain', read: (row: Row) => string | number | boolean | undefined]

interface LeadRow {
  journey: Journey
  clearance: Clearance
}
interface AttemptRow extends LeadRow {
  attempt: Journey['attempts'][number]
}

const iso = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString())
const person = ({ journey, clearance }: LeadRow) => personView(journey.private, clearance)

/** Of a hand-over that surely took place. */
function handedOverAt(journey: Journey): number | undefined {
  const handOver = handOverOf(journey)
  return handOver?.state === 'done' ? handOver.intendedAt : undefined
}

const personColumns: Column<LeadRow>[] = [
  ['phone', 'plain', row => person(row).phone],
  ['name', 'text', row => person(row).name],
  ['email', 'text', row => person(row).email],
]

const leadColumns: Column<LeadRow>[] = [
  ['leadId', 'text', ({ journey }) => journey.leadId],
  ['journeyId', 'plain', ({ journey }) => journey.id],
  ['state', 'plain', ({ journey }) => stateOf(journey)],
  ['reason', 'plain', ({ journey }) => journey.stop?.reason],
  ['outcome', 'plain', ({ journey }) => journey.outcome],
  ['attempts', 'plain', ({ journey }) => journey.attempts.length],
  ['interactionId', 'text', ({ journey }) => journey.attempts.findLast(entry => entry.interactionId)?.interactionId],
  ['handOver', 'plain', ({ journey }) => handOverOf(journey)?.state],
  ['handedOverAt', 'plain', ({ journey }) => iso(handedOverAt(journey))],
  ...personColumns,
  ['timezones', 'plain', ({ journey }) => journey.zones.join(' ')],
  ['test', 'plain', ({ journey }) => journey.test],
  ['createdAt', 'plain', ({ journey }) => iso(journey.createdAt)],
  ['nextAt', 'plain', ({ journey }) => iso(nextAt(journey))],
  ['endedAt', 'plain', ({ journey }) => iso(journey.endedAt)],
]

const attemptColumns: Column<AttemptRow>[] = [
  ['leadId', 'text', ({ journey }) => journey.leadId],
  ['journeyId', 'plain', ({ journey }) => journey.id],
  ['attempt', 'plain', ({ attempt }) => attempt.number],
  ['interactionId', 'text', ({ attempt }) => attempt.interactionId],
  ['state', 'plain', ({ attempt }) => attempt.state],
  ['outcome', 'plain', ({ attempt }) => attempt.outcome],
  ['status', 'text', ({ attempt }) => attempt.status],
  ['intendedAt', 'plain', ({ attempt }) => iso(attempt.intendedAt)],
  ['placedAt', 'plain', ({ attempt }) => iso(attempt.placedAt)],
  ['endedAt', 'plain', ({ attempt }) => iso(attempt.endedAt)],
  ['talkMs', 'plain', ({ attempt }) => attempt.talkMs],
  ['spokenTo', 'plain', ({ attempt }) => attempt.spokenTo],
  ...personColumns,
  ['test', 'plain', ({ journey }) => journey.test],
]

export function createExportDesk(parts: {
  ledger: Ledger
  campaigns: CampaignBook
  client: RedisClient
  keys: Keys
}): ExportDesk {
  const { ledger, campaigns } = parts
  const { identity } = ledger
  const all = createCampaignJourneys({ ...parts, identity, instance: identity.instance, seal: ledger.seal })

  async function* pages(campaign: string): AsyncGenerator<Journey[]> {
    for await (const ids of all.ids(campaign)) {
      const loaded = await Promise.all(ids.map(id => ledger.journeys.load(id)))
      yield loaded.filter(journey => journey !== undefined)
    }
  }

  async function* rowsByLead(campaign: string, clearance: Clearance): AsyncGenerator<LeadRow[]> {
    for await (const page of pages(campaign)) yield page.map(journey => ({ journey, clearance }))
  }

  async function* rowsByAttempt(campaign: string, clearance: Clearance): AsyncGenerator<AttemptRow[]> {
    for await (const page of pages(campaign)) {
      yield page.flatMap(journey => journey.attempts.map(attempt => ({ journey, attempt, clearance })))
    }
  }

  return {
    async read(campaignId, { format, by, clearance, principal }) {
      if (campaigns.get(campaignId) === undefined) return undefined
      const detail = `${format} by ${by}, ${clearance}`
      await ledger.audit.note({ by: principal, what: 'campaign.exported', subject: campaignId, detail })
      return by === 'lead'
        ? write(format, leadColumns, rowsByLead(campaignId, clearance))
        : write(format, attemptColumns, rowsByAttempt(campaignId, clearance))
    },
  }
}

async function* write<Row>(
  format: ExportAsked['format'],
  columns: readonly Column<Row>[],
  pages: AsyncIterable<Row[]>,
): AsyncGenerator<string> {
  if (format === 'csv') yield csvText([columns.map(([name]) => ({ plain: name }))])
  for await (const rows of pages) {
    if (rows.length === 0) continue
    yield format === 'csv'
      ? csvText(rows.map(row => columns.map(column => cell(column, row))))
      : rows
          .map(row => `${JSON.stringify(Object.fromEntries(columns.map(([name, , read]) => [name, read(row)])))}\n`)
          .join('')
  }
}

function cell<Row>([, kind, read]: Column<Row>, row: Row): Cell {
  const value = read(row)
  return kind === 'text' && typeof value === 'string' ? value : { plain: value }
}
