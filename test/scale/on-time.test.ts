import { expect, test } from 'vitest'
import { createLogger } from '../../src/logger.ts'
import { eventually } from '../support/eventually.ts'
import { listLeads, openLedger, openListJourneys } from '../support/list-journeys.ts'
import { plainCampaign, startStage } from '../support/stage.ts'

const isFull = process.env['TEST_SCALE'] === 'full'
const LEADS = isFull ? 100_000 : 5_000

/** Dials that come due a second, while all the others wait. */
const PER_SECOND = 20
const SECONDS = isFull ? 30 : 8

const BATCH = 500

test(`with ${LEADS} leads scheduled, a dial starts at most a second late`, async () => {
  const stage = await startStage({
    campaigns: [{ ...plainCampaign, trigger: {} }],
    control: { scripts: { '*': [{ status: 'completed', lengthMs: 10 }] } },
    overrides: { logger: createLogger({ level: 'silent' }) },
  })
  const ledger = await openLedger(stage.env, stage.clock)
  const soon = PER_SECOND * SECONDS
  const far = listLeads(LEADS - soon).map((lead, index) => ({
    ...lead,
    dueAt: stage.clock.now() + 3_600_000 + index * 100,
  }))
  for (let at = 0; at < far.length; at += BATCH) {
    await openListJourneys(ledger, 'roof', far.slice(at, at + BATCH), stage.clock.now())
  }
  await stage.api('/campaigns/roof/start', { method: 'POST' })
  const firstAt = stage.clock.now() + 3_000
  const due = listLeads(soon, LEADS).map((lead, index) => ({ ...lead, dueAt: firstAt + (index * 1_000) / PER_SECOND }))
  await openListJourneys(ledger, 'roof', due, stage.clock.now())
  expect((await stage.campaign()).progress).toMatchObject({ total: LEADS, scheduled: LEADS })

  const done = () => expect(stage.simulator.truth({ lists: false }).counts.calls).toBe(soon)
  await eventually(done, { timeoutMs: (SECONDS + 30) * 1_000, everyMs: 500 })
  const calledAt = new Map(stage.simulator.truth().calls.map(({ leadId, at }) => [leadId, at]))
  const late = due.map(({ leadId, dueAt }) => (calledAt.get(leadId) ?? Infinity) - dueAt).toSorted((a, b) => a - b)
  const at = (share: number) => Math.round(late[Math.min(late.length - 1, Math.floor(late.length * share))] ?? Infinity)
  console.info(`${LEADS} scheduled: ${soon} dials late by p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, worst ${at(1)} ms`)
  expect(Math.min(...late)).toBeGreaterThanOrEqual(-1)
  expect(at(0.99)).toBeLessThanOrEqual(1_000)
  expect(at(1)).toBeLessThan(Infinity)
}, 600_000)
