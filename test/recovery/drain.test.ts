import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { openLedger } from '../support/ledger-reader.ts'
import { startOwnRedis } from '../support/own-redis.ts'
import { type ServiceProcess, spawnService } from '../support/service-process.ts'
import { LEADSAIL_SECRET, plainCampaign } from '../support/stage.ts'
import { contradictions } from '../support/timeline-check.ts'
import { createWorld, insist, type World } from '../support/world.ts'

const isFull = process.env['TEST_SCALE'] === 'full'
const RESTARTS = isFull ? 20 : 4
const LEADS = isFull ? 240 : 40
const STOP_MS = 5_000

const text = { id: 'thanks', when: { outcome: ['qualified'] }, sms: { text: 'Hello', window: '00:00-24:00' } }
const pixel = {
  id: 'lead-pixel',
  when: { outcome: ['qualified'] },
  pixel: { via: 'leadsail', platform: 'facebook', pixelId: '1', event: 'Lead' },
}
const busyCampaign = {
  ...plainCampaign,
  dial: {
    ...plainCampaign.dial,
    retry: { no_answer: ['PT0.3S'] },
    pace: { callsPerSecond: 100, maxLive: 100 },
  },
  followUps: [text, pixel],
}
const hangingDial = [{ match: { path: '/voice/calls/initiate' }, kind: 'hang' as const, afterCommit: true }]

/** Sends the signal; answers how it ended and after how long. */
async function end(service: ServiceProcess, signal: NodeJS.Signals) {
  const startedAt = performance.now()
  service.kill(signal)
  const ended = await service.ended
  return { ...ended, tookMs: performance.now() - startedAt }
}

/** A service whose only job hangs in a request that the vendor has carried out and never answers. */
async function hanging(world: World): Promise<ServiceProcess> {
  const service = spawnService(world.env)
  await service.line('app.started')
  await insist(() => service.url, world.lead('lead_1', { phone: '+12025550123' }))
  await eventually(() => expect(world.simulator.truth().calls).toHaveLength(1))
  return service
}

test(`SIGTERM ${RESTARTS} times in a campaign of ${LEADS}: it ends with 0 in time, and nothing is lost or doubled`, async () => {
  await using world = await createWorld({
    campaigns: [busyCampaign],
    env: { SHUTDOWN_TIMEOUT: `PT${STOP_MS / 1000}S`, LEADSAIL_RATE: '40/s' },
    control: {
      scripts: {
        '*': [
          { status: 'no_answer', lengthMs: 200, summary: null },
          { status: 'qualified', lengthMs: 200 },
        ],
      },
      // Requests take their time, so that every stop finds some under way.
      faults: [{ match: { method: 'POST' }, kind: 'slow', delayMs: 250 }],
    },
  })
  let service = spawnService(world.env)
  let sent = 0
  const sending = (async () => {
    for (; sent < LEADS; sent += 1) {
      const phone = `+1202555${String(100 + sent).padStart(4, '0')}`
      await insist(() => service.url, world.lead(`lead_${sent}`, { phone }))
    }
  })()
  sending.catch(() => {})
  const counts = () => world.simulator.truth({ lists: false }).counts
  const took: number[] = []
  for (let restart = 1; restart <= RESTARTS; restart += 1) {
    await service.line('app.started')
    // Over the whole campaign, which makes two calls a lead.
    const due = (restart / (RESTARTS + 1)) * 2 * LEADS
    await eventually(() => counts().calls >= due, { timeoutMs: 60_000 })
    const { tookMs, ...ended } = await end(service, 'SIGTERM')
    expect(ended).toEqual({ code: 0, signal: null })
    const said = service.lines
      .slice(-12)
      .map(line => JSON.stringify(line).slice(0, 400))
      .join('\n')
    expect(service.lines.at(-1), said).toMatchObject({ msg: 'app.stopped' })
    took.push(tookMs)
    service = spawnService(world.env)
  }
  await sending
  using ledger = await openLedger(world.env)
  await eventually(
    async () => expect(await ledger.progress()).toMatchObject({ total: LEADS, states: { done: LEADS } }),
    { timeoutMs: 90_000, everyMs: 200 },
  )
  await service.line('app.started')
  const { code } = await end(service, 'SIGTERM')
  expect(code).toBe(0)
  console.log(
    `${RESTARTS} stops while busy took ${Math.round(Math.min(...took))} to ${Math.round(Math.max(...took))} ms`,
  )
  expect(Math.max(...took)).toBeLessThan(STOP_MS)
  expect(counts()).toMatchObject({ calls: 2 * LEADS, texts: LEADS, pixels: LEADS })
  expect(world.simulator.truth().duplicates).toEqual({ calls: [], texts: [], pixels: [], handOvers: [] })
  expect(await ledger.left()).toBe(0)
  const journeys = await ledger.journeys()
  expect(journeys.flatMap(journey => contradictions(journey).map(fault => `${journey.leadId}: ${fault}`))).toEqual([])
}, 600_000)

test('a vendor that hangs and a sender that dawdles do not hold up a stop; the question left is closed by the next process', async () => {
  await using world = await createWorld({
    campaigns: [{ ...plainCampaign, reconcile: { grace: 'PT1S', looks: 2, skew: 'PT1S' } }],
    env: { SHUTDOWN_TIMEOUT: 'PT6S' },
    control: { faults: hangingDial, scripts: { '*': [{ status: 'completed', lengthMs: 10 }] } },
  })
  const service = await hanging(world)
  const dawdler = connect({ host: '127.0.0.1', port: Number(new URL(service.url).port) })
  onTestFinished(() => void dawdler.destroy())
  dawdler.on('error', () => {})
  dawdler.write(
    `POST /webhooks/leadsail HTTP/1.1\r\nhost: x\r\nx-webhook-secret: ${LEADSAIL_SECRET}\r\ncontent-length: 100\r\n\r\n{`,
  )
  await eventually(() => dawdler.bytesWritten > 0 && dawdler.readyState === 'open')

  const { tookMs, ...ended } = await end(service, 'SIGTERM')
  expect(ended).toEqual({ code: 0, signal: null })
  expect(tookMs).toBeLessThan(6_000)
  world.simulator.control({ faults: [] })
  const next = spawnService(world.env)
  await next.line('app.started')
  using ledger = await openLedger(world.env)
  await eventually(async () => expect(await ledger.progress()).toMatchObject({ states: { done: 1 } }), {
    timeoutMs: 30_000,
  })
  expect(world.simulator.truth().calls).toHaveLength(1)
}, 90_000)

test('a stop while Redis is away ends with 0 too', async () => {
  const redis = await startOwnRedis()
  onTestFinished(() => redis[Symbol.asyncDispose]())
  await using world = await createWorld({ env: { REDIS_URL: redis.url, SHUTDOWN_TIMEOUT: 'PT6S' } })
  const service = spawnService(world.env)
  await service.line('app.started')
  await redis.kill9()
  const { tookMs, ...ended } = await end(service, 'SIGTERM')
  expect(ended).toEqual({ code: 0, signal: null })
  expect(tookMs).toBeLessThan(6_000)
}, 60_000)

test('a stop while it starts is a stop like any other', async () => {
  const redis = await startOwnRedis()
  onTestFinished(() => redis[Symbol.asyncDispose]())
  redis.freeze()
  await using world = await createWorld({ env: { REDIS_URL: redis.url, LEADSAIL_API_KEY: '' } })
  const service = spawnService(world.env)
  // Said on the way to Redis, which does not answer.
  await service.line('provider.missing')
  service.kill('SIGTERM')
  await service.line('process.stopping')
  redis.thaw()
  expect(await service.ended).toEqual({ code: 0, signal: null })
}, 60_000)

test('a second signal forces the end and says why', async () => {
  await using world = await createWorld({ control: { faults: hangingDial } })
  const service = await hanging(world)
  service.kill('SIGTERM')
  await service.line('process.stopping')
  // The same signal again at once is one that was passed on (npm does that with Ctrl-C), and forces nothing.
  service.kill('SIGTERM')
  const again = eventually(() => {
    if (service.isRunning) service.kill('SIGTERM')
    return !service.isRunning
  })
  expect(await service.ended).toEqual({ code: 1, signal: null })
  await again
  const stoppingAt = Date.parse(String((await service.line('process.stopping'))['time']))
  const forced = await service.line('process.forced')
  expect(forced).toMatchObject({ level: 'error', why: 'a second signal came' })
  expect(Date.parse(String(forced['time'])) - stoppingAt).toBeGreaterThanOrEqual(490)
}, 60_000)

test('with its own Redis no process is left, and what a forced end leaves is taken over', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'aftercall-drain-'))
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }))
  await using world = await createWorld({ control: { faults: hangingDial } })
  const { REDIS_URL: _none, ...env } = world.env
  const embedded = { ...world, env: { ...env, DATA_DIR: dataDir } }

  const forced = await hanging(embedded)
  const { pid: redisPid } = await forced.line('redis.started')
  await eventually(() => {
    if (forced.isRunning) forced.kill('SIGTERM')
    return !forced.isRunning
  })
  expect(await forced.ended).toEqual({ code: 1, signal: null })

  const heir = spawnService(embedded.env)
  const redis = await heir.line('redis.started')
  // A forced end may have let Redis go down or not: the next start has one either way.
  expect(redis['adopted'] ? redis['pid'] : redisPid).toBe(redisPid)
  await heir.line('app.started')
  expect(await end(heir, 'SIGTERM')).toMatchObject({ code: 0, signal: null })
  for (const pid of [redisPid, redis['pid']]) await eventually(() => !isAlive(Number(pid)))
}, 60_000)

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
