import { expect, inject, onTestFinished, test } from 'vitest'
import { ShiftedClock } from '../../../src/clock.ts'
import { type Command, type CommitStore, commit, type Guard } from '../../../src/ledger/commit.ts'
import { loadIdentity } from '../../../src/ledger/identity.ts'
import { producerConnection, type RedisClient, untilReady } from '../../../src/redis/connect.ts'
import { createKeys, shardTag } from '../../../src/redis/keys.ts'
import { createSeal } from '../../../src/seal.ts'
import { uniquePrefix } from '../../support/prefix.ts'

interface Bench {
  client: RedisClient
  clock: ShiftedClock
  key: (name: string) => string
  run(guards: Guard[], commands: Command[]): ReturnType<typeof commit>
}

async function startBench(): Promise<Bench> {
  const client = producerConnection({ kind: 'url', url: inject('redisUrl') })
  onTestFinished(() => client.disconnect())
  await untilReady(client, 5_000)
  const prefix = uniquePrefix()
  const { instance } = await loadIdentity(client, createKeys(prefix), createSeal([]), 1)
  const clock = new ShiftedClock()
  const store: CommitStore = { client, clock, instance }
  return {
    client,
    clock,
    key: name => `${prefix}:${shardTag('00')}:${name}`,
    run: (guards, commands) => commit(store, guards, commands),
  }
}

test('commands run only when every guard holds, and the refusing guard is named', async () => {
  const { client, key, run } = await startBench()
  const absent: Guard = { name: 'absent', command: ['HGET', key('h'), 'v'], must: 'absent' }
  const isTwo: Guard = { name: 'two', command: ['HGET', key('h'), 'v'], must: 'is', value: 2 }
  const few: Guard = { name: 'few', command: ['ZCOUNT', key('z'), '-inf', '+inf'], must: 'below', value: 1 }

  expect(
    await run(
      [absent, few],
      [
        ['HSET', key('h'), 'v', 2],
        ['ZADD', key('z'), 1, 'a'],
      ],
    ),
  ).toMatchObject({ ok: true })
  expect(await run([absent], [['HSET', key('h'), 'v', 3]])).toEqual({ ok: false, refusedBy: 'absent' })
  expect(await run([isTwo, few], [['HSET', key('h'), 'v', 3]])).toEqual({ ok: false, refusedBy: 'few' })
  expect(await client.hget(key('h'), 'v')).toBe('2')
})

test('time is Redis time, moved by the clock’s shift', async () => {
  const { client, clock, key, run } = await startBench()
  const written = await run([], [['HSET', key('h'), 'at', { fromNowMs: 0 }, 'later', { fromNowMs: 5_000 }]])
  const [at, later] = (await client.hmget(key('h'), 'at', 'later')).map(Number)
  expect(written).toEqual({ ok: true, at })
  expect(Number(later) - Number(at)).toBe(5_000)

  const passed: Guard = {
    name: 'passed',
    command: ['HGET', key('h'), 'later'],
    must: 'passed',
    value: { fromNowMs: 0 },
  }
  expect(await run([passed], [])).toEqual({ ok: false, refusedBy: 'passed' })
  clock.advance(6_000)
  expect(await run([passed], [])).toMatchObject({ ok: true })
  expect(await run([{ ...passed, command: ['HGET', key('h'), 'never'] }], [])).toMatchObject({ ok: true })
})

test('HDELIF frees what is one’s own and nothing else', async () => {
  const { client, key, run } = await startBench()
  await run([], [['HSET', key('h'), 'by', 'me', 'until', 9]])
  await run([], [['HDELIF', key('h'), 'by', 'you', 'by', 'until']])
  expect(await client.hgetall(key('h'))).toEqual({ by: 'me', until: '9' })
  await run([], [['HDELIF', key('h'), 'by', 'me', 'by', 'until']])
  expect(await client.hgetall(key('h'))).toEqual({})
})

test('a hundred writers at once are one after the other', async () => {
  const { client, key, run } = await startBench()
  const tries = Array.from({ length: 100 }, (_, index) =>
    run([{ name: 'first', command: ['GET', key('s')], must: 'absent' }], [['SET', key('s'), index + 1]]),
  )
  expect((await Promise.all(tries)).filter(({ ok }) => ok)).toHaveLength(1)
  expect(await client.get(key('s'))).toMatch(/^\d+$/)
})

test('text that looks like a time of ours stays text', async () => {
  const { client, key, run } = await startBench()
  for (const text of ['@now+5', '@', '@@now', '@@', 'plain @now']) {
    await run([], [['HSET', key('h'), 'v', text]])
    expect(await client.hget(key('h'), 'v')).toBe(text)
    expect(await run([{ name: 'same', command: ['HGET', key('h'), 'v'], must: 'is', value: text }], [])).toMatchObject({
      ok: true,
    })
  }
})
