import type { CampaignFault } from '../campaigns/fault.ts'
import type { RedisClient } from '../redis/connect.ts'
import type { ShownSetting } from '../shown-settings.ts'
import type { Readiness } from './readiness.ts'

export type { ShownSetting }

/** A file of `CAMPAIGNS_DIR`. */
export interface CampaignFileView {
  /** Its name without the folder. */
  name: string
  /** The campaign that it stands for. */
  campaign: string
  /** `kept`: what stands in it is wrong or gone, and its last good version is in force; `refused`: it never was right. */
  state: 'in_force' | 'kept' | 'refused' | 'removed'
  faults: readonly CampaignFault[]
  warnings: readonly CampaignFault[]
}

/** How this process is set up. Nothing can be changed here: settings come from the environment and from files. */
export interface SettingsDesk {
  read(): Promise<{
    settings: readonly ShownSetting[]
    files: readonly CampaignFileView[]
    /** What the Redis servers say they are: `Redis 7.2.4`; empty where they may not be asked. */
    servers: string[]
    readiness: Awaited<ReturnType<Readiness['check']>>
  }>
}

export interface SettingsParts {
  shown: readonly ShownSetting[]
  files: () => readonly CampaignFileView[]
  readiness: Readiness
}

export function createSettingsDesk({
  client,
  settings: { shown, files, readiness },
}: {
  client: RedisClient
  settings: SettingsParts
}): SettingsDesk {
  return {
    async read() {
      const [servers, ready] = await Promise.all([serversOf(client).catch(() => []), readiness.check()])
      return { settings: shown, files: files(), servers, readiness: ready }
    },
  }
}

/** Names and versions of the primaries, each once. Rejects where `INFO` is forbidden or Redis is away. */
async function serversOf(client: RedisClient): Promise<string[]> {
  const servers = 'nodes' in client ? client.nodes('master') : [client]
  const told = await Promise.all(servers.map(server => server.info('server')))
  return [...new Set(told.map(describeServer))]
}

/** `Valkey 8.1.0`, from what `INFO server` says; Valkey also fills in a `redis_version` that it is compatible with. */
export function describeServer(info: string): string {
  const fact = (name: string) => new RegExp(`^${name}:(.*)$`, 'm').exec(info)?.[1]?.trim()
  const valkey = fact('valkey_version')
  return valkey === undefined ? `Redis ${fact('redis_version') ?? 'of unknown version'}` : `Valkey ${valkey}`
}
