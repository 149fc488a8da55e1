import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Truth } from '../simulator/truth.ts'
import { SECRET, webhookOf } from './support/load.ts'
import { median } from './support/median.ts'
import { cpuMsOf, type Program, startProgram } from './support/program.ts'
import { startRedis } from './support/redis-server.ts'

/** Whole journeys: dial, look, text and pixel, against a vendor that answers at once. */
export interface JourneysResult {
  ours: Pace
  baseline: Pace
  ratio: number
}

interface Pace {
  perSecond: number
  /** Of one journey: exact but for looks that come a moment early. */
  redisCommands: number
  vendorRequests: number
  cpuMs: number
}

const SENDERS = 50

const campaign = {
  ...{ id: 'roof', name: 'Roof', provider: 'leadsail', account: { campaignId: 'HXZ' } },
  trigger: { events: ['lead.processed'] },
  dial: {
    windows: { 'mon-sun': '00:00-24:00' },
    timezone: 'America/New_York',
    pace: { callsPerSecond: 1_000, maxLive: 10_000 },
  },
  poll: { first: 'PT0.05S', min: 'PT0.05S', max: 'PT0.05S' },
  followUps: [
    {
      id: 'thanks',
      when: { outcome: ['qualified'] },
      sms: { text: 'Hi {{ lead.firstName }}, thanks for talking with us.', window: '00:00-24:00' },
    },
    {
      id: 'lead-pixel',
      when: { outcome: ['qualified'] },
      pixel: { via: 'leadsail', platform: 'facebook', pixelId: '1', event: 'Lead' },
    },
  ],
}

export async function measureJourneys(options: { rounds: number; journeys: number }): Promise<JourneysResult> {
  const { rounds, journeys } = options
  const paces: Record<'ours' | 'baseline', Pace[]> = { ours: [], baseline: [] }
  for (let round = 0; round < rounds; round += 1) {
    paces.ours.push(await run('src/main.ts', journeys, '/readyz'))
    paces.baseline.push(await run('bench/baseline/pipeline.ts', journeys, '/'))
  }
  const [ours, baseline] = [middle(paces.ours), middle(paces.baseline)]
  return { ours, baseline, ratio: ours.perSecond / baseline.perSecond }
}

async function run(entry: string, journeys: number, readyPath: string): Promise<Pace> {
  await using closing = new AsyncDisposableStack()
  const redis = closing.use(await startRedis('always'))
  const simulator = closing.use(await startProgram('bench/support/vendor.ts', {}, '/_control'))
  const campaigns = await mkdtemp(join(tmpdir(), 'aftercall-bench-campaigns-'))
  await writeFile(join(campaigns, 'roof.yaml'), JSON.stringify(campaign))
  const program = closing.use(
    await startProgram(
      entry,
      {
        ...{ REDIS_URL: redis.url, CAMPAIGNS_DIR: campaigns, LOG_LEVEL: 'warn' },
        ...{ LEADSAIL_API_KEY: 'key', LEADSAIL_BASE_URL: `${simulator.url}/leadsail/api/v1` },
        ...{ LEADSAIL_WEBHOOK_SECRET: SECRET, LEADSAIL_RATE: '100000/s' },
      },
      readyPath,
    ),
  )
  const before = { commands: await commandsOf(redis.client), cpu: await cpuOf(program, redis.pid) }
  const startedAt = performance.now()
  await send(program.url, journeys)
  await untilDone(simulator.url, journeys)
  const seconds = (performance.now() - startedAt) / 1_000
  const { requests } = await truthOf(simulator.url)
  return {
    perSecond: journeys / seconds,
    redisCommands: ((await commandsOf(redis.client)) - before.commands) / journeys,
    vendorRequests: requests.total / journeys,
    cpuMs: ((await cpuOf(program, redis.pid)) - before.cpu) / journeys,
  }
}

async function send(url: string, journeys: number): Promise<void> {
  let next = 0
  const sender = async () => {
    for (let index = next++; index < journeys; index = next++) {
      const answer = await fetch(`${url}/webhooks/leadsail`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-webhook-secret': SECRET },
        body: webhookOf(`${index}`, `+1${212 + (index % 5)}${2_000_000 + Math.floor(index / 5)}`),
      })
      if (answer.status !== 202) throw new Error(`webhook ${index}: ${answer.status}`)
      await answer.arrayBuffer()
    }
  }
  await Promise.all(Array.from({ length: SENDERS }, sender))
}

async function untilDone(vendorUrl: string, journeys: number): Promise<void> {
  for (;;) {
    const { counts } = await truthOf(vendorUrl)
    if (counts.texts >= journeys && counts.pixels >= journeys) return
    await wait(50)
  }
}

async function truthOf(vendorUrl: string): Promise<Truth> {
  return (await (await fetch(`${vendorUrl}/_control/truth?lists=false`)).json()) as Truth
}

async function commandsOf(client: { info(section: string): Promise<string> }): Promise<number> {
  return Number(/total_commands_processed:(\d+)/.exec(await client.info('stats'))?.[1] ?? 0)
}

async function cpuOf(program: Program, redisPid: number): Promise<number> {
  return (await program.cpuMs()) + (await cpuMsOf(redisPid))
}

function middle(paces: readonly Pace[]): Pace {
  const perSecond = median(paces.map(pace => pace.perSecond))
  const found = paces.find(pace => pace.perSecond === perSecond)
  if (found === undefined) throw new Error('nothing was measured')
  return found
}
