import { expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { type PixelStage, startPixelStage } from '../../support/pixel-stage.ts'
import { isOver } from '../../support/stage.ts'

const pixel = (via: string, more = {}) => ({ via, pixelId: '77', event: 'Lead', ...more })
const byLeadSail = pixel('leadsail', { platform: 'facebook' })
/** Pixels that are sent ahead while a test looks on. */
const PROBES = 3
const alerts = ({ lines }: PixelStage, name: string) =>
  lines.filter(({ msg, destination, alert }) => msg === 'destination.paused' && destination === name && alert === true)
const requests = ({ simulator }: PixelStage, vendor: string) =>
  simulator.truth({ lists: false }).requests.byVendor[vendor]?.total ?? 0
/** Tries of all journeys' pixels of one rule that left: a busy machine may miss its own batch, which costs no request. */
async function triesOf(stage: PixelStage, rule: string): Promise<number> {
  const journeys = await Promise.all(stage.leads.map(id => stage.journey(id, () => true)))
  const tries = journeys.flatMap(({ effects }) =>
    effects.filter(effect => effect.rule === rule).map(({ tries }) => tries),
  )
  const isUnsent = (note: object) =>
    'code' in note && note.code === 'NOT_SENT' && 'effect' in note && String(note.effect).endsWith(`:${rule}`)
  const unsent = journeys.flatMap(({ timeline }) => timeline.filter(isUnsent))
  return tries.reduce((sum, times) => sum + times, 0) - unsent.length
}

/** Each pixel of the rule was refused or waits: no request that left before the destination was paused is under way. */
async function haveLanded(stage: PixelStage, rule: string): Promise<void> {
  for (const id of stage.leads) {
    await stage.journey(id, ({ effects, steps }) => {
      const pixel = effects.find(effect => effect.rule === rule)
      const waits = steps.some(({ ref, why }) => ref === rule && why === 'destination_paused')
      return pixel !== undefined && pixel.state !== 'intended' && (pixel.tries > 0 || waits)
    })
  }
}

/** The next one that goes ahead finds the key mended; those that were tried before come due within a quarter of an hour. */
async function mended(stage: PixelStage): Promise<void> {
  stage.clock.advance(60_000)
  const isWell = async () => (await stage.destinations()).every(({ state }) => state === 'healthy')
  await eventually(async () => expect(await isWell()).toBe(true))
  stage.clock.advance(15 * 60_000)
  await stage.rest()
}

test.each(['meta', 'tiktok'])(
  '%s refuses the token: its pixels wait, one alert is logged, and one goes ahead',
  async via => {
    const stage = await startPixelStage(40, [pixel(via), byLeadSail])
    stage.simulator.control({ apiKeys: { [via]: 'another' } })
    await stage.fire()
    const paused = await stage.destination(via, ({ state }) => state === 'paused')
    expect(paused).toMatchObject({ code: 'UNAUTHORIZED', why: expect.stringContaining('refused the access token') })
    // Nobody else is kept waiting.
    await eventually(() => expect(stage.simulator.truth({ lists: false }).counts.pixels).toBe(40))
    await haveLanded(stage, 'pixel-1')

    // Those that were tried before it was paused come due again, and wait with the others.
    stage.clock.advance(1)
    for (let times = 0; times < PROBES; times += 1) {
      const { nextProbeAt } = await stage.destination(via, ({ state }) => state === 'paused')
      const before = requests(stage, via)
      stage.clock.advance(Math.max(0, Date.parse(nextProbeAt ?? '') - stage.clock.now()))
      await stage.destination(via, found => found.state === 'paused' && found.nextProbeAt !== nextProbeAt)
      expect(requests(stage, via)).toBe(before + 1)
    }
    // One that was sent ahead waits out its own delay first, which may be longer than the destination's.
    await stage.destination(via, ({ waiting }) => waiting >= 40 - PROBES)
    const tries = await triesOf(stage, 'pixel-1')
    console.log(`${via}: ${requests(stage, via)} requests and ${tries} tries of 40 pixels while its token was refused`)
    // Nobody is tried again but those sent ahead, one to a request; the first request was no such one.
    expect(tries).toBeLessThanOrEqual(40 + requests(stage, via) - 1)
    expect(alerts(stage, via)).toHaveLength(1)
    const journeys = await Promise.all(stage.leads.map(id => stage.journey(id, () => true)))
    const held = journeys.flatMap(({ timeline }) => timeline.find(({ what }) => what === 'pixel.held') ?? [])
    expect(held.length).toBeGreaterThanOrEqual(40 - PROBES)
    for (const note of held) expect(note).toMatchObject({ destination: via, why: paused.why })

    stage.simulator.control({ apiKeys: { [via]: `${via}-token` } })
    await mended(stage)
    expect(stage.simulator.truth().conversions).toMatchObject({ counts: { receipts: 40, events: 40 } })
    expect(await stage.destination(via, ({ state }) => state === 'healthy')).toEqual({
      name: via,
      state: 'healthy',
      waiting: 0,
    })
    expect(
      stage.lines.filter(({ msg, destination }) => msg === 'destination.resumed' && destination === via),
    ).toHaveLength(1)
  },
)

test('a pixel that a token may not fire holds back no other pixel', async () => {
  const stage = await startPixelStage(20, [pixel('meta', { pixelId: '1' }), pixel('meta', { pixelId: '2' })])
  const body = { error: { message: 'Permissions error', type: 'OAuthException', code: 200 } }
  stage.simulator.control({ faults: [{ match: { path: '/1/events' }, kind: 'status', status: 403, body }] })
  await stage.fire()
  await eventually(() => expect(stage.simulator.truth().conversions.counts.receipts).toBe(20))
  const paused = await stage.destination('meta/1', ({ state }) => state === 'paused')
  expect(paused).toMatchObject({ code: 'FORBIDDEN', why: 'Meta does not let this access token fire pixel 1' })
  await stage.destination('meta', ({ state }) => state === 'healthy')
  expect(alerts(stage, 'meta/1')).toHaveLength(1)

  stage.simulator.control({ faults: [] })
  await mended(stage)
  expect(stage.simulator.truth().conversions).toMatchObject({ counts: { receipts: 40, events: 40 } })
})

test('LeadSail refuses the key for pixels: they wait, and calls are nobody’s business', async () => {
  const stage = await startPixelStage(20, [byLeadSail])
  const refused = { success: false, error: { code: 'UNAUTHORIZED', message: 'Invalid API key' } }
  stage.simulator.control({
    faults: [{ match: { path: '/pixels/fire' }, kind: 'status', status: 401, body: refused }],
    scripts: { '*': [{ status: 'no_answer', lengthMs: 10 }] },
  })
  await stage.fire()
  await stage.destination('leadsail', ({ state, waiting }) => state === 'paused' && waiting > 0)
  await stage.lead('another')
  expect(await stage.journey('another', ({ attempts }) => attempts[0]?.state === 'ended')).toBeDefined()
  expect((await stage.campaign()).status).toBe('running')
  stage.simulator.control({ faults: [] })
  stage.clock.advance(60_000)
  await eventually(() => expect(stage.simulator.truth({ lists: false }).counts.pixels).toBe(21))
})

test('without a token pixels wait, and the start says so; with one they go at once', async () => {
  const stage = await startPixelStage(10, [pixel('meta', { retryFor: 'P6D' })], { env: { META_ACCESS_TOKEN: '' } })
  expect(stage.lines.filter(({ msg }) => msg === 'provider.missing')).toMatchObject([
    { campaign: 'roof', fault: 'META_ACCESS_TOKEN is not set' },
  ])
  await stage.fire()
  await stage.destination('meta', ({ waiting }) => waiting === 10)
  const held = await stage.journey('lead_0', ({ steps }) => steps[0]?.why === 'destination_paused')
  expect(held.timeline.at(-1)).toMatchObject({ what: 'pixel.held', why: 'META_ACCESS_TOKEN is not set' })
  expect(held.effects[1]).toMatchObject({ state: 'planned', tries: 0 })
  expect(alerts(stage, 'meta')).toHaveLength(1)
  // Looked at again now and then, it is still the same.
  stage.clock.advance(24 * 3_600_000)
  await stage.destination('meta', ({ nextProbeAt }) => Date.parse(nextProbeAt ?? '') > stage.clock.now())

  stage.env['META_ACCESS_TOKEN'] = 'meta-token'
  await stage.restart()
  await stage.rest()
  expect(stage.simulator.truth().conversions).toMatchObject({ counts: { receipts: 10, events: 10 } })
  expect(alerts(stage, 'meta')).toHaveLength(1)
})

test('a pixel that waits is given up when its time is over, and not before', async () => {
  const stage = await startPixelStage(5, [pixel('meta', { retryFor: 'PT2H' })], { env: { META_ACCESS_TOKEN: '' } })
  await stage.fire()
  await stage.destination('meta', ({ waiting }) => waiting === 5)
  stage.clock.advance(2 * 3_600_000 - 60_000)
  await stage.destination('meta', ({ nextProbeAt }) => Date.parse(nextProbeAt ?? '') > stage.clock.now())
  expect((await stage.campaign()).progress).toMatchObject({ following_up: 5 })
  stage.clock.advance(120_000)
  await stage.rest()
  const { effects } = await stage.journey('lead_0', isOver)
  expect(effects[1]).toMatchObject({ state: 'expired', tries: 0 })
  expect(await stage.destination('meta', () => true)).toMatchObject({ waiting: 0 })
})
