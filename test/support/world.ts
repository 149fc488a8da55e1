import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject } from 'vitest'
import type { ControlInput } from '../../simulator/control.ts'
import { USUAL_LOCATION } from '../../simulator/leadconnector/control.ts'
import { createSimulator, type Simulator } from '../../simulator/simulator.ts'
import { signStandard } from '../../src/webhooks/sources/standard.ts'
import { eventually } from './eventually.ts'
import { uniquePrefix } from './prefix.ts'
import { LEADSAIL_SECRET, plainCampaign, standardKey, WEBHOOK_SECRET } from './stage.ts'

/** A webhook as its sender would send it, any number of times. */
export interface Delivery {
  source: string
  headers: Record<string, string>
  body: Buffer
}

/** Everything around a service that is not the service: its vendor, its settings, its senders. */
export interface World extends AsyncDisposable {
  simulator: Simulator
  /** Settings for any number of processes on one Redis. */
  env: Record<string, string>
  lead(leadId: string, data?: Record<string, unknown>): Delivery
  event(type: string, data: Record<string, unknown>): Delivery
}

export async function createWorld(options: {
  campaigns?: Record<string, unknown>[]
  control?: Partial<ControlInput>
  env?: Record<string, string>
  seed?: number
}): Promise<World> {
  const simulator = await createSimulator({
    seed: options.seed ?? 1,
    ...(options.control && { control: options.control }),
  })
  const dir = await mkdtemp(join(tmpdir(), 'aftercall-world-'))
  for (const campaign of options.campaigns ?? [plainCampaign]) {
    // JSON is YAML.
    await writeFile(join(dir, `${campaign['id']}.yaml`), JSON.stringify(campaign))
  }
  return {
    simulator,
    env: {
      PORT: '0',
      REDIS_URL: inject('redisUrl'),
      REDIS_PREFIX: uniquePrefix(),
      CAMPAIGNS_DIR: dir,
      DATA_DIR: join(dir, 'data'),
      LEADSAIL_API_KEY: 'test-key',
      LEADSAIL_BASE_URL: simulator.leadsailUrl,
      LEADSAIL_WEBHOOK_SECRET: LEADSAIL_SECRET,
      LEADCONNECTOR_TOKEN: 'pit-test',
      LEADCONNECTOR_LOCATION_ID: USUAL_LOCATION,
      LEADCONNECTOR_BASE_URL: simulator.leadconnectorUrl,
      LEADCONNECTOR_RATE: '1000/s',
      NATURALEAD_API_KEY: 'nl_test_key',
      NATURALEAD_BASE_URL: simulator.naturaleadUrl,
      META_ACCESS_TOKEN: 'meta-token',
      META_BASE_URL: simulator.metaUrl,
      TIKTOK_ACCESS_TOKEN: 'tiktok-token',
      TIKTOK_BASE_URL: simulator.tiktokUrl,
      WEBHOOK_SECRET,
      ...options.env,
    },
    lead(leadId, data = {}) {
      const event = { event: 'lead.processed', leadId, submissionId: `sub_${leadId}`, campaignId: 'HXZ' }
      const body = { ...event, timestamp: new Date().toISOString(), data: { firstName: 'Ann', ...data } }
      return {
        source: 'leadsail',
        headers: { 'x-webhook-secret': LEADSAIL_SECRET },
        body: Buffer.from(JSON.stringify(body)),
      }
    },
    event(type, data) {
      const body = Buffer.from(JSON.stringify({ type, timestamp: new Date().toISOString(), data }))
      const headers = signStandard({ secret: standardKey, id: uniquePrefix(), atMs: Date.now(), raw: body })
      return { source: 'standard', headers, body }
    },
    async [Symbol.asyncDispose]() {
      await simulator.close()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

/** Sends once. Rejects when nobody answers. */
export async function deliver(url: string, { source, headers, body }: Delivery): Promise<number> {
  const response = await fetch(`${url}/webhooks/${source}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  })
  await response.arrayBuffer()
  return response.status
}

/** Sends again and again, as a vendor does, until it is answered 2xx. */
export async function insist(url: () => string, delivery: Delivery, timeoutMs = 60_000): Promise<void> {
  await eventually(
    async () => {
      const status = await deliver(url(), delivery)
      if (status >= 300) throw new Error(`answered ${status}`)
    },
    { timeoutMs },
  )
}
