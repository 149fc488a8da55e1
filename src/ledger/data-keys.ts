import { ConfigError } from '../errors.ts'
import type { RedisClient } from '../redis/connect.ts'
import type { Keys } from '../redis/keys.ts'
import type { Seal } from '../seal.ts'

/** Stands for whatever data was sealed with before anybody kept account of it. */
const UNKNOWN = 'unknown'

/**
 * Notes that data may be sealed with the first key from now on. A key stands in this account until everything has been
 * sealed anew with another, so that it is not dropped too early.
 * @throws ConfigError when data may still be sealed with a key that is not set
 */
export async function noteDataKey(client: RedisClient, keys: Keys, seal: Seal): Promise<void> {
  const isOld = (await client.hget(keys.meta, 'marked')) !== null
  const noted = await client.smembers(keys.dataKeys)
  const missing = noted.filter(name => name !== UNKNOWN && !seal.opensWith.includes(name))
  if (missing.length > 0) {
    throw new ConfigError([
      `DATA_KEY: data in this Redis is still sealed with key ${missing.join(', ')}: add it behind the first one, until the log says data.sealed_anew with left 0`,
    ])
  }
  await client.sadd(keys.dataKeys, seal.sealsWith, ...(isOld && noted.length === 0 ? [UNKNOWN] : []))
}

/** Names of keys that data may be sealed with, other than the first one of today. */
export async function otherDataKeys(client: RedisClient, keys: Keys, seal: Seal): Promise<string[]> {
  return (await client.smembers(keys.dataKeys)).filter(name => name !== seal.sealsWith)
}
