import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Flag, Id, Instant, present, Seconds, Text, Whole } from './fields.ts'

const at = Date.parse('2026-12-01T12:00:00Z')

describe('fields', () => {
  it.each([
    [Text, ' a ', 'a'],
    [Text, 15551234567, '15551234567'],
    [Text, '  ', undefined],
    [Text, null, undefined],
    [Text, { a: 1 }, undefined],
    [Flag, true, true],
    [Flag, 'false', false],
    [Flag, 1, undefined],
    [Whole, 0, 0],
    [Whole, '40100', 40_100],
    [Whole, 1.5, undefined],
    [Whole, '', undefined],
    [Whole, null, undefined],
    [Whole, [], undefined],
    [Seconds, 1.5, 1_500],
    [Seconds, '90', 90_000],
    [Seconds, '', undefined],
    [Seconds, -1, undefined],
    [Seconds, '1:30', undefined],
    [Instant, '2026-12-01T12:00:00Z', at],
    [Instant, '2026-12-01T14:00:00.000+02:00', at],
    [Instant, '2026-12-01T12:00:00', at],
    [Instant, '2026-12-01 12:00:00', at],
    [Instant, at, at],
    [Instant, at / 1_000, at],
    [Instant, String(at), at],
    [Instant, 12, undefined],
    [Instant, 'string', undefined],
    [Instant, null, undefined],
  ])('%# reads %j as %j, absent or not', (Field, given, value) => {
    expect(z.object({ field: Field }).parse({ field: given })).toEqual({ field: value })
    expect(z.object({ field: Field }).parse({})).toEqual({ field: undefined })
  })

  it('reads an id from text or a number, and nothing else', () => {
    expect([Id.parse('int_1'), Id.parse(7)]).toEqual(['int_1', '7'])
    for (const value of ['', ' ', null, undefined, {}, true]) expect(Id.safeParse(value).success).toBe(false)
  })

  it('drops what is undefined and nothing else', () => {
    expect(Object.entries(present({ a: undefined, b: null, c: 0, d: '' }))).toEqual([
      ['b', null],
      ['c', 0],
      ['d', ''],
    ])
  })
})
