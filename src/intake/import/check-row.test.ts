import { expect, test } from 'vitest'
import { checkRow } from './check-row.ts'
import { columnsOf } from './columns.ts'
import type { ImportRow } from './import-row.ts'

const whole = { phone: '+12125550123', firstName: 'Ann', lastName: 'Lee', email: 'ann@example.com' }
const row = (known: ImportRow['known']): ImportRow => ({ line: 2, known, fields: {} })
const faultOf = (known: ImportRow['known'], createLeads = true) => {
  const checked = checkRow(row(known), createLeads)
  return 'fault' in checked ? [checked.fault.column, checked.fault.reason] : undefined
}

test('a row without an id is somebody to be created, where that is asked for, and needs what the vendor needs', () => {
  expect(checkRow(row(whole), true)).toEqual({ lead: { ...whole, leadId: '' } })
  expect(faultOf(whole, false)).toEqual(['leadId', 'missing'])
  for (const column of ['phone', 'firstName', 'lastName', 'email'] as const) {
    const { [column]: _, ...rest } = whole
    expect(faultOf(rest)).toEqual([column, 'missing'])
  }
  for (const email of ['ann', 'ann@', '@example.com', 'ann lee@example.com', 'ann@@example.com']) {
    expect(faultOf({ ...whole, email }), email).toEqual(['email', 'bad_value'])
  }
  for (const email of ['ann@example.com', "o'neil+tag@sub.example.co.uk", 'анна@пример.рф']) {
    expect(faultOf({ ...whole, email }), email).toBeUndefined()
  }
})

test('a row with an id is taken as it always is', () => {
  for (const createLeads of [true, false]) {
    const known = { leadId: 'lead_1', email: 'not an address' }
    expect(checkRow(row(known), createLeads)).toEqual({ lead: known })
  }
})

test('the header of a list may do without ids only where everything else that is needed has a column', () => {
  const header = ['Phone', 'first name', 'LAST_NAME', 'email', 'roof']
  expect(columnsOf(header, true)).toHaveLength(5)
  expect(() => columnsOf(header, false)).toThrow(/leadId is needed, unless the list is sent with createLeads=true/)
  for (const [at, name] of header.slice(0, 4).entries()) {
    const without = header.filter((_, index) => index !== at)
    expect(() => columnsOf(without, true), name).toThrow(/phone, firstName, lastName and email are needed, or leadId/)
    expect(columnsOf([...without, 'leadId'], true)).toHaveLength(5)
  }
})
