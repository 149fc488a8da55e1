import { describe, expect, test } from 'vitest'
import { AT_MS, BODY, HMAC, isAuthentic, SECRET } from '../../../test/support/delivery-vector.ts'
import { createVapiSource, signVapi } from './vapi.ts'

const vapi = createVapiSource([SECRET])
const raw = Buffer.from(BODY)

describe('Vapi', () => {
  const of = (headers: Record<string, string>) => isAuthentic(vapi, { body: BODY, headers })

  test('takes the secret itself, as a bearer token or in its older header', () => {
    expect(of({ authorization: `Bearer ${SECRET}` })).toBe(true)
    expect(of({ 'x-vapi-secret': SECRET })).toBe(true)
    const wrong = ['', SECRET, 'Bearer', 'Bearer ', `Basic ${SECRET}`, `Bearer ${SECRET}x`, `Bearer ${SECRET} x`]
    for (const authorization of wrong) expect([authorization, of({ authorization })]).toEqual([authorization, false])
    for (const given of ['', `${SECRET}x`, `Bearer ${SECRET}`]) expect(of({ 'x-vapi-secret': given })).toBe(false)
  })

  test('is judged by a signature alone where there is one', () => {
    expect(of({ 'x-vapi-secret': SECRET, 'x-signature': HMAC })).toBe(false)
    expect(of({ authorization: `Bearer ${SECRET}`, 'x-signature': 'ab', 'x-timestamp': '1700000000' })).toBe(false)
  })

  test('may sign its time in milliseconds', () => {
    const { 'x-signature': seconds } = signVapi({ secret: SECRET, atMs: AT_MS, raw })
    const { 'x-signature': signature = '' } = signVapi({ secret: SECRET, atMs: AT_MS * 1000, raw })
    expect(of({ 'x-timestamp': String(AT_MS), 'x-signature': signature })).toBe(true)
    expect(of({ 'x-timestamp': String(AT_MS), 'x-signature': String(seconds) })).toBe(false)
  })
})
