import type { CampaignBook } from '../campaigns/book.ts'
import type { Destination } from '../ledger/destinations.ts'
import type { Ledger } from '../ledger/index.ts'
import type { RedisClient } from '../redis/connect.ts'
import { type Keys, shardNames } from '../redis/keys.ts'

/** Where pixels go: `leadsail`, `meta`, `tiktok`, or one pixel there (`meta/123`). */
export interface DestinationView {
  name: string
  /** `paused`: pixels wait. `probing`: they wait, and one of them has been sent ahead. */
  state: Destination['state']
  since?: string
  why?: string
  code?: string
  /** When the next pixel is sent ahead. */
  nextProbeAt?: string
  /** Pixels that wait for it. */
  waiting: number
}

export interface DestinationDesk {
  /** Those that campaigns fire at, and all that are not healthy; by name. */
  list(): Promise<DestinationView[]>
}

export function createDestinationDesk(parts: {
  ledger: Ledger
  campaigns: CampaignBook
  client: RedisClient
  keys: Keys
}): DestinationDesk {
  const { ledger, campaigns, client, keys } = parts
  const shards = shardNames(ledger.identity.shards).map(shard => keys.shard(shard))

  async function waiting({ name, state }: Destination): Promise<number> {
    if (state === 'healthy') return 0
    const counts = await Promise.all(shards.map(shard => client.zcard(shard.waiting(name))))
    return counts.reduce((sum, count) => sum + count, 0)
  }

  return {
    async list() {
      const known = await ledger.destinations.read()
      const used = campaigns
        .all()
        .flatMap(({ followUps }) => followUps.flatMap(({ act }) => (act.kind === 'pixel' ? [act.via] : [])))
      const unhealthy = [...known.values()].filter(({ state }) => state !== 'healthy').map(({ name }) => name)
      return Promise.all(
        [...new Set<string>([...used, ...unhealthy])].sort().map(async name => {
          const found: Destination = known.get(name) ?? { name, state: 'healthy', failures: 0 }
          return view(found, await waiting(found))
        }),
      )
    },
  }
}

function view({ name, state, since, why, code, probeAt }: Destination, waiting: number): DestinationView {
  return {
    name,
    state,
    ...(since === undefined ? {} : { since: new Date(since).toISOString() }),
    ...(why === undefined ? {} : { why }),
    ...(code === undefined ? {} : { code }),
    ...(probeAt === undefined ? {} : { nextProbeAt: new Date(probeAt).toISOString() }),
    waiting,
  }
}
