import type { RedisClient } from '../redis/connect.ts'
import type { Keys } from '../redis/keys.ts'
import type { Seal } from '../seal.ts'

/** Reports of imports that are too long for one answer. They quote what people wrote, so they rest sealed. */
export interface ImportReports<Row> {
  append(campaign: string, importId: string, rows: readonly Row[]): Promise<void>
  /** The rows in the order they were kept, some at a time; `undefined` when there is no such report any more. */
  read(campaign: string, importId: string): Promise<AsyncIterable<Row[]> | undefined>
}

/** Long enough to mend a list, short enough for data nobody asked to keep. */
const KEEP_MS = 24 * 3_600_000

export function createImportReports<Row>(parts: { client: RedisClient; keys: Keys; seal: Seal }): ImportReports<Row> {
  const { client, keys, seal } = parts

  async function* batches(key: string): AsyncGenerator<Row[]> {
    for (let at = 0; ; at += 1) {
      const sealed = await client.lindex(key, at)
      if (sealed === null) return
      yield JSON.parse(seal.openText(sealed))
    }
  }

  return {
    async append(campaign, importId, rows) {
      const key = keys.importReport(campaign, importId)
      await client
        .multi()
        .rpush(key, seal.sealText(JSON.stringify(rows)))
        .pexpire(key, KEEP_MS)
        .exec()
    },

    async read(campaign, importId) {
      const key = keys.importReport(campaign, importId)
      return (await client.exists(key)) === 1 ? batches(key) : undefined
    },
  }
}
