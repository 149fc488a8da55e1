import { setTimeout as wait } from 'node:timers/promises'
import { median } from './support/median.ts'
import { listOf, openCampaign, startScene, until } from './support/scene.ts'

/** What the service takes while it has nothing to do, and what is kept of what it has done. */
export interface FootprintResult {
  /** From the start of the process to its first 2xx from `/readyz`, ms: of starts that are not the first. */
  readyMs: number
  firstReadyMs: number
  /** Share of one core, with one running campaign and nothing due. */
  idleCpu: number
  /** Commands of Redis a second meanwhile, those of scripts included. */
  idleRedisCommands: number
  idleRss: number
  /** Redis for one lead that waits, and for one journey whose call has ended, bytes. */
  redisBytesPerLead: number
  redisBytesPerEnded: number
}

/** What a start has left to do is over by then. */
const SETTLE_MS = 15_000
const IDLE_MS = 60_000

const STARTS = 5
const LEADS = 5_000

export async function measureFootprint(): Promise<FootprintResult> {
  const starts: number[] = []
  for (let start = 0; start <= STARTS; start += 1) {
    await using scene = await startScene({})
    starts.push(scene.service.readyMs)
  }
  const [firstReadyMs = Number.NaN, ...laterMs] = starts
  return { readyMs: median(laterMs), firstReadyMs, ...(await measureIdle()), ...(await measureRecords()) }
}

async function measureIdle() {
  await using scene = await startScene({})
  await wait(SETTLE_MS)
  const before = { cpu: await scene.service.cpuMs(), commands: await scene.redisCommands(), at: performance.now() }
  await wait(IDLE_MS)
  const seconds = (performance.now() - before.at) / 1_000
  return {
    idleCpu: ((await scene.service.cpuMs()) - before.cpu) / (seconds * 1_000),
    idleRedisCommands: ((await scene.redisCommands()) - before.commands) / seconds,
    idleRss: await scene.service.rss(),
  }
}

async function measureRecords() {
  await using scene = await startScene({ campaigns: [{ ...openCampaign, trigger: {} }] })
  const empty = await scene.redisBytes()
  await scene.api('/campaigns/roof/leads', { csv: listOf(LEADS) })
  const waiting = await scene.redisBytes()
  await scene.api('/campaigns/roof/start', { method: 'POST' })
  await until(async () => (await scene.api<{ status: string }>('/campaigns/roof')).status === 'done', 1_000)
  const ended = await scene.redisBytes()
  return { redisBytesPerLead: (waiting - empty) / LEADS, redisBytesPerEnded: (ended - empty) / LEADS }
}
