import { expect, test } from 'vitest'
import { type AlertFacts, type AlertName, alertNames, findAlerts } from './alert-rules.ts'

const well: AlertFacts = {
  ages: {},
  results: {},
  refusedKeys: [],
  destinations: [],
  campaigns: [{ id: 'roof', unmapped: 0 }],
  parked: 0,
  canaryAgeMs: 5_000,
  campaignFiles: [],
  walks: [],
}

/** Facts at which a rule does not speak yet, facts at which it does, and of what. */
const borders: [AlertName, string, Partial<AlertFacts>, Partial<AlertFacts>][] = [
  ['canary_stale', '', { canaryAgeMs: 30_000 }, { canaryAgeMs: 30_001 }],
  [
    'queue_age',
    'poll-interaction',
    { ages: { 'poll-interaction': 120_000 } },
    { ages: { 'poll-interaction': 120_001 } },
  ],
  ['queue_age', 'receive-event', { ages: { 'receive-event': 60_000 } }, { ages: { 'receive-event': 60_001 } }],
  ['queue_age', 'write-back', { ages: { 'write-back': 900_000 } }, { ages: { 'write-back': 900_001 } }],
  [
    'failure_share',
    'sms',
    { results: { sms: { done: 16, failed: 5 } } },
    { results: { sms: { done: 15, failed: 5 } } },
  ],
  [
    'failure_share',
    'call',
    { results: { call: { done: 0, failed: 19 } } },
    { results: { call: { done: 0, failed: 20 } } },
  ],
  ['key_refused', 'meta', {}, { refusedKeys: ['meta'] }],
  ['destination_paused', 'meta/1', {}, { destinations: [{ name: 'meta/1', why: 'Meta is away' }] }],
  ['breaker_tripped', 'roof', {}, { campaigns: [{ id: 'roof', unmapped: 0, trippedBecause: '9 of 10 failed' }] }],
  ['parked', '', {}, { parked: 1 }],
  ['unmapped_outcome', 'roof', {}, { campaigns: [{ id: 'roof', unmapped: 2 }] }],
  [
    'walk_failing',
    'leadconnector',
    { walks: [{ provider: 'leadconnector', forMs: 299_999, why: 'no access' }] },
    { walks: [{ provider: 'leadconnector', forMs: 300_000, why: 'no access' }] },
  ],
  ['campaign_file', 'roof', {}, { campaignFiles: [{ campaign: 'roof', fault: 'roof.yaml:3 name: is missing' }] }],
]

test.each(borders)('%s of "%s" holds beyond its border and not at it', (name, subject, before, beyond) => {
  expect(findAlerts({ ...well, ...before })).toEqual([])
  const found = findAlerts({ ...well, ...beyond })
  expect(found).toHaveLength(1)
  expect(found[0]).toMatchObject({ name, subject })
  expect(found[0]?.summary).not.toBe('')
  expect(found[0]?.mend).not.toBe('')
  expect(found[0]?.path).toMatch(/^\/\w/)
})

test('every rule has its border', () => {
  expect(new Set(borders.map(([name]) => name))).toEqual(new Set(alertNames))
})

test('what leads wait for comes first', () => {
  const all: AlertFacts = Object.assign({}, well, ...borders.map(([, , , beyond]) => beyond))
  const severities = findAlerts(all).map(({ severity }) => severity)
  expect(severities.indexOf('warning')).toBeGreaterThan(severities.lastIndexOf('critical'))
})
