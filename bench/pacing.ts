import { setTimeout as wait } from 'node:timers/promises'
import type { Truth } from '../simulator/truth.ts'
import { listOf, openCampaign, startScene } from './support/scene.ts'

/** How evenly and how exactly a campaign's calls start. */
export interface PacingRow {
  callsPerSecond: number
  /** In the measured time, and how many that should be. */
  calls: number
  expected: number
  /** Of what should be; below 0 where there were too few. */
  error: number
  /** The most calls that any one second held, as they arrived at the vendor. */
  mostInASecond: number
}

/** Calls of a second or two are let pass first. */
const SETTLE_MS = 2_000

export async function measurePacing(options: { rates: readonly number[]; seconds: number }): Promise<PacingRow[]> {
  const { rates, seconds } = options
  const campaigns = rates.map(callsPerSecond => ({
    ...openCampaign,
    ...{ id: `pace-${callsPerSecond}`, account: { campaignId: `PACE${callsPerSecond}` }, trigger: {} },
    dial: { ...openCampaign.dial, pace: { callsPerSecond, maxLive: 10_000 } },
  }))
  await using scene = await startScene({ campaigns })
  // Numbers of their own: a number is called by one campaign at a time.
  let from = 0
  for (const callsPerSecond of rates) {
    const count = (seconds + 10) * callsPerSecond
    const id = `pace-${callsPerSecond}`
    await scene.api(`/campaigns/${id}/leads`, { csv: listOf(count, id, from) })
    from += count
  }
  await Promise.all(campaigns.map(({ id }) => scene.api(`/campaigns/${id}/start`, { method: 'POST' })))
  await wait(SETTLE_MS + seconds * 1_000 + SETTLE_MS)
  const { calls } = (await (await fetch(`${scene.vendor.url}/_control/truth`)).json()) as Truth
  return rates.map(callsPerSecond => {
    const at = calls.filter(call => call.campaignId === `PACE${callsPerSecond}`).map(call => call.at)
    at.sort((a, b) => a - b)
    const from = (at[0] ?? 0) + SETTLE_MS
    const within = at.filter(time => time >= from && time < from + seconds * 1_000)
    const expected = callsPerSecond * seconds
    return {
      ...{ callsPerSecond, calls: within.length, expected, error: within.length / expected - 1 },
      mostInASecond: mostWithin(within, 1_000),
    }
  })
}

/** The most of some ascending instants that lie within so many ms. */
function mostWithin(instants: readonly number[], ms: number): number {
  let most = 0
  let from = 0
  for (const [index, at] of instants.entries()) {
    while (at - (instants[from] ?? at) >= ms) from += 1
    most = Math.max(most, index - from + 1)
  }
  return most
}
