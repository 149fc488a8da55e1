import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject, onTestFinished } from 'vitest'
import type { ControlInput } from '../../simulator/control.ts'
import { createSimulator, type Simulator } from '../../simulator/simulator.ts'
import { type App, createApp, type Overrides } from '../../src/app.ts'
import { ShiftedClock } from '../../src/clock.ts'
import { loadConfig } from '../../src/config.ts'
import type { CampaignView } from '../../src/desk/campaigns.ts'
import type { EventView } from '../../src/desk/events.ts'
import type { JourneyView } from '../../src/desk/journey-view.ts'
import { createLogger } from '../../src/logger.ts'
import { signStandard } from '../../src/webhooks/sources/standard.ts'
import { assertDocumented } from './documented.ts'
import { eventually } from './eventually.ts'
import { expectNothingPrivate, notePeople } from './log-scan.ts'
import { uniquePrefix } from './prefix.ts'

/** Far above the real limit: a test that expects a 202 must not fail because the machine is busy. */
const STORE_TIMEOUT_MS = 10_000

export const LEADSAIL_SECRET = 'sesame-open-now'
export const standardKey = Buffer.from('0123456789abcdef0123456789abcdef')
export const WEBHOOK_SECRET = `whsec_${standardKey.toString('base64')}`

/** Always open, quick to look, no retries: tests say what they need on top. */
export const plainCampaign = {
  id: 'roof',
  name: 'Roof quotes',
  provider: 'leadsail',
  account: { campaignId: 'HXZ' },
  trigger: { events: ['lead.processed'] },
  dial: {
    windows: { 'mon-sun': '00:00-24:00' },
    timezone: 'America/New_York',
    pace: { callsPerSecond: 1000, maxLive: 1000 },
  },
  poll: { first: 'PT0.05S', min: 'PT0.05S', max: 'PT0.2S', deadline: 'PT1H', settle: 'PT0.1S' },
}

type Fields = Record<string, unknown>

export interface StageOptions {
  /** Campaign files; one `roof` by default. */
  campaigns?: Fields[]
  /** The simulator's settings; calls end a thousand times faster than in life by default. */
  control?: Partial<ControlInput>
  /** Settings besides those of every stage. */
  env?: Record<string, string> | ((simulator: Simulator) => Record<string, string>)
  overrides?: Overrides
}

/** A whole service against the simulator on the run's Redis, with its own prefix, closed when the test ends. */
export interface Stage {
  app: App
  url: string
  simulator: Simulator
  clock: ShiftedClock
  /** Parsed log lines so far. */
  lines: Fields[]
  env: Record<string, string>
  /** A LeadSail webhook. */
  lead(leadId: string, data?: Fields, event?: Fields): Promise<Answer>
  /** A Standard Webhook. */
  send(type: string, data: Fields, options?: { id?: string }): Promise<Answer>
  api<T = Fields>(path: string, init?: RequestInit & { json?: unknown }): Promise<{ status: number; body: T }>
  journeysOf(leadId: string): Promise<JourneyView[]>
  /** The lead's newest journey with its timeline, as soon as it passes the check. */
  journey(leadId: string, check: (journey: JourneyView) => unknown, timeoutMs?: number): Promise<JourneyView>
  event(eventId: string, check?: (event: EventView) => unknown): Promise<EventView>
  campaign(id?: string): Promise<CampaignView>
  /** Stops the service and starts it again on the same data. */
  restart(): Promise<void>
}

export interface Answer {
  status: number
  body: Fields
  headers: Headers
}

/** What was sent as JSON; of anything else nothing is known. */
function readable(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

export const isOver = (journey: { state: string }) => ['done', 'stopped', 'parked'].includes(journey.state)

export async function startStage(options: StageOptions = {}): Promise<Stage> {
  const clock = new ShiftedClock()
  const simulator = await createSimulator({
    seed: 1,
    control: { timeScale: 1000, ...options.control },
    now: () => clock.now(),
  })
  onTestFinished(() => simulator.close())
  const dir = await mkdtemp(join(tmpdir(), 'aftercall-stage-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  for (const campaign of options.campaigns ?? [plainCampaign]) {
    // JSON is YAML.
    await writeFile(join(dir, `${campaign['id']}.yaml`), JSON.stringify(campaign))
  }

  const env = {
    PORT: '0',
    REDIS_URL: inject('redisUrl'),
    REDIS_PREFIX: uniquePrefix(),
    REDIS_ACCEPT_UNSAFE: 'false',
    CAMPAIGNS_DIR: dir,
    DATA_DIR: join(dir, 'data'),
    LEADSAIL_API_KEY: 'test-key',
    LEADSAIL_RATE: '1000/s',
    LEADSAIL_BASE_URL: simulator.leadsailUrl,
    LEADSAIL_WEBHOOK_SECRET: LEADSAIL_SECRET,
    NATURALEAD_API_KEY: 'nl_test_key',
    NATURALEAD_BASE_URL: simulator.naturaleadUrl,
    NATURALEAD_RATE: '1000/s',
    META_ACCESS_TOKEN: 'meta-token',
    META_BASE_URL: simulator.metaUrl,
    META_RATE: '1000/s',
    TIKTOK_ACCESS_TOKEN: 'tiktok-token',
    TIKTOK_BASE_URL: simulator.tiktokUrl,
    TIKTOK_RATE: '1000/s',
    WEBHOOK_SECRET,
    ...(typeof options.env === 'function' ? options.env(simulator) : options.env),
  }
  const lines: Fields[] = []
  const people = new Set<string>()
  // After everything below has come to its end: no line of any test says whom it is about.
  onTestFinished(() => expectNothingPrivate(lines, { people, env }))
  const logger = createLogger({ level: 'debug', destination: { write: line => void lines.push(JSON.parse(line)) } })
  const start = () =>
    createApp(loadConfig(env), { clock, logger, storeTimeoutMs: STORE_TIMEOUT_MS, ...options.overrides })
  let app = await start()
  onTestFinished(() => app[Symbol.asyncDispose]())
  let count = 0

  const exchange = async (path: string, init: RequestInit): Promise<Answer> => {
    if (typeof init.body === 'string') notePeople(people, readable(init.body))
    const response = await fetch(`http://127.0.0.1:${app.port}${path}`, init)
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) }
  }

  const stage: Stage = {
    get app() {
      return app
    },
    get url() {
      return `http://127.0.0.1:${app.port}`
    },
    simulator,
    clock,
    lines,
    env,

    lead(leadId, data = {}, event = {}) {
      count += 1
      const body = {
        event: 'lead.processed',
        leadId,
        submissionId: `sub_${leadId}_${count}`,
        campaignId: 'HXZ',
        status: 'qualified',
        timestamp: new Date(clock.now()).toISOString(),
        data: { firstName: 'Ann', lastName: 'Lee', email: 'ann.lee@example.com', ...data },
        ...event,
      }
      const headers = { 'content-type': 'application/json', 'x-webhook-secret': LEADSAIL_SECRET }
      return exchange('/webhooks/leadsail', { method: 'POST', headers, body: JSON.stringify(body) })
    },

    send(type, data, { id = uniquePrefix() } = {}) {
      const raw = Buffer.from(JSON.stringify({ type, timestamp: new Date(clock.now()).toISOString(), data }))
      const headers = {
        'content-type': 'application/json',
        ...signStandard({ secret: standardKey, id, atMs: clock.now(), raw }),
      }
      notePeople(people, data)
      return exchange('/webhooks/standard', { method: 'POST', headers, body: raw })
    },

    async api<T>(path: string, { json, ...init }: RequestInit & { json?: unknown } = {}) {
      const body = json === undefined ? {} : { body: JSON.stringify(json), method: 'POST' }
      const headers = { 'content-type': 'application/json', ...(init.headers as Record<string, string>) }
      const request = { ...body, ...init, headers }
      const answer = await exchange(`/api/v1${path}`, request)
      assertDocumented({
        method: request.method ?? 'GET',
        path: `/api/v1${path}`.replace(/\?.*$/, ''),
        status: answer.status,
        type: answer.headers.get('content-type'),
        body: answer.body,
      })
      return { status: answer.status, body: answer.body as T }
    },

    async journeysOf(leadId) {
      const found = await stage.api<{ journeys: JourneyView[] }>(`/journeys?leadId=${encodeURIComponent(leadId)}`)
      return found.body.journeys
    },

    journey: (leadId, check, timeoutMs = 10_000) =>
      eventually(
        async () => {
          const [newest] = await stage.journeysOf(leadId)
          if (newest === undefined) throw new Error(`no journey of ${leadId}`)
          const { body } = await stage.api<JourneyView>(`/journeys/${newest.id}`)
          if (!check(body)) throw new Error(`journey is ${JSON.stringify(body)}`)
          return body
        },
        { timeoutMs },
      ),

    event: (eventId, check = event => event.state !== 'received') =>
      eventually(async () => {
        const { body } = await stage.api<EventView>(`/events/${eventId}`)
        if (!check(body)) throw new Error(`event is ${JSON.stringify(body)}`)
        return body
      }),

    async campaign(id = 'roof') {
      return (await stage.api<CampaignView>(`/campaigns/${id}`)).body
    },

    async restart() {
      await app[Symbol.asyncDispose]()
      app = await start()
    },
  }
  return stage
}
