import { describe, expect, test } from 'vitest'
import { most } from '../../scale/most.ts'
import { eventually } from '../../support/eventually.ts'
import { listLeads, openLedger, openListJourneys } from '../../support/list-journeys.ts'
import { plainCampaign, type Stage, startStage } from '../../support/stage.ts'

const isFull = process.env['TEST_SCALE'] === 'full'
const listed = { ...plainCampaign, trigger: {} }
const short = { '*': [{ status: 'completed', lengthMs: 10 }] }

/** A list of so many leads, each with a number of its own. */
async function importList(stage: Stage, campaign: string, count: number, offset = 0): Promise<void> {
  const rows = Array.from({ length: count }, (_, index) => {
    const digits = String(2_000_000 + ((offset + index) % 8_000_000))
    return `${campaign}_${index},+1212${digits},America/New_York`
  })
  const body = ['leadId,phone,timezone', ...rows].join('\n')
  const answer = await stage.api<{ accepted: number }>(`/campaigns/${campaign}/leads`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'text/csv' },
  })
  expect(answer).toMatchObject({ status: 200, body: { accepted: count } })
}

const start = (stage: Stage, campaign: string) => stage.api(`/campaigns/${campaign}/start`, { method: 'POST' })

const callsOf = (stage: Stage, prefix: string) =>
  stage.simulator.truth().calls.filter(({ leadId }) => leadId.startsWith(`${prefix}_`))

test('calls of a campaign start evenly: at 4 a second no second holds more than 5 at the vendor', async () => {
  const pace = { callsPerSecond: 4, maxLive: 100 }
  const stage = await startStage({
    campaigns: [{ ...listed, dial: { ...plainCampaign.dial, pace } }],
    control: { scripts: short },
  })
  await importList(stage, 'roof', 24)
  await start(stage, 'roof')
  await eventually(() => expect(stage.simulator.truth().calls).toHaveLength(24), { timeoutMs: 20_000 })
  const starts = stage.simulator.truth().calls.map(({ at }) => at)
  expect(most(starts, 1_000)).toBeLessThanOrEqual(5)
  const tookMs = Math.max(...starts) - Math.min(...starts)
  console.log(`24 calls at 4/s took ${tookMs} ms of 5750, most in a second ${most(starts, 1_000)}`)
  // Never ahead of the pace, and not far behind it on a machine that does other things.
  expect(tookMs).toBeGreaterThanOrEqual(5_750 - 250)
  expect(tookMs).toBeLessThanOrEqual(5_750 * 1.6)
}, 40_000)

test('leads whose window is closed cost their campaign no starts', async () => {
  const hour = (ahead: number) => String(new Date(Date.now() + ahead * 3_600_000).getUTCHours()).padStart(2, '0')
  const windows = { 'mon-sun': `${hour(-1)}:00-${hour(3)}:00` }
  const stage = await startStage({
    campaigns: [{ ...listed, dial: { ...plainCampaign.dial, windows, pace: { callsPerSecond: 10, maxLive: 100 } } }],
    control: { scripts: short },
  })
  const ledger = await openLedger(stage.env, stage.clock)
  // As after a night in a draft: all are due, and most of them sleep.
  const asleep = listLeads(2_000).map(lead => ({ ...lead, zone: 'Etc/GMT+12' }))
  const awake = listLeads(30, 2_000).map(lead => ({ ...lead, zone: 'UTC' }))
  await openListJourneys(ledger, 'roof', asleep, stage.clock.now() - 1_000)
  await openListJourneys(ledger, 'roof', awake, stage.clock.now())
  await start(stage, 'roof')
  const startedAt = Date.now()
  await eventually(() => expect(stage.simulator.truth().calls).toHaveLength(30), { timeoutMs: 20_000 })
  const tookMs = Math.max(...stage.simulator.truth().calls.map(({ at }) => at)) - startedAt
  console.log(`30 calls at 10/s beside 2,000 closed windows: ${tookMs} ms of 2900`)
  expect(stage.simulator.truth().calls.every(({ leadId }) => Number(leadId.split('_')[1]) >= 2_000)).toBe(true)
  expect(tookMs).toBeLessThanOrEqual(2_900 * 2)
}, 60_000)

test('live calls never exceed maxLive, and a call that never reports frees its place at the deadline', async () => {
  const pace = { callsPerSecond: 1_000, maxLive: 3 }
  const stage = await startStage({
    campaigns: [{ ...listed, dial: { ...plainCampaign.dial, pace } }],
    control: {
      timeScale: 1,
      scripts: { roof_0: [{ status: 'completed', neverEnds: true }], '*': [{ status: 'completed', lengthMs: 300 }] },
    },
  })
  await importList(stage, 'roof', 12)
  await start(stage, 'roof')
  await eventually(async () => expect((await stage.campaign()).progress['done']).toBe(11), { timeoutMs: 30_000 })
  expect(stage.simulator.truth().highestLiveCalls).toBeLessThanOrEqual(3)
  stage.clock.advance(3_600_000)
  await eventually(async () => expect((await stage.campaign()).progress['done']).toBe(12))
  expect((await stage.campaign()).status).toMatch(/running|done/)
}, 60_000)

test('a lead somebody asks for does not stand behind a list', async () => {
  const pace = { callsPerSecond: 5, maxLive: 100 }
  const stage = await startStage({
    campaigns: [{ ...listed, dial: { ...plainCampaign.dial, pace } }],
    control: { scripts: short },
  })
  await importList(stage, 'roof', 200)
  await start(stage, 'roof')
  await eventually(() => expect(stage.simulator.truth().calls.length).toBeGreaterThan(5))
  const askedAt = Date.now()
  await stage.send('call.requested', {
    campaign: 'roof',
    leadId: 'hot',
    phone: '+12125559999',
    timezone: 'America/New_York',
  })
  const call = await eventually(() => stage.simulator.truth().calls.find(({ leadId }) => leadId === 'hot') ?? false)
  console.log(`asked for while 200 wait: called after ${call.at - askedAt} ms`)
  expect(call.at - askedAt).toBeLessThan(1_500)
}, 40_000)

const LONG = isFull ? 100_000 : 600

test(`a list of ${LONG} delays a short one by no more than its double`, async () => {
  const dial = { ...plainCampaign.dial, pace: { callsPerSecond: 1_000, maxLive: 1_000 } }
  const alone = async (withLong: boolean) => {
    const stage = await startStage({
      campaigns: [
        { ...listed, dial },
        {
          ...listed,
          id: 'small',
          account: { campaignId: 'SML' },
          dial: { ...dial, pace: { callsPerSecond: 5, maxLive: 100 } },
        },
      ],
      control: { scripts: short },
      env: { LEADSAIL_RATE: '20/s' },
    })
    await importList(stage, 'small', 10, 7_500_000)
    if (withLong) {
      await importList(stage, 'roof', LONG)
      await start(stage, 'roof')
      await eventually(() => expect(callsOf(stage, 'roof').length).toBeGreaterThan(10))
    }
    const startedAt = Date.now()
    await start(stage, 'small')
    await eventually(() => expect(callsOf(stage, 'small')).toHaveLength(10), { timeoutMs: 30_000 })
    const last = Math.max(...callsOf(stage, 'small').map(({ at }) => at))
    return last - startedAt
  }
  const aloneMs = await alone(false)
  const besideMs = await alone(true)
  console.log(`10 calls: ${aloneMs} ms alone, ${besideMs} ms beside a list of ${LONG}`)
  expect(besideMs).toBeLessThanOrEqual(aloneMs * 2)
}, 400_000)

describe('the account’s budget', () => {
  test('is never exceeded, whatever is due; dials go before looks', async () => {
    const [live, rate] = isFull ? [5_000, 100] : [50, 40]
    const dial = { ...plainCampaign.dial, pace: { callsPerSecond: 1_000, maxLive: 10_000 } }
    const stage = await startStage({
      campaigns: [
        { ...listed, dial, poll: { ...plainCampaign.poll, first: 'PT0.1S', min: 'PT0.1S', max: 'PT0.3S' } },
        { ...listed, id: 'small', account: { campaignId: 'SML' } },
      ],
      control: { requestLog: true, timeScale: 1, scripts: { '*': [{ status: 'completed', lengthMs: 3_600_000 }] } },
      env: { LEADSAIL_RATE: `${rate}/s` },
    })
    // So many live calls want to be looked at several times a second: far more than the account allows.
    await importList(stage, 'roof', live)
    await start(stage, 'roof')
    await eventually(() => expect(callsOf(stage, 'roof')).toHaveLength(live), { timeoutMs: 200_000, everyMs: 200 })
    await importList(stage, 'small', 10, 7_500_000)
    const startedAt = Date.now()
    await start(stage, 'small')
    await eventually(() => expect(callsOf(stage, 'small')).toHaveLength(10), { timeoutMs: 20_000 })
    const waits = callsOf(stage, 'small').map(({ at }) => at - startedAt)
    const starts = stage.simulator.requests().map(({ at }) => at)
    console.log(
      `10 dials among the looks of ${live} calls at ${rate}/s: ${Math.max(...waits)} ms; most requests in a second ${most(starts, 1_000)}`,
    )
    expect(Math.max(...waits)).toBeLessThanOrEqual(2_000)
    expect(most(starts, 1_000)).toBeLessThanOrEqual(rate + 1)
    const looks = stage.simulator
      .requests()
      .filter(({ route, at }) => route.startsWith('GET /interactions/') && at > startedAt)
    expect(looks.length).toBeGreaterThan(0)
  }, 400_000)

  test('stops as a whole for as long as a 429 asks, and goes on by itself', async () => {
    const stage = await startStage({
      campaigns: [listed],
      control: { requestLog: true, scripts: short },
      env: { LEADSAIL_RATE: '50/s' },
    })
    await importList(stage, 'roof', 120)
    await start(stage, 'roof')
    await eventually(() => expect(callsOf(stage, 'roof').length).toBeGreaterThan(20))
    stage.simulator.control({
      faults: [{ match: { path: '/voice/calls/initiate' }, kind: 'status', status: 429, retryAfter: 2, times: 1 }],
    })
    const refused = await eventually(() => stage.simulator.requests().find(({ status }) => status === 429) ?? false)
    const readAt = refused.answeredAt ?? refused.at
    await eventually(async () => expect((await stage.campaign()).progress['done']).toBe(120), { timeoutMs: 30_000 })
    const after = stage.simulator.requests().filter(({ at }) => at > readAt + 100 && at < readAt + 1_900)
    console.log(`requests from 100 ms after the 429 to the end of its pause: ${after.length}`)
    expect(after).toEqual([])
    expect(stage.simulator.truth().calls).toHaveLength(120)
  }, 60_000)
})
