import { expect } from 'vitest'
import type { ReplayView } from '../../../src/desk/replays.ts'
import type { Ledger } from '../../../src/ledger/index.ts'
import { eventually } from '../../support/eventually.ts'
import { openLedger } from '../../support/list-journeys.ts'
import { pixelCampaign, plantEffects } from '../../support/planted-effects.ts'
import { type Stage, type StageOptions, startStage } from '../../support/stage.ts'

export const fire = 'POST /pixels/fire'
export const refused = {
  ...{ match: { path: '/pixels/fire' }, kind: 'status' as const, status: 400 },
  body: { success: false, error: { code: 'VALIDATION_ERROR', message: 'no such pixel' } },
}
export const throttled = { match: { path: '/pixels/fire' }, kind: 'status' as const, status: 429, retryAfter: 0 }

/** A service with pixels that have failed, and a vendor that takes them from now on. */
export async function withFailures(count: number, options: StageOptions = {}, fault: object = refused) {
  const stage = await startStage({
    campaigns: [pixelCampaign],
    ...options,
    control: { requestLog: true, faults: [fault as typeof refused], ...options.control },
    env: { LEADSAIL_RATE: '5000/s', ...options.env },
  })
  const ledger = await openLedger(stage.env, stage.clock)
  await plantEffects(ledger, count, { now: stage.clock.now() })
  await failing(ledger, count)
  stage.simulator.control({ faults: [] })
  return { stage, ledger }
}

export const failing = (ledger: Ledger, count: number) =>
  eventually(async () => expect(await ledger.failures.count({})).toBe(count), { timeoutMs: 300_000, everyMs: 100 })

export async function ask(stage: Stage, asked: object) {
  const { status, body } = await stage.api<ReplayView>('/replays', { json: { filter: {}, ...asked } })
  expect(status).toBe(202)
  return body
}

export const show = async (stage: Stage, id: string) => (await stage.api<ReplayView>(`/replays/${id}`)).body

export const over = (stage: Stage, id: string, timeoutMs = 300_000) =>
  eventually(
    async () => {
      const replay = await show(stage, id)
      if (replay.status === 'running') throw new Error(JSON.stringify(replay))
      return replay
    },
    { timeoutMs, everyMs: 100 },
  )

/** When pixels were asked for at the vendor since an instant, ms. */
export const firedAt = (stage: Stage, since: number) =>
  stage.simulator.requests().flatMap(({ route, at }) => (route === fire && at >= since ? [at] : []))
