import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '../test/support/free-port.ts'
import { type OwnRedis, startOwnRedis } from '../test/support/own-redis.ts'
import { CAMPAIGN_ID, campaignFile, vendorControl } from './campaign.ts'
import type { PauseWatch } from './pauses.ts'
import type { RecoveryWatch } from './recovery.ts'
import { type Service, startService } from './service.ts'
import type { SettledLine } from './settled-line.ts'
import { startVendor, type Vendor } from './vendor.ts'

/** Every real process of a run: Redis, the fake vendor, one web process and the workers. */
export interface World extends AsyncDisposable {
  redis: OwnRedis
  vendor: Vendor
  service: Service
  webhookKey: Buffer
}

const WORKERS = 2

/** @param dir where logs and files of the run go */
export async function startWorld(dir: string, seed: number, watch: RecoveryWatch, pauses: PauseWatch): Promise<World> {
  await using started = new AsyncDisposableStack()
  const campaigns = join(dir, 'campaigns')
  await mkdir(campaigns)
  await writeFile(join(campaigns, `${CAMPAIGN_ID}.yaml`), JSON.stringify(campaignFile))

  const redis = started.use(await startOwnRedis({ logfile: join(dir, 'redis.log') }))
  const vendor = started.use(await startVendor(dir, seed))
  await vendor.control(vendorControl())

  const webhookKey = Buffer.alloc(32, seed % 251)
  const env = {
    REDIS_URL: redis.url,
    REDIS_PREFIX: `chaos${seed}`,
    CAMPAIGNS_DIR: campaigns,
    DATA_DIR: join(dir, 'data'),
    DATA_KEY: Buffer.alloc(32, 1 + (seed % 251)).toString('base64'),
    LEADSAIL_API_KEY: 'chaos',
    LEADSAIL_BASE_URL: vendor.url,
    // The vendor's own limit is not what is tried here.
    LEADSAIL_RATE: '10000/s',
    WEBHOOK_SECRET: `whsec_${webhookKey.toString('base64')}`,
  }
  const onSettled = (settled: SettledLine) => {
    watch.settled(settled)
    pauses.settled(settled)
  }
  const port = await freePort()
  const service = started.use(startService({ dir, port, env, workers: WORKERS, watch, onSettled }))
  await service.ready
  const running = started.move()
  return { redis, vendor, service, webhookKey, [Symbol.asyncDispose]: () => running.disposeAsync() }
}
