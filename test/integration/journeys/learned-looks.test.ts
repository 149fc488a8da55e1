import { expect, test } from 'vitest'
import { bucketOf, callsOf } from '../../../src/campaigns/call-lengths.ts'
import { eventually } from '../../support/eventually.ts'
import { openLedger } from '../../support/list-journeys.ts'
import { isOver, plainCampaign, type Stage, startStage } from '../../support/stage.ts'

const CALL_MS = 3_000
const LEADS = 6

const poll = { first: 'PT0.3S', min: 'PT0.3S', max: 'PT10S', deadline: 'PT1H', settle: 'PT0.1S' }
const roof = { ...plainCampaign, poll }
const solar = { ...roof, id: 'solar', account: { campaignId: 'SUN' } }
const calls = (lengthMs: number) => ({ '*': [{ status: 'completed', lengthMs }] })

/** How often the simulator was asked for an interaction. */
const asked = (stage: Stage) =>
  stage.simulator.requests().filter(({ route }) => route === 'GET /interactions/:interactionId').length

/** What a call has taught is counted before its last job has settled. */
function untilSettled(stage: Stage, result: string, jobs: number) {
  const settled = () => stage.lines.filter(line => line['msg'] === 'job.settled' && line['result'] === result)
  return eventually(() => expect(settled()).toHaveLength(jobs))
}

/** So many leads' journeys to their end: what was asked meanwhile, and of each call its looks and how late its end was seen. */
async function follow(stage: Stage, { id, account: { campaignId } }: typeof roof, firstPhone: number) {
  const before = asked(stage)
  const names = Array.from({ length: LEADS }, (_, index) => `${id}_${index}`)
  await Promise.all(names.map((name, index) => stage.lead(name, { phone: `+1${firstPhone + index}` }, { campaignId })))
  const over = await Promise.all(names.map(name => stage.journey(name, isOver, 20_000)))
  const { calls: placed } = stage.simulator.truth()
  const looks = over.map(({ attempts: [attempt] }) => {
    const call = placed.find(({ interactionId }) => interactionId === attempt?.interactionId)
    return { looks: attempt?.looks ?? 0, lateMs: Date.parse(String(attempt?.endedAt)) - Number(call?.endsAt) }
  })
  return { requests: asked(stage) - before, looks }
}

test('calls of known length are looked at when they have probably ended, with a fraction of the requests', async () => {
  const stage = await startStage({
    campaigns: [roof, solar],
    control: { requestLog: true, timeScale: 1, scripts: calls(CALL_MS) },
  })
  const ledger = await openLedger(stage.env, stage.clock)
  await Promise.all(Array.from({ length: 100 }, () => ledger.callLengths.add('roof', CALL_MS)))

  const known = await follow(stage, roof, 2_025_550_100)
  const unknown = await follow(stage, solar, 2_025_550_200)
  // One look at each, where the plain rule takes about eight, and fewer on a machine too busy to look in time.
  expect(known.requests).toBe(LEADS)
  expect(unknown.requests).toBeGreaterThanOrEqual(3 * LEADS)
  for (const { looks, lateMs } of known.looks) {
    expect(looks).toBe(1)
    expect(lateMs).toBeGreaterThanOrEqual(0)
    expect(lateMs).toBeLessThan(3_000)
  }
})

test('a campaign learns from its own calls, each counted once, and by the vendor’s times, not by its looks', async () => {
  const slow = { ...poll, first: 'PT2S', max: 'PT2S' }
  const followUps = [
    { id: 'quote', when: { summary: 'quote' }, sms: { text: '{{ call.summary }}', window: '00:00-24:00' } },
  ]
  const stage = await startStage({
    campaigns: [{ ...roof, poll: slow, followUps }],
    control: {
      requestLog: true,
      timeScale: 1,
      scripts: { '*': [{ status: 'completed', lengthMs: 400 }] },
      summaryDelayMs: 60_000,
    },
  })
  const ledger = await openLedger(stage.env, stage.clock)
  const seen = await follow(stage, roof, 2_025_550_100)
  // Its end, and once more for the summary.
  expect(seen.looks.map(({ looks }) => looks)).toEqual(Array(LEADS).fill(2))
  await untilSettled(stage, 'answered', LEADS)
  expect(await ledger.callLengths.read('roof')).toEqual(new Map([[bucketOf(400), LEADS]]))
})

test('a call that goes on until its deadline counts as one that is at least so long; a vendor that is away tells nothing', async () => {
  const short = { ...poll, max: 'PT0.4S', deadline: 'PT1S' }
  const stage = await startStage({
    campaigns: [{ ...roof, poll: short }],
    control: { timeScale: 1, scripts: { '*': [{ status: 'completed', neverEnds: true }] } },
  })
  const ledger = await openLedger(stage.env, stage.clock)
  await stage.lead('lead_1', { phone: '+12025550123' })
  expect(await stage.journey('lead_1', isOver)).toMatchObject({ outcome: 'timed_out' })
  await untilSettled(stage, 'timed_out', 1)
  const lengths = await ledger.callLengths.read('roof')
  expect(callsOf(lengths)).toBe(1)
  expect([...lengths.keys()][0]).toBeGreaterThanOrEqual(bucketOf(1_000))

  stage.simulator.control({
    faults: [{ match: { method: 'GET', path: '/interactions/' }, kind: 'status', status: 503 }],
  })
  await stage.lead('lead_2', { phone: '+12025550124' })
  expect(await stage.journey('lead_2', isOver)).toMatchObject({ outcome: 'timed_out' })
  await untilSettled(stage, 'timed_out', 2)
  expect(callsOf(await ledger.callLengths.read('roof'))).toBe(1)
})

test('a hint is looked at at once, whatever was learned, and one that came too early once more soon', async () => {
  const stage = await startStage({
    campaigns: [{ ...roof, poll: { ...poll, max: 'PT1H' } }],
    control: { requestLog: true, timeScale: 1, scripts: calls(3_000) },
  })
  const ledger = await openLedger(stage.env, stage.clock)
  await Promise.all(Array.from({ length: 100 }, () => ledger.callLengths.add('roof', 1_800_000)))
  await stage.lead('lead_1', { phone: '+12025550123' })
  const live = await stage.journey('lead_1', ({ state }) => state === 'in_call')
  expect(Date.parse(String(live.nextAt)) - stage.clock.now()).toBeGreaterThan(300_000)
  const hint = () => stage.send('call.ended', { provider: 'leadsail', interactionId: live.attempts[0]?.interactionId })

  await hint()
  // Still going on: what follows a hint is a look soon after, and then what was learned counts again.
  const early = await stage.journey('lead_1', ({ attempts, nextAt }) => {
    const isFarOff = Date.parse(String(nextAt)) - stage.clock.now() > 300_000
    return attempts[0]?.looks === 2 && isFarOff
  })
  expect(early.state).toBe('in_call')
  await eventually(() => expect(stage.simulator.truth().liveCalls).toBe(0))
  await hint()
  expect((await stage.journey('lead_1', isOver)).attempts[0]).toMatchObject({ looks: 3, outcome: 'answered' })
})
