import { expect, test } from 'vitest'
import type { Preflight } from '../../src/desk/preflight.ts'
import { createLogger } from '../../src/logger.ts'
import { createKeys, shardNames } from '../../src/redis/keys.ts'
import { eventually } from '../support/eventually.ts'
import { openLedger } from '../support/list-journeys.ts'
import { plainCampaign, type Stage, startStage } from '../support/stage.ts'
import { most } from './most.ts'

const LEADS = process.env['TEST_SCALE'] === 'full' ? 100_000 : 300
const MAX_LIVE = 400
const MAX_PER_24H = 2
const DAY_MS = 86_400_000
const HOP_MS = 900_000

const zones = [
  'America/New_York',
  'America/Chicago',
  'America/Denver',
  'America/Los_Angeles',
  'Pacific/Honolulu',
  'Asia/Kolkata',
] as const
const zoneOf = (index: number) => zones[index % zones.length] ?? zones[0]

const campaign = {
  ...plainCampaign,
  trigger: {},
  dial: {
    windows: { 'mon-fri': '09:00-20:00', sat: '10:00-18:00' },
    maxAttempts: 3,
    maxPer24h: MAX_PER_24H,
    minGap: 'PT10M',
    notAfter: 'P10D',
    retry: { no_answer: ['PT2H', 'PT4H'], busy: ['PT10M', 'PT1H'], voicemail: ['P1D'] },
    pace: { callsPerSecond: 1_000, maxLive: MAX_LIVE },
  },
  followUps: [
    {
      id: 'thanks',
      when: { outcome: ['answered', 'qualified'] },
      sms: { text: 'Hi {{ lead.firstName }}, thanks for talking with us.' },
    },
    {
      id: 'conversion',
      when: { outcome: ['qualified'] },
      pixel: { platform: 'facebook', pixelId: '123456789', event: 'Lead' },
    },
  ],
}

function* listText(): Generator<string> {
  yield 'leadId,phone,timezone,firstName\n'
  for (let from = 0; from < LEADS; from += 1_000) {
    const rows = Array.from({ length: Math.min(1_000, LEADS - from) }, (_, at) => {
      const index = from + at
      return `long_${index},+1${212 + (index % 5)}${2_000_000 + Math.floor(index / 5)},${zoneOf(index)},Ann\n`
    })
    yield rows.join('')
  }
}

const wallClocks = new Map(
  zones.map(zone => [
    zone,
    new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    }),
  ]),
)

/** Told apart from the code under test: what the wall clock of the zone shows. */
function isAllowedAt(at: number, zone: (typeof zones)[number]): boolean {
  const parts = wallClocks.get(zone)?.formatToParts(at) ?? []
  const part = (type: string) => parts.find(entry => entry.type === type)?.value ?? ''
  const time = `${part('hour')}:${part('minute')}`
  if (part('weekday') === 'Sun') return false
  return part('weekday') === 'Sat' ? time >= '10:00' && time < '18:00' : time >= '09:00' && time < '20:00'
}

/** Lets the days pass: whenever nothing goes on, time moves to what is due next. */
async function passTheDays(stage: Stage): Promise<{ looks: number; wrong: string[] }> {
  const ledger = await openLedger(stage.env, stage.clock)
  const keys = createKeys(stage.env['REDIS_PREFIX'] ?? '')
  const wrong: string[] = []
  let looks = 0
  const nextInMs = async () => {
    const waits = await Promise.all(
      shardNames(ledger.identity.shards).map(async shard => {
        const own = keys.shard(shard)
        const indexes = [own.due('dial', 'roof', true), own.due('poll'), own.due('text'), own.due('fire')]
        const { counts, nextInMs: next } = await ledger.due.count(indexes)
        return counts.some(count => count > 0) ? 0 : (next ?? Infinity)
      }),
    )
    return Math.min(...waits)
  }
  await eventually(
    async () => {
      const { progress, status } = await stage.campaign()
      looks += 1
      if (progress.total !== LEADS) wrong.push(`look ${looks}: total ${progress.total}`)
      const live = (progress['dialing'] ?? 0) + (progress['in_call'] ?? 0)
      if (live > MAX_LIVE) wrong.push(`look ${looks}: ${live} dialing or in a call`)
      if (status === 'done') return true
      if (live > 0) return false
      const waitMs = await nextInMs()
      // A little further than the next step, so that many come due at once.
      if (waitMs > 0 && waitMs < Infinity) stage.clock.advance(waitMs + HOP_MS)
      return false
    },
    { timeoutMs: 3_000_000, everyMs: 250 },
  )
  return { looks, wrong }
}

test(`a list of ${LEADS} leads in ${zones.length} zones is dialed over days within every window and cap`, async () => {
  const stage = await startStage({
    campaigns: [campaign],
    control: { outcomes: {} },
    env: { LEADSAIL_RATE: '100000/s' },
    overrides: { logger: createLogger({ level: 'silent' }) },
  })
  const importedAt = performance.now()
  const answer = await fetch(`${stage.url}/api/v1/campaigns/roof/leads`, {
    method: 'POST',
    headers: { 'content-type': 'text/csv' },
    body: ReadableStream.from(listText()).pipeThrough(new TextEncoderStream()),
    duplex: 'half',
  } as RequestInit)
  expect(await answer.json()).toMatchObject({ accepted: LEADS, duplicates: 0, rejected: 0 })
  const importMs = performance.now() - importedAt

  const askedAt = performance.now()
  const { body: forecast } = await stage.api<Preflight>('/campaigns/roof/preflight')
  const forecastMs = performance.now() - askedAt
  const expectedNow = Array.from({ length: LEADS }, (_, index) => zoneOf(index)).filter(zone =>
    isAllowedAt(stage.clock.now(), zone),
  ).length
  const later = forecast.laterByHour.reduce((sum, { count }) => sum + count, 0)
  expect(forecast.dialableNow + later).toBe(LEADS)
  expect(forecast.dialableNow).toBe(expectedNow)

  await stage.api('/campaigns/roof/start', { method: 'POST' })
  const startedAt = performance.now()
  const { looks, wrong } = await passTheDays(stage)
  const runS = (performance.now() - startedAt) / 1000

  const { calls, texts, pixels, highestLiveCalls, duplicates } = stage.simulator.truth()
  const outside = calls.filter(({ leadId, at }) => !isAllowedAt(at, zoneOf(Number(leadId.split('_')[1]))))
  const perDay = [...Map.groupBy(calls, ({ phone }) => phone).values()].map(own =>
    most(
      own.map(({ at }) => at),
      DAY_MS,
    ),
  )
  const { progress, outcomes } = await stage.campaign()
  console.info(
    `${LEADS} leads: import ${(LEADS / importMs) * 1000} rows/s, preflight ${forecastMs} ms, ` +
      `${calls.length} calls in ${runS} s (${calls.length / runS}/s), ${texts.length} texts, ${pixels.length} pixels, ` +
      `outside windows ${outside.length}, highest live ${highestLiveCalls} of ${MAX_LIVE}, ` +
      `most per number in 24 h ${Math.max(...perDay)}, looks at progress ${looks}`,
  )
  expect(wrong).toEqual([])
  expect(outside).toEqual([])
  expect(highestLiveCalls).toBeLessThanOrEqual(MAX_LIVE)
  expect(Math.max(...perDay)).toBeLessThanOrEqual(MAX_PER_24H)
  expect(new Set(calls.map(({ leadId }) => leadId)).size).toBe(LEADS)
  expect(duplicates?.calls).toEqual([])
  expect(duplicates?.texts).toEqual([])
  expect(duplicates?.pixels).toEqual([])

  const lastOf = new Map(calls.toSorted((a, b) => a.at - b.at).map(({ leadId, outcome }) => [leadId, outcome]))
  const qualified = [...lastOf.values()].filter(outcome => outcome === 'qualified').length
  expect(outcomes['qualified'] ?? 0).toBe(qualified)
  expect(pixels).toHaveLength(qualified)
  const talked = [...lastOf.values()].filter(outcome => ['qualified', 'completed', 'follow_up'].includes(outcome))
  expect(texts).toHaveLength(talked.length)
  expect(progress).toMatchObject({ total: LEADS, done: LEADS })
}, 3_600_000)
