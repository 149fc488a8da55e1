import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { DATA_KEY } from './support/load.ts'
import { cpuMsOf, startProgram } from './support/program.ts'
import { startRedis } from './support/redis-server.ts'

/** A list of leads taken in by one process, on a Redis that fsyncs every write. */
export interface ImportResult {
  rows: number
  accepted: number
  duplicates: number
  rejected: number
  perSecond: number
  /** Memory of the service: before the list, and the most it held during it, bytes. */
  restRss: number
  mostRss: number
  redisBytesPerLead: number
  /** CPU of the service and of Redis for one row, ms. */
  serviceCpuMs: number
  redisCpuMs: number
}

const campaign = {
  ...{ id: 'roof', name: 'Roof', provider: 'leadsail', account: { campaignId: 'HXZ' } },
  dial: { windows: { 'mon-fri': '09:00-20:00' }, timezone: 'America/New_York' },
}

/** Of a hundred rows so many have a number that cannot exist, repeat an earlier row, or name their zone. */
const SHARES = { bad: 2, repeated: 3, zoned: 40 }

/** Rows of one write of the sender. */
const ROWS_AT_ONCE = 500

const areaCodes = [201, 205, 206, 212, 213, 214, 215, 303, 305, 312, 313, 404, 415, 503, 512, 602, 617, 702, 713, 801]
const firstNames = ['Ann', 'Ben', 'Carla', 'Dmitri', 'Élodie', 'Fatima', 'Günter', 'Hana', 'Ivan', 'José']
const zones = ['America/New_York', 'America/Chicago', 'America/Denver', 'America/Los_Angeles']

/** A list as an agency would send it, row by row; no two runs differ. */
async function* listOf(rows: number): AsyncGenerator<string> {
  yield 'leadId,phone,firstName,lastName,email,timezone\n'
  for (let at = 0; at < rows; at += ROWS_AT_ONCE) {
    const count = Math.min(ROWS_AT_ONCE, rows - at)
    yield Array.from({ length: count }, (_, index) => rowOf(at + index)).join('')
  }
}

function rowOf(index: number): string {
  const kind = index % 100
  // It repeats a row that is neither bad nor itself a repetition.
  const id = kind >= 100 - SHARES.repeated ? index - 50 : index
  const area = areaCodes[id % areaCodes.length]
  const phone = kind < SHARES.bad ? `+1${area}12` : `+1${area}${2_000_000 + Math.floor(id / areaCodes.length)}`
  const zone = id % 100 < SHARES.zoned ? zones[id % zones.length] : ''
  return `lead_${id},${phone},${firstNames[id % firstNames.length]},Lee,lead${id}@example.com,${zone}\n`
}

const Counts = z.object({ accepted: z.number(), duplicates: z.number(), rejected: z.number() })

/** @param env settings of the service besides its own, to measure what one of them does */
export async function measureImport(options: { rows: number; env?: Record<string, string> }): Promise<ImportResult> {
  const { rows, env = {} } = options
  await using closing = new AsyncDisposableStack()
  const redis = closing.use(await startRedis('always'))
  const campaigns = await mkdtemp(join(tmpdir(), 'aftercall-bench-campaigns-'))
  closing.defer(() => rm(campaigns, { recursive: true, force: true }))
  await writeFile(join(campaigns, 'roof.yaml'), JSON.stringify(campaign))
  const settings = { REDIS_URL: redis.url, CAMPAIGNS_DIR: campaigns, LEADSAIL_API_KEY: 'key', DATA_KEY }
  const service = closing.use(await startProgram('src/main.ts', { ...settings, ...env }))

  const usedBytes = async () => Number(/used_memory:(\d+)/.exec(await redis.client.info('memory'))?.[1] ?? 0)
  const cpu = async () => ({ service: await service.cpuMs(), redis: await cpuMsOf(redis.pid) })
  const before = { bytes: await usedBytes(), rss: await service.rss(), cpu: await cpu() }
  await forgetMostRss(service.pid)
  const startedAt = performance.now()
  const answer = await fetch(`${service.url}/api/v1/campaigns/roof/leads`, {
    method: 'POST',
    headers: { 'content-type': 'text/csv' },
    body: ReadableStream.from(bytesOf(listOf(rows))),
    duplex: 'half',
  })
  const counts = Counts.parse(await answer.json())
  const seconds = (performance.now() - startedAt) / 1_000
  const after = await cpu()
  return {
    rows,
    ...counts,
    perSecond: rows / seconds,
    restRss: before.rss,
    mostRss: await mostRssOf(service.pid),
    redisBytesPerLead: ((await usedBytes()) - before.bytes) / counts.accepted,
    serviceCpuMs: (after.service - before.cpu.service) / rows,
    redisCpuMs: (after.redis - before.cpu.redis) / rows,
  }
}

async function* bytesOf(texts: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  for await (const text of texts) yield Buffer.from(text)
}

/** The most that a process has held begins anew: 5 resets `VmHWM`, proc_pid_clear_refs(5). */
async function forgetMostRss(pid: number): Promise<void> {
  await writeFile(`/proc/${pid}/clear_refs`, '5')
}

/** The most memory that a process has held, bytes. Linux only, as the reference machine is. */
async function mostRssOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024
}
