import { hash, randomBytes } from 'node:crypto'
import { ConfigError } from '../errors.ts'
import type { RedisClient } from '../redis/connect.ts'
import { type Keys, shardName, shardNames } from '../redis/keys.ts'
import type { Seal } from '../seal.ts'
import { noteDataKey } from './data-keys.ts'
import { createKeyedHash } from './keyed-hash.ts'

/**
 * Who is who without saying it: people, leads and once-marks are known by keyed hashes, and the hash decides the shard.
 * The hash key is made once and kept, sealed, in Redis: turning `DATA_KEY`s changes no hash, so no suppression, budget
 * or once-mark is ever lost by a rotation.
 */
export interface Identity {
  /** Made at the first start; every shard carries it as its mark. */
  instance: string
  shards: number
  /** The person behind a number (E.164): hash and shard. */
  person(phone: string): Person
  /** Stands for the person where a lead has no valid number. */
  personOfLead(provider: string, leadId: string): Person
  /** The hash of a vendor's id; of the name that an erased lead goes by it is the same. */
  lead(leadId: string): string
  /** What an erased lead goes by: it tells nothing, and who knows the vendor's id finds what is left by it. */
  erasedLead(leadId: string): string
  /** The same for a vendor's id of a call or a conversation with an erased lead. */
  erasedInteraction(interactionId: string): string
  mark(text: string): string
  /** A journey's id: the same event, campaign and run give the same id, and the id names its shard. */
  journeyId(person: Person, ...parts: string[]): string
  /** The shard of anything that only has a text of its own, which is no secret: this hash has no key. */
  shardOf(text: string): string
}

export interface Person {
  id: string
  shard: string
}

const HASH_LENGTH = 20

const ERASED = 'erased_'
const erasedName = /^erased_([0-9a-f]{20})$/

function createIdentity(secret: Buffer, shards: number, instance: string): Identity {
  const keyedHash = createKeyedHash(secret)
  const digest = (kind: string, text: string) => keyedHash(`${kind}\0${text}`)
  const name = (digested: string) => digested.slice(0, HASH_LENGTH)
  const shard = (digested: string) => shardName(Number.parseInt(digested.slice(-8), 16) % shards)
  const person = (kind: string, text: string): Person => {
    const digested = digest(kind, text)
    return { id: name(digested), shard: shard(digested) }
  }
  const lead = (leadId: string) => erasedName.exec(leadId)?.[1] ?? name(digest('lead', leadId))
  return {
    instance,
    shards,
    person: phone => person('phone', phone),
    personOfLead: (provider, leadId) => person('lead-without-phone', `${provider}/${leadId}`),
    lead,
    erasedLead: leadId => `${ERASED}${lead(leadId)}`,
    erasedInteraction: id => (erasedName.test(id) ? id : `${ERASED}${name(digest('interaction', id))}`),
    mark: text => name(digest('mark', text)),
    journeyId: (of, ...parts) => `jrn_${of.shard}_${name(digest('journey', [of.id, ...parts].join('\0')))}`,
    shardOf: text => shard(hash('sha256', `shard\0${text}`)),
  }
}

/** The shard that a journey's id names, or `undefined` where the text is no journey id. */
export function shardOfJourney(journeyId: string): string | undefined {
  return /^jrn_(\d{2,4})_[0-9a-f]{20}$/.exec(journeyId)?.[1]
}

/**
 * Loads what was fixed at the first start, or fixes it now.
 * @throws ConfigError when SHARDS has been changed since, or the hash key was sealed with a DATA_KEY that is not set
 */
export async function loadIdentity(client: RedisClient, keys: Keys, seal: Seal, shards: number): Promise<Identity> {
  await client.hsetnx(keys.meta, 'shards', String(shards))
  await client.hsetnx(keys.meta, 'hashKey', seal.sealText(randomBytes(32).toString('base64')))
  const [storedShards, storedKey] = await client.hmget(keys.meta, 'shards', 'hashKey')
  if (storedShards !== String(shards)) {
    throw new ConfigError([`SHARDS: was fixed at ${storedShards} by the first start and cannot become ${shards}`])
  }
  let hashKey: string
  try {
    hashKey = seal.openText(storedKey ?? '')
  } catch {
    throw new ConfigError(['DATA_KEY: the data in this Redis was sealed with another key: add that key to the list'])
  }
  await noteDataKey(client, keys, seal)
  // Seals anew with the first key of today, so that an old one can be dropped after a rotation.
  await client.hset(keys.meta, 'hashKey', seal.sealText(hashKey))
  const instance = await markShards(client, keys, shards)
  return createIdentity(Buffer.from(hashKey, 'base64'), shards, instance)
}

/**
 * Marks every shard at the first start and knows them again later.
 * @throws ConfigError when some shards have lost their mark, and with it their data
 */
async function markShards(client: RedisClient, keys: Keys, shards: number): Promise<string> {
  const isFirst = (await client.hsetnx(keys.meta, 'instance', randomBytes(8).toString('hex'))) === 1
  const instance = (await client.hget(keys.meta, 'instance')) ?? ''
  const marks = shardNames(shards).map(shard => keys.shard(shard).mark)
  const isComplete = (await client.hget(keys.meta, 'marked')) !== null
  if (isFirst || !isComplete) {
    // Every process that comes in between writes the same: a crash here is made good by the next start.
    await Promise.all(marks.map(mark => client.setnx(mark, instance)))
    await client.hset(keys.meta, 'marked', '1')
  }
  const lost = (await lostShards(client, keys, shards, instance)).join(', ')
  if (lost === '') return instance
  throw new ConfigError([
    `REDIS_URL: this Redis has lost the data of shards ${lost}: restore a backup, or start anew with another REDIS_PREFIX`,
  ])
}

/** The shards whose mark is not this ledger's. */
export async function lostShards(client: RedisClient, keys: Keys, shards: number, instance: string): Promise<string[]> {
  const names = shardNames(shards)
  const marks = await Promise.all(names.map(shard => client.get(keys.shard(shard).mark)))
  return names.filter((_, index) => marks[index] !== instance)
}
