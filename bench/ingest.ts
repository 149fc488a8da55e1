import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { DATA_KEY, type Load, SECRET, sendWebhooks } from './support/load.ts'
import { middle } from './support/median.ts'
import { type Program, startProgram } from './support/program.ts'
import { startRedis } from './support/redis-server.ts'

/** Webhooks a second, verified, deduplicated and fsynced, beside two that do none of it. */
export interface IngestResult {
  ours: Round
  plain: Round
  bare: Round
  /** At half of what ours takes. */
  halfLoad: Load
  ratioToPlain: number
  ratioToBare: number
  /** Events that a worker process makes into journeys afterwards, a second. */
  drainedPerSecond: number
}

/** What one process took, and its CPU time for one webhook, µs. */
interface Round extends Load {
  cpuUs: number
}

/** How long a worker is watched at what was received. */
const DRAIN_S = 10

const CONNECTIONS = 100

const campaign = {
  ...{ id: 'roof', name: 'Roof', provider: 'leadsail', account: { campaignId: 'HXZ' } },
  trigger: { events: ['lead.processed'] },
}

export async function measureIngest({ rounds, seconds }: { rounds: number; seconds: number }): Promise<IngestResult> {
  await using closing = new AsyncDisposableStack()
  const durable = closing.use(await startRedis('always'))
  const usual = closing.use(await startRedis('everysec'))
  const campaigns = await mkdtemp(join(tmpdir(), 'aftercall-bench-campaigns-'))
  await writeFile(join(campaigns, 'roof.yaml'), JSON.stringify(campaign))
  // A worker asks the vendor about each lead.
  const vendor = closing.use(await startProgram('bench/support/vendor.ts', { CONTROL: '{}' }, '/_control'))
  const at = { LEADSAIL_BASE_URL: `${vendor.url}/leadsail/api/v1`, LEADSAIL_RATE: '100000/s' }
  const keys = { LEADSAIL_WEBHOOK_SECRET: SECRET, LEADSAIL_API_KEY: 'key', DATA_KEY }
  const env = { REDIS_URL: durable.url, CAMPAIGNS_DIR: campaigns, ...keys, ...at }
  const ours = closing.use(await startProgram('src/main.ts', { ...env, ROLES: 'web' }))
  const plain = closing.use(await startProgram('bench/baseline/receiver.ts', { REDIS_URL: usual.url }, '/'))
  const bare = closing.use(await startProgram('bench/baseline/bare.ts', {}, '/'))

  const loads: Record<'ours' | 'plain' | 'bare', Round[]> = { ours: [], plain: [], bare: [] }
  const targets: [keyof typeof loads, Program][] = [
    ['ours', ours],
    ['plain', plain],
    ['bare', bare],
  ]
  for (let round = 0; round <= rounds; round += 1) {
    // Nobody is always the first.
    targets.push(...targets.splice(0, 1))
    for (const [name, program] of targets) {
      const before = await program.cpuMs()
      const load = await sendWebhooks(program.url, { connections: CONNECTIONS, seconds, run: `${name}${round}` })
      const cpuUs = (((await program.cpuMs()) - before) * 1_000) / (load.perSecond * seconds)
      // The first round warms up.
      if (round > 0) loads[name].push({ ...load, cpuUs })
      await usual.client.flushall()
    }
  }
  const mid = (name: keyof typeof loads) => middle(loads[name])
  const perSecond = Math.floor(mid('ours').perSecond / 2)
  const halfLoad = await sendWebhooks(ours.url, { connections: CONNECTIONS, seconds, perSecond, run: 'half' })
  const drainedPerSecond = await measureDraining(ours, () =>
    startProgram('src/main.ts', { ...env, ROLES: 'web,worker,scheduler' }),
  )
  return {
    drainedPerSecond,
    ...{ ours: mid('ours'), plain: mid('plain'), bare: mid('bare'), halfLoad },
    ratioToPlain: mid('ours').perSecond / mid('plain').perSecond,
    ratioToBare: mid('ours').perSecond / mid('bare').perSecond,
  }
}

/** How fast a worker makes journeys of what the receiver has put on the queue. Nobody is called meanwhile. */
async function measureDraining(receiver: Program, startWorker: () => Promise<Program>): Promise<number> {
  await fetch(`${receiver.url}/api/v1/pause`, { method: 'POST' })
  await using _worker = await startWorker()
  const journeys = async () => {
    const answer = await fetch(`${receiver.url}/api/v1/campaigns/roof`)
    return ((await answer.json()) as { progress: { total: number } }).progress.total
  }
  const [before, startedAt] = [await journeys(), performance.now()]
  await wait(DRAIN_S * 1_000)
  return ((await journeys()) - before) / ((performance.now() - startedAt) / 1_000)
}
