import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type CampaignMove, campaignMoves } from '../../../src/desk/campaigns.ts'
import type { CampaignStatus } from '../../../src/ledger/control.ts'
import type { Ledger } from '../../../src/ledger/index.ts'
import { eventually } from '../../support/eventually.ts'
import { listLeads, openLedger, openListJourneys } from '../../support/list-journeys.ts'
import { plainCampaign, type Stage, startStage } from '../../support/stage.ts'

/** What a person would expect of the campaign, worked out from what was done to it. */
interface Model {
  status: CampaignStatus
  isAllPaused: boolean
  rows: number
  asked: number
}

interface Real {
  stage: Stage
  ledger: Ledger
}

interface Command {
  name: string
  run(model: Model, real: Real): Promise<void>
}

const followUps = [{ id: 'thanks', sms: { text: 'Thanks.', delay: 'PT0S', window: '00:00-24:00' } }]
const campaign = {
  ...plainCampaign,
  trigger: {},
  dial: { ...plainCampaign.dial, pace: { callsPerSecond: 8, maxLive: 20 } },
  followUps,
}

const next: Record<CampaignMove, { from: CampaignStatus[]; to: CampaignStatus }> = {
  start: { from: ['draft'], to: 'running' },
  pause: { from: ['running'], to: 'paused' },
  resume: { from: ['paused'], to: 'running' },
  cancel: { from: ['running', 'paused'], to: 'cancelled' },
}

const isRow = ({ leadId }: { leadId: string }) => leadId.startsWith('row_')
const rowCalls = ({ stage }: Real) => stage.simulator.truth().calls.filter(isRow)

/** A list ends by itself: the model learns of it, and only where that is right. */
async function learnOfEnd(model: Model, { stage }: Real): Promise<void> {
  const { status, progress } = await stage.campaign()
  if (status !== 'done' || model.status !== 'running') return
  expect(progress.total).toBeGreaterThan(0)
  expect(Number(progress['done']) + Number(progress['stopped'])).toBe(progress.total)
  model.status = 'done'
}

async function checkAll(model: Model, real: Real): Promise<void> {
  await learnOfEnd(model, real)
  const { status, allPaused = false, progress, stops } = await real.stage.campaign()
  expect({ status, allPaused }).toEqual({ status: model.status, allPaused: model.isAllPaused })
  const { total, ...states } = progress
  expect(Object.values(stops).reduce((sum, count) => sum + count, 0)).toBe(states['stopped'])
  expect(Object.values(states).reduce((sum, count) => sum + count, 0)).toBe(total)
  expect(total).toBe(model.rows + model.asked)
  const { calls, texts, duplicates } = real.stage.simulator.truth()
  expect(duplicates).toMatchObject({ calls: [], texts: [] })
  expect(new Set(calls.map(({ leadId }) => leadId)).size).toBe(calls.length)
  expect(new Set(texts.map(({ leadId }) => leadId)).size).toBe(texts.length)
  if (model.status === 'draft') expect(rowCalls(real)).toEqual([])
}

/** After a pause or a cancel: within a second no new call, and none from then on. */
async function comesToRest(real: Real): Promise<void> {
  const { clock } = real.stage
  const askedAt = clock.now()
  await eventually(() => expect(clock.now() - askedAt).toBeGreaterThan(1_000), { everyMs: 50 })
  for (const { at } of real.stage.simulator.truth().calls) expect(at - askedAt).toBeLessThanOrEqual(1_000)
}

const held = new WeakMap<Stage, number>()

/** While nothing may be dialed the number of calls stands still. */
function watchHeld(model: Model, real: Real): void {
  const isHeld = model.isAllPaused || model.status === 'paused' || model.status === 'cancelled'
  const count = real.stage.simulator.truth().calls.length
  if (isHeld) expect(count).toBe(held.get(real.stage) ?? count)
  if (isHeld) held.set(real.stage, count)
  else held.delete(real.stage)
}

function command(name: string, act: Command['run']): Command {
  return {
    name,
    async run(model, real) {
      await act(model, real)
      await checkAll(model, real)
      watchHeld(model, real)
    },
  }
}

const moveBy = (what: CampaignMove) =>
  command(what, async (model, real) => {
    await learnOfEnd(model, real)
    const answer = await real.stage.api<{ campaignStatus?: string }>(`/campaigns/roof/${what}`, { method: 'POST' })
    if (answer.status === 409 && answer.body.campaignStatus === 'done') await learnOfEnd(model, real)
    const isPossible = next[what].from.includes(model.status)
    expect(answer.status).toBe(isPossible ? 200 : 409)
    if (!isPossible) return
    model.status = next[what].to
    if (what === 'pause' || what === 'cancel') await comesToRest(real)
  })

const setAll = (isAllPaused: boolean) =>
  command(isAllPaused ? 'pause all' : 'resume all', async (model, real) => {
    const { status } = await real.stage.api(isAllPaused ? '/pause' : '/resume', { method: 'POST' })
    expect(status).toBe(200)
    if (isAllPaused && !model.isAllPaused) await comesToRest(real)
    model.isAllPaused = isAllPaused
  })

const addRows = (count: number) =>
  command(`add ${count} rows`, async (model, real) => {
    await learnOfEnd(model, real)
    if (model.status === 'done') return
    const { stage, ledger } = real
    await openListJourneys(ledger, 'roof', listLeads(count, model.rows), stage.clock.now())
    model.rows += count
    // It may have ended in this very moment: then it is opened again at the next review.
    if ((await stage.campaign()).status === 'done') stage.clock.advance(31_000)
    await eventually(async () => expect((await stage.campaign()).status).toBe(model.status))
  })

const ask = command('ask for a call', async (model, { stage }) => {
  const leadId = `lead_${model.asked}`
  const phone = `+1213${3_000_000 + model.asked}`
  const json = { campaign: 'roof', leadId, phone, timezone: 'America/New_York' }
  expect((await stage.api('/journeys', { json })).status).toBe(201)
  model.asked += 1
})

const passTime = (ms: number) =>
  command(`${ms} ms pass`, async (_model, { stage }) => {
    stage.clock.advance(ms)
  })

const restart = command('restart', async (_model, { stage }) => stage.restart())

/** What may come next, as often as it should; of the moves mostly those that are possible. */
function choices({ status, isAllPaused }: Model): Command[] {
  const possible = campaignMoves.filter(what => what !== 'cancel' && next[what].from.includes(status)).map(moveBy)
  const takesRows = status === 'draft' || status === 'running' || status === 'paused'
  return [
    ...possible.flatMap(what => [what, what, what, what]),
    ...campaignMoves.map(moveBy),
    ...(takesRows ? [addRows(5), addRows(12)] : []),
    ...(isAllPaused ? [setAll(false), setAll(false)] : [setAll(true)]),
    ask,
    passTime(300),
    passTime(90_000),
    restart,
  ]
}

const walk = fc.array(fc.nat(1_000_000), { minLength: 12, maxLength: 16, size: 'max' })

/** Whatever was done: when all may go on, everybody is called once, or the cancel has reached them. */
async function finish(model: Model, real: Real): Promise<void> {
  const { stage } = real
  await setAll(false).run(model, real)
  if (model.status === 'draft') await moveBy('start').run(model, real)
  if (model.status === 'paused') await moveBy('resume').run(model, real)
  await eventually(
    async () => {
      stage.clock.advance(1_000)
      const { progress } = await stage.campaign()
      expect(Number(progress['done']) + Number(progress['stopped'])).toBe(model.rows + model.asked)
    },
    { timeoutMs: 25_000, everyMs: 200 },
  )
  await checkAll(model, real)
  const { calls, texts } = stage.simulator.truth()
  if (model.status === 'cancelled') return
  expect(calls).toHaveLength(model.rows + model.asked)
  expect(texts).toHaveLength(model.rows + model.asked)
}

/** Each takes some seconds, for a pause is watched for a whole one. */
const RUNS = 4

test('whatever is done to a campaign in whatever order, it stands as said, and nobody is lost or called twice', async () => {
  let commands = 0
  let calls = 0
  await fc.assert(
    fc.asyncProperty(walk, async given => {
      const stage = await startStage({
        campaigns: [campaign],
        control: { scripts: { '*': [{ status: 'completed', lengthMs: 150_000 }] } },
      })
      const real = { stage, ledger: await openLedger(stage.env, stage.clock) }
      const model: Model = { status: 'draft', isAllPaused: false, rows: 0, asked: 0 }
      const done: string[] = []
      try {
        await addRows(20).run(model, real)
        for (const number of given) {
          const open = choices(model)
          const chosen = open[number % open.length]
          done.push(String(chosen?.name))
          await chosen?.run(model, real)
        }
        await finish(model, real)
      } catch (error) {
        throw new Error(`after ${done.join(', ')}: ${error instanceof Error ? error.message : error}`, { cause: error })
      }
      commands += done.length
      calls += stage.simulator.truth().calls.length
      await stage.app[Symbol.asyncDispose]()
    }),
    { numRuns: RUNS, endOnFailure: true },
  )
  console.log(`${commands} commands, ${calls} calls`)
}, 240_000)
