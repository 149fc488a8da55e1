import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Load, SECRET, sendWebhooks } from './support/load.ts'
import { median } from './support/median.ts'
import { type Program, startProgram } from './support/program.ts'
import { startRedis } from './support/redis-server.ts'

/** Webhooks a second, verified, deduplicated and fsynced, beside two that do none of it. */
export interface IngestResult {
  ours: Load
  plain: Load
  bare: Load
  /** At half of what ours takes. */
  halfLoad: Load
  ratioToPlain: number
  ratioToBare: number
}

const CONNECTIONS = 100

const campaign = {
  ...{ id: 'roof', name: 'Roof', provider: 'leadsail', account: { campaignId: 'HXZ' } },
  trigger: { events: ['lead.processed'] },
}

/** The round in the middle, by what it took. */
function middle(loads: readonly Load[]): Load {
  const perSecond = median(loads.map(load => load.perSecond))
  const found = loads.find(load => load.perSecond === perSecond)
  if (found === undefined) throw new Error('nothing was measured')
  return found
}

export async function measureIngest({ rounds, seconds }: { rounds: number; seconds: number }): Promise<IngestResult> {
  await using closing = new AsyncDisposableStack()
  const durable = closing.use(await startRedis('always'))
  const usual = closing.use(await startRedis('everysec'))
  const campaigns = await mkdtemp(join(tmpdir(), 'aftercall-bench-campaigns-'))
  await writeFile(join(campaigns, 'roof.yaml'), JSON.stringify(campaign))
  const ours = closing.use(
    await startProgram('src/main.ts', {
      ...{ ROLES: 'web', REDIS_URL: durable.url, CAMPAIGNS_DIR: campaigns, LEADSAIL_WEBHOOK_SECRET: SECRET },
    }),
  )
  const plain = closing.use(await startProgram('bench/baseline/receiver.ts', { REDIS_URL: usual.url }, '/'))
  const bare = closing.use(await startProgram('bench/baseline/bare.ts', {}, '/'))

  const loads: Record<'ours' | 'plain' | 'bare', Load[]> = { ours: [], plain: [], bare: [] }
  const targets: [keyof typeof loads, Program][] = [
    ['ours', ours],
    ['plain', plain],
    ['bare', bare],
  ]
  for (let round = 0; round <= rounds; round += 1) {
    for (const [name, { url }] of targets) {
      const load = await sendWebhooks(url, { connections: CONNECTIONS, seconds, run: `${name}${round}` })
      // The first round warms up.
      if (round > 0) loads[name].push(load)
      await usual.client.flushall()
    }
  }
  const mid = (name: keyof typeof loads) => middle(loads[name])
  const perSecond = Math.floor(mid('ours').perSecond / 2)
  const halfLoad = await sendWebhooks(ours.url, { connections: CONNECTIONS, seconds, perSecond, run: 'half' })
  return {
    ...{ ours: mid('ours'), plain: mid('plain'), bare: mid('bare'), halfLoad },
    ratioToPlain: mid('ours').perSecond / mid('plain').perSecond,
    ratioToBare: mid('ours').perSecond / mid('bare').perSecond,
  }
}
