import { isTimeZone } from '../../campaigns/time-zone.ts'
import type { LeadRequest } from '../../sources/meaning.ts'
import type { Who } from '../identify.ts'
import { MAX_FIELD_NAME } from './columns.ts'
import { type ImportRow, knownColumns, neededToCreate, type RowFault, rowFault } from './import-row.ts'

/** The limits of a lead asked for by an event. */
const MAX_LEAD_ID = 200
const MAX_TEXT = 500
const MAX_FIELD_TEXT = 2_000

/** What a spreadsheet makes of a long number: the digits are gone and nothing here can bring them back. */
export const SCIENTIFIC = /^[+-]?\d+(?:[.,]\d+)?e[+-]?\d+$/i

export const fixes = {
  leadId:
    "write the vendor's id of the lead; for people the vendor does not know yet send the list with createLeads=true",
  toCreate: (column: string) => `write the ${column}: the vendor needs it for a lead it does not know yet`,
  email: 'write an email address, as ann@example.com',
  scientific: 'the digits were lost in a spreadsheet: format the column as text and write the number again',
  phone: 'write the whole number with its country code, as +12125550123, without an extension',
  timezone: 'write an IANA name, as America/New_York',
  noZone: 'add a timezone column, as America/New_York, or set dial.timezone in the campaign',
  unknownLead: 'the vendor knows no valid number for this lead: correct the leadId, or write the phone',
  vendor: 'the vendor could not be asked for the number: write the phone, or send the row again later',
  inProgress: 'something else was adding this lead: send the file again in a minute',
} as const

/** What is left to the vendor to judge; it refuses what is plainly no address. */
const EMAIL = /^[^\s@]+@[^\s@]+$/

/**
 * What can be told from the row alone: the lead it asks for, or what is wrong with it. A row is never mended.
 * @param createLeads a row without a leadId is somebody the vendor does not know yet
 */
export function checkRow(
  { known, fields, fault }: ImportRow,
  createLeads: boolean,
): { lead: LeadRequest } | { fault: RowFault } {
  if (fault !== undefined) return { fault }
  const { leadId = '', phone, timezone } = known
  if (leadId === '') {
    const [column] = createLeads ? neededToCreate.filter(name => known[name] === undefined) : ['leadId' as const]
    const fix = createLeads ? fixes.toCreate(column ?? '') : fixes.leadId
    if (column !== undefined) return { fault: rowFault(column, '', 'missing', fix) }
  }
  for (const column of knownColumns) {
    const value = known[column]
    const max = column === 'leadId' ? MAX_LEAD_ID : MAX_TEXT
    if (value !== undefined && value.length > max) {
      return { fault: rowFault(column, value, 'too_long', `at most ${max} characters`) }
    }
  }
  for (const [name, value] of Object.entries(fields)) {
    const max = MAX_FIELD_TEXT
    if (value.length > max) return { fault: rowFault(name, value, 'too_long', `at most ${max} characters`) }
    if (name.length > MAX_FIELD_NAME) {
      return { fault: rowFault(name.slice(0, MAX_FIELD_NAME), '', 'too_long', 'a shorter name') }
    }
  }
  if (phone !== undefined && SCIENTIFIC.test(phone)) {
    return { fault: rowFault('phone', phone, 'invalid_phone', fixes.scientific) }
  }
  if (SCIENTIFIC.test(leadId)) {
    return { fault: rowFault('leadId', leadId, 'bad_value', fixes.scientific) }
  }
  if (leadId === '' && !EMAIL.test(known.email ?? '')) {
    return { fault: rowFault('email', known.email ?? '', 'bad_value', fixes.email) }
  }
  if (timezone !== undefined && !isTimeZone(timezone)) {
    return { fault: rowFault('timezone', timezone, 'invalid_timezone', fixes.timezone) }
  }
  return { lead: { ...known, leadId, ...(Object.keys(fields).length === 0 ? {} : { fields }) } }
}

/** What is wrong with a lead once it is known who it is. */
export function faultOf({ phone }: LeadRequest, { stop }: Who): RowFault | undefined {
  if (stop === undefined) return undefined
  if (stop.reason === 'no_timezone') return rowFault('timezone', '', 'no_timezone', fixes.noZone)
  if (phone === undefined) return rowFault('phone', '', 'unknown_lead', fixes.unknownLead)
  return rowFault('phone', phone, 'invalid_phone', fixes.phone)
}
