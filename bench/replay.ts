import { listOf, openCampaign, quickCalls, startScene, until } from './support/scene.ts'

/** Failed pixels that are fired again, as fast as the vendor's account allows. */
export interface ReplayResult {
  pixels: number
  /** What the account allows. */
  budgetPerSecond: number
  perSecond: number
  /** Of what the account allows. */
  share: number
}

const refused = {
  match: { path: '/pixels/fire' },
  ...{ kind: 'status' as const, status: 400 },
  body: { success: false, error: { code: 'VALIDATION_ERROR', message: 'no such pixel' } },
}

export async function measureReplay({
  pixels,
  perSecond: rate,
}: {
  pixels: number
  perSecond: number
}): Promise<ReplayResult> {
  const rule = { platform: 'facebook', pixelId: '1', event: 'Lead' }
  const campaign = {
    ...{ ...openCampaign, trigger: {} },
    followUps: [{ id: 'lead-pixel', when: { outcome: ['qualified'] }, pixel: rule }],
  }
  await using scene = await startScene({ campaigns: [campaign], control: { ...quickCalls, faults: [refused] } })
  await scene.api('/campaigns/roof/leads', { csv: listOf(pixels) })
  await scene.api('/campaigns/roof/start', { method: 'POST' })
  const failed = async () => {
    const { failures } = await scene.api<{ failures: { count: number }[] }>('/failures')
    return failures.reduce((sum, { count }) => sum + count, 0)
  }
  await until(async () => (await failed()) >= pixels, 1_000)
  await scene.control({ faults: [] })
  // The failures were made as fast as they could be; they are replayed at what the account allows.
  await scene.service[Symbol.asyncDispose]()
  const service = await scene.another({ LEADSAIL_RATE: `${rate}/s` })
  const replays = `${service.url}/api/v1/replays`

  const firedBefore = (await scene.truth()).counts.pixels
  const startedAt = performance.now()
  const answer = await fetch(replays, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
    body: JSON.stringify({ filter: {}, perSecond: 10_000 }),
  })
  if (answer.status !== 202) throw new Error(`the replay was answered ${answer.status}: ${await answer.text()}`)
  await until(async () => (await scene.truth()).counts.pixels - firedBefore >= pixels, 50)
  const perSecond = pixels / ((performance.now() - startedAt) / 1_000)
  return { pixels, budgetPerSecond: rate, perSecond, share: perSecond / rate }
}
