import { describe, expect, test } from 'vitest'
import { AT_MS, isAuthentic } from '../../../test/support/delivery-vector.ts'
import { pemPair } from '../../../test/support/pem-pair.ts'
import { createLeadConnectorSource, signLeadConnector } from './leadconnector.ts'

describe('LeadConnector', () => {
  const [old, next, stranger, rsa] = [pemPair(), pemPair(), pemPair(), pemPair('rsa')]
  const source = (legacyRsa: boolean, ...keys: { publicKey: string }[]) =>
    createLeadConnectorSource({ locationId: 'loc_1', publicKeys: keys.map(key => key.publicKey), legacyRsa })
  const body = JSON.stringify({ type: 'InboundMessage', locationId: 'loc_1', contactId: 'con_1', body: 'Hi' })
  const signed = (key: { privateKey: string }, text = body) =>
    signLeadConnector({ privateKey: key.privateKey, raw: Buffer.from(text) })

  test('verifies with either of two keys, and with no other', () => {
    for (const key of [old, next]) {
      expect(isAuthentic(source(false, old, next), { body, headers: signed(key) })).toBe(true)
    }
    expect(isAuthentic(source(false, old, next), { body, headers: signed(stranger) })).toBe(false)
    expect(isAuthentic(source(false), { body, headers: signed(old) })).toBe(false)
    expect(isAuthentic(source(false, old), { body: `${body} `, headers: signed(old) })).toBe(false)
  })

  test('takes the older signature only where it is switched on and the newer is absent', () => {
    const legacy = signed(rsa)
    expect(Object.keys(legacy)).toEqual(['x-wh-signature'])
    expect(isAuthentic(source(true, old, rsa), { body, headers: legacy })).toBe(true)
    expect(isAuthentic(source(true, old, rsa), { body: `${body} `, headers: legacy })).toBe(false)
    expect(isAuthentic(source(false, old, rsa), { body, headers: legacy })).toBe(false)
    expect(isAuthentic(source(true, old), { body, headers: legacy })).toBe(false)
    for (const newer of [signed(stranger), { 'x-ghl-signature': '' }]) {
      expect(isAuthentic(source(true, old, rsa), { body, headers: { ...legacy, ...newer } })).toBe(false)
    }
    expect(isAuthentic(source(true, old, rsa), { body, headers: { 'x-wh-signature': 'AAAA', ...signed(old) } })).toBe(
      true,
    )
  })

  test.each<[what: string, event: unknown, isOurs: boolean]>([
    ['flat', { locationId: 'loc_1' }, true],
    ['nested', { data: { locationId: 'loc_1' } }, true],
    ['both', { locationId: 'loc_1', data: { locationId: 'loc_1' } }, true],
    ['another', { locationId: 'loc_2' }, false],
    ['another outside', { locationId: 'loc_2', data: { locationId: 'loc_1' } }, false],
    ['another inside', { locationId: 'loc_1', data: { locationId: 'loc_2' } }, false],
    ['none', { type: 'InboundMessage' }, false],
    ['a list', { locationId: ['loc_1'] }, false],
    ['no object', [{ locationId: 'loc_1' }], false],
  ])('a signature is not enough: location %s', (_what, event, isOurs) => {
    const text = JSON.stringify(event)
    expect(isAuthentic(source(false, old), { body: text, headers: signed(old, text) })).toBe(isOurs)
  })

  test.each<[offMs: number, isGood: boolean]>([
    [0, true],
    // Our own clock may be behind.
    [-12 * 3_600_000, true],
    [-12 * 3_600_000 - 1, false],
    // A retry after our 429: the vendor's last comes 1 h 10 min later.
    [70 * 60_000, true],
    [12 * 3_600_000, true],
    [12 * 3_600_000 + 1, false],
  ])('a delivery that was signed %i ms ago is taken: %s', (offMs, isGood) => {
    for (const timestamp of [AT_MS, new Date(AT_MS).toISOString(), AT_MS / 1000]) {
      const text = JSON.stringify({ locationId: 'loc_1', timestamp })
      const vector = { body: text, headers: signed(old, text), atMs: AT_MS + offMs }
      expect([timestamp, isAuthentic(source(false, old), vector)]).toEqual([timestamp, isGood])
    }
  })

  test('an event is named by its delivery, else by type and id; what is told of a contact by its bytes', () => {
    const nameOf = (event: unknown) =>
      source(false, old).ownId({ headers: {}, raw: Buffer.from(JSON.stringify(event)) })
    expect(nameOf({ webhookId: 'wh_1', type: 'A' })).toBe(
      nameOf({ webhookId: 'wh_1', id: 'x', data: { webhookId: 'y' } }),
    )
    expect(nameOf({ type: 'A', id: 'x' })).toBe(nameOf({ type: 'A', id: 'x', summary: 'more' }))
    expect(nameOf({ type: 'A', id: 'x' })).not.toBe(nameOf({ type: 'B', id: 'x' }))
    const log = { id: 'log_1', agentId: 'agent_1', createdAt: '2026-11-20T10:00:00Z' }
    expect(nameOf(log)).toBe(nameOf({ type: 'VoiceAiCallEnd', data: log }))
    for (const nameless of [{ type: 'ContactDndUpdate', id: 'con_1' }, { type: 'A' }, { id: 'x' }, [], null]) {
      expect(nameOf(nameless)).toBeUndefined()
    }
  })
})
