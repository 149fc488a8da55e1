import { expect, test } from 'vitest'
import type { ReplayView } from '../../../src/desk/replays.ts'
import { eventually } from '../../support/eventually.ts'
import { pixelCampaign } from '../../support/planted-effects.ts'
import { startStage } from '../../support/stage.ts'
import { ask, firedAt, over, show, withFailures } from './replaying.ts'

const isFull = process.env['TEST_SCALE'] === 'full'

/** The most of some instants that lie within one second. */
function densest(instants: readonly number[]): number {
  const sorted = [...instants].sort((a, b) => a - b)
  let most = 0
  let from = 0
  for (const [index, at] of sorted.entries()) {
    while (at - (sorted[from] ?? at) >= 1_000) from += 1
    most = Math.max(most, index - from + 1)
  }
  return most
}

test('perSecond holds at the vendor, over two processes', async () => {
  const { stage } = await withFailures(60)
  const other = await startStage({
    campaigns: [pixelCampaign],
    env: { ...stage.env, LEADSAIL_BASE_URL: stage.simulator.leadsailUrl },
  })
  expect(other.app.port).toBeDefined()
  const since = stage.clock.now()
  const replay = await ask(stage, { perSecond: 20 })
  expect(replay.perSecond).toBe(20)
  await over(stage, replay.id)
  await eventually(() => expect(stage.simulator.truth().pixels).toHaveLength(60))
  const at = firedAt(stage, since)
  const tookMs = Math.max(...at) - Math.min(...at)
  console.log(`60 pixels at 20/s: ${tookMs} ms, at most ${densest(at)} in a second`)
  expect(at).toHaveLength(60)
  // 59 gaps of 50 ms; what is late once may come closer to the next.
  expect(tookMs).toBeGreaterThanOrEqual(59 * 50 - 150)
  expect(densest(at)).toBeLessThanOrEqual(23)
}, 60_000)

test('a cancel stops it within a second, also where it went as fast as the account', async () => {
  const { stage } = await withFailures(250, { env: { LEADSAIL_RATE: '100/s' } })
  const since = stage.clock.now()
  const { id } = await ask(stage, { perSecond: 1_000 })
  await eventually(() => firedAt(stage, since).length > 50)
  const cancelled = await stage.api<ReplayView>(`/replays/${id}/cancel`, { method: 'POST' })
  const cancelledAt = stage.clock.now()
  expect(cancelled).toMatchObject({ status: 200, body: { status: 'cancelled' } })
  const { done } = await eventually(async () => {
    const replay = await show(stage, id)
    return replay.standing.waiting + replay.standing.under_way === 0 && replay
  })
  const at = firedAt(stage, since)
  expect(done).toBe(at.length)
  // Some were on their way to the vendor: they are taken back, and not fired.
  expect(done).toBeLessThan(cancelled.body.done)
  expect(at.length).toBeLessThan(250)
  console.log(`cancel: ${at.length} fired, the last ${Math.max(...at) - cancelledAt} ms after it`)
  expect(Math.max(...at) - cancelledAt).toBeLessThan(1_000)
  expect(await stage.api(`/replays/${id}/cancel`, { method: 'POST' })).toMatchObject({ body: { status: 'cancelled' } })
  const { body } = await stage.api<{ audit: object[] }>('/audit')
  expect(body.audit[0]).toMatchObject({ what: 'replay.cancelled', subject: id })

  // What was not taken up still stands, and another replay takes it up.
  const rest = await ask(stage, { perSecond: 1_000 })
  expect(rest.matched).toBe(250 - done)
  await eventually(() => expect(stage.simulator.truth().pixels).toHaveLength(250), { timeoutMs: 20_000 })
  expect(stage.simulator.truth().duplicates?.pixels).toEqual([])
}, 60_000)

/** From the first to the last. */
function ratePerSecond(instants: readonly number[]): number {
  return ((instants.length - 1) * 1_000) / (Math.max(...instants) - Math.min(...instants))
}

test('a replay as fast as the account leaves the account no idle moment', async () => {
  const [count, rate] = isFull ? [20_000, 200] : [100, 20]
  const { stage } = await withFailures(count, { env: { LEADSAIL_RATE: `${rate}/s` } })
  const before = ratePerSecond(firedAt(stage, 0))
  const since = stage.clock.now()
  const { id } = await ask(stage, { perSecond: 10_000 })
  await over(stage, id, 1_200_000)
  const at = await eventually(() => (firedAt(stage, since).length === count ? firedAt(stage, since) : false), {
    timeoutMs: 20_000,
  })
  const replayed = ratePerSecond(at)
  const share = ((100 * replayed) / rate).toFixed(1)
  const compared = `the first time the same pixels went at ${before.toFixed(1)}/s`
  console.log(`replay of ${count} pixels: ${replayed.toFixed(1)}/s, ${share} % of ${rate}/s; ${compared}`)
  // Where the machine is too busy for the rate, a replay is as good as what it replays.
  expect(replayed).toBeGreaterThanOrEqual(Math.min(0.95 * rate, 0.8 * before))
  expect(densest(at)).toBeLessThanOrEqual(rate * 1.15 + 2)
}, 1_800_000)
