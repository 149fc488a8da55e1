import { setTimeout as wait } from 'node:timers/promises'
import type { Truth } from '../simulator/truth.ts'
import type { Program } from './support/program.ts'
import { listOf, openCampaign, startScene, until } from './support/scene.ts'

/** Many calls at once, followed by one process. */
export interface LiveCallsResult {
  calls: number
  /** Of the campaign: no call is looked at less often, ms. */
  intervalMs: number
  dialedPerSecond: number
  looksPerSecond: number
  /** Share of one core that the process used while it only looked. */
  cpu: number
  /** All that stands of a lead with a live call, and how much of that it has more than a lead that waits. */
  redisBytesPerCall: number
  redisBytesOverLead: number
  /** Of the process, over what it held with nobody in a call. */
  processBytesPerCall: number
  /** From the end of a call to the look that saw it, ms. */
  seenAfterMs: { p50: number; p99: number; max: number }
}

/** Fewer calls a second than this are not placed by any machine that this is worth measuring on. */
const SLOWEST_PER_S = 300

/** σ of the calls' lengths, log-normal. */
const SPREAD = 0.06

/** What a start has left to do is over by then. */
const SETTLE_MS = 10_000

export async function measureLiveCalls(options: { calls: number; intervalS: number }): Promise<LiveCallsResult> {
  const { calls, intervalS } = options
  const everyS = `PT${intervalS}S`
  const campaign = {
    ...{ ...openCampaign, trigger: {} },
    dial: { ...openCampaign.dial, pace: { callsPerSecond: 1_000, maxLive: calls } },
    poll: { first: everyS, min: everyS, max: everyS, deadline: 'PT4H' },
  }
  // All are placed and watched for a while before the first ones end, which is at different times of the interval.
  const watchMs = intervalS * 1_000
  const medianMs = ((calls / SLOWEST_PER_S) * 1_000 + 2 * watchMs) * (1 + 4.5 * SPREAD)
  await using scene = await startScene({
    campaigns: [campaign],
    control: { timeScale: 1, outcomes: { completed: 1 }, lengths: { completed: { medianMs, sigma: SPREAD } } },
    env: { LEADSAIL_RATE: '2500/s' },
  })
  const emptyRedis = await scene.redisBytes()
  await scene.api('/campaigns/roof/leads', { csv: listOf(calls) })
  const redisBefore = await scene.redisBytes()
  // What the list has taken of the process is none of the calls'.
  await scene.service[Symbol.asyncDispose]()
  const service = await scene.another({})
  await wait(SETTLE_MS)
  const rssBefore = await service.rss()
  const startedAt = performance.now()
  const begun = await fetch(`${service.url}/api/v1/campaigns/roof/start`, { method: 'POST' })
  if (!begun.ok) throw new Error(`the start was answered ${begun.status}: ${await begun.text()}`)
  await until(async () => (await scene.truth()).counts.calls >= calls, 250)
  const dialedPerSecond = calls / ((performance.now() - startedAt) / 1_000)

  // The first looks have begun by then, and each call is looked at once in that time.
  await until(async () => (await looksOf(scene.truth)) > 0, 250)
  const before = { looks: await looksOf(scene.truth), cpu: await service.cpuMs(), at: performance.now() }
  await wait(watchMs)
  const seconds = (performance.now() - before.at) / 1_000
  const looksPerSecond = ((await looksOf(scene.truth)) - before.looks) / seconds
  const cpu = ((await service.cpuMs()) - before.cpu) / (seconds * 1_000)
  const [rss, redis] = [await service.rss(), await scene.redisBytes()]

  const statusOf = async () =>
    (await (await fetch(`${service.url}/api/v1/campaigns/roof`)).json()) as { status: string }
  await until(async () => (await statusOf()).status === 'done', 1_000)
  const seen = (await seenAfter(scene.vendor, service)).toSorted((a, b) => a - b)
  const at = (share: number) => seen[Math.min(seen.length - 1, Math.floor(seen.length * share))] ?? Number.NaN
  return {
    ...{ calls, intervalMs: intervalS * 1_000, dialedPerSecond, looksPerSecond, cpu },
    redisBytesPerCall: (redis - emptyRedis) / calls,
    redisBytesOverLead: (redis - redisBefore) / calls,
    processBytesPerCall: (rss - rssBefore) / calls,
    seenAfterMs: { p50: at(0.5), p99: at(0.99), max: at(1) },
  }
}

async function looksOf(truth: () => Promise<Truth>): Promise<number> {
  return (await truth()).requests.byRoute['GET /interactions/:interactionId'] ?? 0
}

/** For each call the time from its end to our knowing of it, ms. */
async function seenAfter(vendor: Program, service: Program): Promise<number[]> {
  const { calls } = (await (await fetch(`${vendor.url}/_control/truth`)).json()) as Truth
  const endsAt = new Map(calls.map(call => [call.interactionId, call.endsAt ?? Number.NaN]))
  const list = await fetch(`${service.url}/api/v1/campaigns/roof/export?by=attempt&format=ndjson`)
  const lines = (await list.text()).split('\n').filter(line => line !== '')
  const attempts = lines.map(line => JSON.parse(line) as { interactionId: string; endedAt: string })
  return attempts.map(({ interactionId, endedAt }) => Date.parse(endedAt) - (endsAt.get(interactionId) ?? Number.NaN))
}
