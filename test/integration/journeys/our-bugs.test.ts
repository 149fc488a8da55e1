import { expect, inject, onTestFinished, test } from 'vitest'
import { createCampaignBook } from '../../../src/campaigns/book.ts'
import { loadCampaign } from '../../../src/campaigns/load.ts'
import { ShiftedClock } from '../../../src/clock.ts'
import { UnavailableError } from '../../../src/errors.ts'
import { openJourney } from '../../../src/intake/open-journey.ts'
import { loadIdentity } from '../../../src/ledger/identity.ts'
import { createLedger } from '../../../src/ledger/index.ts'
import { createLogger } from '../../../src/logger.ts'
import { producerConnection, untilReady } from '../../../src/redis/connect.ts'
import { createKeys } from '../../../src/redis/keys.ts'
import { createSeal } from '../../../src/seal.ts'
import { createStepHandler, MAX_UNEXPLAINED_TRIES } from '../../../src/workers/step-job.ts'
import { uniquePrefix } from '../../support/prefix.ts'
import { plainCampaign } from '../../support/stage.ts'

/** One journey on a real ledger, and a handler of its dial step that does what the test says. */
async function startBench(act: () => Promise<never>) {
  const client = producerConnection({ kind: 'url', url: inject('redisUrl') })
  onTestFinished(() => client.disconnect())
  await untilReady(client, 5_000)
  const [keys, seal, clock] = [createKeys(uniquePrefix()), createSeal([]), new ShiftedClock()]
  const identity = await loadIdentity(client, keys, seal, 4)
  const ledger = createLedger({ client, clock, keys, seal, identity })
  const loaded = loadCampaign(JSON.stringify(plainCampaign), 'roof.yaml')
  if ('faults' in loaded) throw new Error(JSON.stringify(loaded.faults))
  const { campaign } = loaded
  const lead = { leadId: 'lead_1', phone: '+12025550123', timezone: 'America/New_York' }
  const noVendor = () => {
    throw new Error('a complete request asks no vendor')
  }
  const parts = { ledger, clock, leads: noVendor, defaultCountry: 'US' }
  const opened = await openJourney(parts, { campaign, lead, eventId: 'event_1', run: 0 })
  if (opened.result !== 'opened') throw new Error(opened.result)
  const { journey } = opened
  const lines: Record<string, unknown>[] = []
  const logger = createLogger({ level: 'debug', destination: { write: line => void lines.push(JSON.parse(line)) } })
  const stepParts = { ledger, campaigns: createCampaignBook([campaign]), clock, random: Math.random, logger }
  const handler = createStepHandler(stepParts, 'dial', act)
  /** Runs the step at the time that it is due. */
  const run = async () => {
    const settled = await handler(
      { journeyId: journey.id, ref: '1' },
      { jobId: 'job', signal: new AbortController().signal },
    )
    clock.advance(settled.nextInMs ?? 0)
    return settled
  }
  return { run, lines, journey: async () => ledger.journeys.load(journey.id) }
}

test('a failure that nothing explains is tried a few times, then parked, with its stack in the log', async () => {
  const bench = await startBench(async () => {
    throw new TypeError('cannot read properties of undefined')
  })
  const results: string[] = []
  for (let tries = 0; tries < MAX_UNEXPLAINED_TRIES; tries += 1) results.push((await bench.run()).result)
  expect(results).toEqual([...Array(MAX_UNEXPLAINED_TRIES - 1).fill('deferred'), 'parked'])
  const journey = await bench.journey()
  expect(journey?.steps).toEqual([])
  expect(journey?.effects).toMatchObject([
    { kind: 'call', state: 'parked', why: 'TypeError: cannot read properties of undefined' },
  ])
  expect(bench.lines.filter(({ msg }) => msg === 'step.failed')).toHaveLength(MAX_UNEXPLAINED_TRIES)
  expect(bench.lines[0]).toMatchObject({ level: 'error', err: { stack: expect.stringContaining('our-bugs') } })
  expect(await bench.run()).toMatchObject({ result: 'gone' })
})

test('a vendor that is away is no bug: it is tried for as long as it takes, less and less often', async () => {
  const bench = await startBench(async () => {
    throw new UnavailableError('connect ECONNREFUSED')
  })
  const delays: number[] = []
  for (let tries = 0; tries < 12; tries += 1) {
    const settled = await bench.run()
    expect(settled.result).toBe('deferred')
    delays.push(Number(settled.nextInMs))
  }
  expect(Math.max(...delays)).toBeLessThanOrEqual(300_000)
  expect(Number(delays.at(-1))).toBeGreaterThanOrEqual(150_000)
  expect(Number(delays[0])).toBeLessThanOrEqual(2_000)
  expect(bench.lines.filter(({ msg }) => msg === 'step.failed')).toEqual([])
})
