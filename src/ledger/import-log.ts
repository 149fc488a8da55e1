import type { RedisClient } from '../redis/connect.ts'
import type { Keys } from '../redis/keys.ts'

/** One list that was sent in, as it came out. Holds no personal data. */
export interface ImportEntry {
  importId: string
  /** ms. */
  at: number
  by: string
  accepted: number
  duplicates: number
  rejected: number
  /** Rows of its report that were kept, for a day. */
  reported: number
  /** It broke off before its last row. */
  endedEarly?: true
}

export interface ImportLog {
  note(campaign: string, entry: ImportEntry): Promise<void>
  /** Newest first. */
  list(campaign: string): Promise<ImportEntry[]>
}

/** Imports that are told of a campaign: older ones stand in the audit. */
const MAX_ENTRIES = 50

export function createImportLog(parts: { client: RedisClient; keys: Keys }): ImportLog {
  const { client, keys } = parts
  return {
    async note(campaign, entry) {
      const key = keys.importLog(campaign)
      await client
        .multi()
        .lpush(key, JSON.stringify(entry))
        .ltrim(key, 0, MAX_ENTRIES - 1)
        .exec()
    },
    list: async campaign => (await client.lrange(keys.importLog(campaign), 0, -1)).map(line => JSON.parse(line)),
  }
}
