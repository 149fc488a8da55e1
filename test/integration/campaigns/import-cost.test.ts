import { expect, onTestFinished, test } from 'vitest'
import { startOwnRedis } from '../../support/own-redis.ts'
import { plainCampaign, startStage } from '../../support/stage.ts'
import { watchCommands } from '../../support/watch-commands.ts'

const ROWS = 500
const SHARDS = 4

/** A list may come in two pieces, and each piece is one call for each shard and hundred rows. */
const MOST_CALLS = 2 * Math.ceil(ROWS / SHARDS / 100) * SHARDS

const listOf = (from: number, count: number) => {
  const row = (index: number) => `lead_${index},+1212${2_000_000 + index},America/New_York`
  return ['leadId,phone,timezone', ...Array.from({ length: count }, (_, index) => row(from + index))].join('\n')
}

test(`${ROWS} rows are written in at most ${MOST_CALLS} calls of Redis`, async () => {
  const redis = await startOwnRedis()
  onTestFinished(() => redis[Symbol.asyncDispose]())
  const stage = await startStage({
    campaigns: [{ ...plainCampaign, trigger: {} }],
    env: { REDIS_URL: redis.url, SHARDS: `${SHARDS}` },
  })
  const send = async (body: string) =>
    (await stage.api('/campaigns/roof/leads', { method: 'POST', body, headers: { 'content-type': 'text/csv' } })).body
  // The first calls send the scripts along.
  expect(await send(listOf(0, 20))).toMatchObject({ accepted: 20 })

  const seen: string[] = []
  await watchCommands(redis.port, ([name, ...args]) => {
    if (args.some(arg => /:lead:|jrn_/.test(arg))) seen.push(name)
  })
  expect(await send(listOf(20, ROWS))).toMatchObject({ accepted: ROWS, duplicates: 0, rejected: 0 })
  expect(seen.length).toBeGreaterThanOrEqual(SHARDS)
  expect(seen.length).toBeLessThanOrEqual(MOST_CALLS)
})
