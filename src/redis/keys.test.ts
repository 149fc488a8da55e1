import { Command } from 'ioredis'
import { describe, expect, test } from 'vitest'
import { createKeys, queueTag, shardNames, shardTag } from './keys.ts'

const SLOTS = 16_384

/** How many of these lie on each of so many masters that share the slots evenly. */
function perMaster(tags: readonly string[], masters: number): number[] {
  const counts = Array.from({ length: masters }, () => 0)
  for (const tag of tags) {
    const at = Math.floor(new Command('get', [tag]).getSlot() / Math.ceil(SLOTS / masters))
    counts[at] = (counts[at] ?? 0) + 1
  }
  return counts
}

describe.each([3, 4, 5, 6])('on %i masters', masters => {
  test('16 shards lie as evenly as can be', () => {
    const counts = perMaster(shardNames(16).map(shardTag), masters)
    expect(Math.max(...counts)).toBe(Math.ceil(16 / masters))
  })

  test.each([8, 12, 24, 32, 64, 128, 256, 1024])('of %i shards no master has half', shards => {
    const counts = perMaster(shardNames(shards).map(shardTag), masters)
    expect(Math.max(...counts) / shards).toBeLessThan(0.5)
  })
})

test('of the queues that calls go through none of three masters has more than half', () => {
  const busiest = ['receive-event', 'place-call', 'poll-interaction', 'send-sms', 'fire-pixel', 'reconcile-effect']
  expect(Math.max(...perMaster(busiest.map(queueTag), 3))).toBeLessThanOrEqual(busiest.length / 2)
})

test('keys of one shard, and those of one queue, share a slot', () => {
  const keys = createKeys('p')
  const slotOf = (key: string) => new Command('get', [key]).getSlot()
  const { mark, events, event, due } = keys.shard('07')
  expect(new Set([mark, events, event('leadsail_1'), due('dial', 'roof', true)].map(slotOf)).size).toBe(1)
  const queue = keys.queuePrefix('place-call')
  expect(new Set([`${queue}:place-call:wait`, `${queue}:place-call:meta`].map(slotOf)).size).toBe(1)
})
