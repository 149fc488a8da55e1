import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { ControlInput } from '../../simulator/control.ts'
import type { Truth } from '../../simulator/truth.ts'
import { DATA_KEY, phoneOf, SECRET } from './load.ts'
import { cpuMsOf, type Program, startProgram } from './program.ts'
import { type OwnRedis, startRedis } from './redis-server.ts'

type Fields = Record<string, unknown>

/** A Redis with `appendfsync always`, the vendor and a service, each a process of its own on this machine. */
export interface Scene extends AsyncDisposable {
  redis: OwnRedis
  vendor: Program
  service: Program
  /** Starts another process of the service on the same data. */
  another(env: Record<string, string>): Promise<Program>
  truth(): Promise<Truth>
  /** Changes how the vendor behaves. */
  control(input: ControlInput): Promise<void>
  /** @throws Error with the answer when it is not 2xx */
  api<T = Fields>(path: string, init?: { method?: string; json?: unknown; csv?: string }): Promise<T>
  /** Memory of what Redis holds, bytes. */
  redisBytes(): Promise<number>
  /** Commands Redis has carried out, those of scripts included. */
  redisCommands(): Promise<number>
  /** CPU time of every process of the service, and of Redis, ms. */
  cpuMs(): Promise<{ service: number; redis: number }>
}

/** Of a call that a vendor ends at once, looked at soon, whenever it is. */
export const openCampaign = {
  ...{ id: 'roof', name: 'Roof', provider: 'leadsail', account: { campaignId: 'HXZ' } },
  trigger: { events: ['lead.processed'] },
  dial: {
    windows: { 'mon-sun': '00:00-24:00' },
    timezone: 'America/New_York',
    pace: { callsPerSecond: 1_000, maxLive: 10_000 },
  },
  poll: { first: 'PT0.05S', min: 'PT0.05S', max: 'PT0.05S' },
}

/** The vendor answers at once, and its calls are over at once. */
export const quickCalls: ControlInput = {
  timeScale: 1_000,
  scripts: { '*': [{ status: 'qualified', lengthMs: 1, summary: 'A call.' }] },
}

export async function startScene(options: {
  campaigns?: Fields[]
  control?: ControlInput
  env?: Record<string, string>
  /** The program under measurement; the service itself unless given. */
  entry?: string
}): Promise<Scene> {
  const { campaigns = [openCampaign], control = quickCalls, entry = 'src/main.ts' } = options
  await using opened = new AsyncDisposableStack()
  const redis = opened.use(await startRedis('always'))
  const vendor = opened.use(
    await startProgram('bench/support/vendor.ts', { CONTROL: JSON.stringify(control) }, '/_control'),
  )
  const dir = await mkdtemp(join(tmpdir(), 'aftercall-bench-campaigns-'))
  opened.defer(() => rm(dir, { recursive: true, force: true }))
  // JSON is YAML.
  for (const campaign of campaigns) await writeFile(join(dir, `${campaign['id']}.yaml`), JSON.stringify(campaign))
  const env = {
    ...{ REDIS_URL: redis.url, CAMPAIGNS_DIR: dir, DATA_DIR: join(dir, 'data'), DATA_KEY },
    ...{ LEADSAIL_API_KEY: 'key', LEADSAIL_BASE_URL: `${vendor.url}/leadsail/api/v1` },
    ...{ LEADSAIL_WEBHOOK_SECRET: SECRET, LEADSAIL_RATE: '100000/s', ...options.env },
  }
  const service = opened.use(await startProgram(entry, env, entry === 'src/main.ts' ? '/readyz' : '/'))
  const closing = opened.move()
  const others: Program[] = []

  return {
    redis,
    vendor,
    service,
    async another(more) {
      const program = closing.use(await startProgram('src/main.ts', { ...env, ...more }))
      others.push(program)
      return program
    },
    truth: async () => (await (await fetch(`${vendor.url}/_control/truth?lists=false`)).json()) as Truth,
    async control(input) {
      await ask(`${vendor.url}/_control`, { method: 'POST', json: input })
    },
    api: <T>(path: string, init = {}) => ask<T>(`${service.url}/api/v1${path}`, init),
    async redisCommands() {
      return Number(/total_commands_processed:(\d+)/.exec(await redis.client.info('stats'))?.[1] ?? 0)
    },
    redisBytes: async () => Number(/used_memory:(\d+)/.exec(await redis.client.info('memory'))?.[1] ?? 0),
    async cpuMs() {
      const own = await Promise.all([service, ...others].map(program => program.cpuMs()))
      return { service: own.reduce((sum, ms) => sum + ms, 0), redis: await cpuMsOf(redis.pid) }
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  }
}

async function ask<T>(
  url: string,
  { method, json, csv }: { method?: string; json?: unknown; csv?: string },
): Promise<T> {
  const body = csv ?? (json === undefined ? undefined : JSON.stringify(json))
  const answer = await fetch(url, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    ...(body === undefined
      ? {}
      : { body, headers: { 'content-type': csv === undefined ? 'application/json' : 'text/csv' } }),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${text}`)
  return (text === '' ? undefined : JSON.parse(text)) as T
}

/** A list of so many leads, with the numbers from a place on. */
export function listOf(count: number, name = 'lead', from = 0): string {
  const rows = Array.from({ length: count }, (_, index) => `${name}_${index},${phoneOf(from + index)},Ann\n`)
  return `leadId,phone,firstName\n${rows.join('')}`
}

/** Asks again and again. */
export async function until(check: () => Promise<boolean>, everyMs = 100): Promise<void> {
  while (!(await check())) await wait(everyMs)
}
