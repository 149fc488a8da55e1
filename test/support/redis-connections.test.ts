import { Queue, Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { expect, inject, test } from 'vitest'
import { uniquePrefix } from './prefix.ts'
import { countRedisConnections, noMoreThan } from './redis-connections.ts'

const AT_ONCE_MS = 50

test('a client that is not closed is found', async () => {
  const client = new Redis(inject('redisUrl'))
  expect(await client.ping()).toBe('PONG')
  expect(countRedisConnections()).toBe(1)
  await expect(noMoreThan(0, AT_ONCE_MS)).rejects.toThrow('1 connections to Redis are left open')

  client.disconnect()
  await noMoreThan(0)
})

test('a worker that is not closed is found, though the client it was given is', async () => {
  const connection = new Redis(inject('redisUrl'), { maxRetriesPerRequest: null })
  const prefix = uniquePrefix()
  const queue = new Queue('ring', { connection, prefix })
  const worker = new Worker('ring', async () => {}, { connection, prefix })
  await worker.waitUntilReady()
  await queue.close()
  await connection.quit()
  await expect(noMoreThan(0, AT_ONCE_MS)).rejects.toThrow('not closed')

  await worker.close(true)
  await noMoreThan(0)
})

test('a client that connects anew is not taken for another', async () => {
  const client = new Redis(inject('redisUrl'))
  const other = new Redis(inject('redisUrl'))
  await other.ping()
  const before = countRedisConnections()
  await other.client('KILL', 'ID', await client.client('ID'))
  expect(await client.ping()).toBe('PONG')
  await noMoreThan(before)

  client.disconnect()
  other.disconnect()
})
