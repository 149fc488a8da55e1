import type { Clock } from '../clock.ts'
import type { RedisClient } from '../redis/connect.ts'
import type { Keys } from '../redis/keys.ts'
import { createScript } from '../redis/script.ts'
import type { Seal } from '../seal.ts'

/** Reports of imports that are too long for one answer. They quote what people wrote, so they rest sealed. */
export interface ImportReports<Row> {
  append(campaign: string, importId: string, rows: readonly Row[]): Promise<void>
  /** The rows in the order they were kept, some at a time; `undefined` when there is no such report any more. */
  read(campaign: string, importId: string): Promise<AsyncIterable<Row[]> | undefined>
  /** Changes rows of all reports there are; `undefined` leaves a row as it is. */
  change(how: (row: Row) => Row | undefined): Promise<void>
}

/** Long enough to mend a list, short enough for data nobody asked to keep. */
const KEEP_MS = 24 * 3_600_000

/** Writes one batch anew, if nobody has changed it since. */
const REPLACE = `
if redis.call('LINDEX', KEYS[1], ARGV[1]) == ARGV[2] then redis.call('LSET', KEYS[1], ARGV[1], ARGV[3]) end
return 1
`

const replaceScript = createScript(REPLACE)

export function createImportReports<Row>(parts: {
  client: RedisClient
  clock: Clock
  keys: Keys
  seal: Seal
}): ImportReports<Row> {
  const { client, clock, keys, seal } = parts

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
      // Listed first: a report that nobody finds could not be changed.
      await client.zadd(keys.importReports, clock.now(), `${campaign} ${importId}`)
      await client.zremrangebyscore(keys.importReports, '-inf', clock.now() - KEEP_MS)
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

    async change(how) {
      for (const name of await client.zrange(keys.importReports, 0, '-1')) {
        const [campaign = '', importId = ''] = name.split(' ')
        const key = keys.importReport(campaign, importId)
        for (let at = 0; ; at += 1) {
          const sealed = await client.lindex(key, at)
          if (sealed === null) break
          const rows: Row[] = JSON.parse(seal.openText(sealed))
          const changed = rows.map(how)
          if (changed.every(row => row === undefined)) continue
          const after = seal.sealText(JSON.stringify(rows.map((row, index) => changed[index] ?? row)))
          await replaceScript.run(client, [key], [at, sealed, after])
        }
      }
    },
  }
}
