import { Cluster } from 'ioredis'
import { expect, onTestFinished, test } from 'vitest'
import { producerConnection, untilReady } from '../../../src/redis/connect.ts'
import { eventually } from '../../support/eventually.ts'
import { startCluster } from '../../support/redis-cluster.ts'
import { plainCampaign, startStage } from '../../support/stage.ts'

const LEADS = process.env['TEST_SCALE'] === 'full' ? 3_000 : 200
/** No server of a cluster carries more than this share of the work, nor of the keys. */
const MOST = 0.5

/** What runs on a server for the cluster's own sake or for whoever looks at it. */
const notWork = new Set(['info', 'cluster', 'ping', 'hello', 'client', 'config', 'command', 'dbsize', 'auth'])

/** Commands, those of scripts included, that a server has carried out since it was last asked to forget them. */
function commandsOf(stats: string): number {
  const calls = [...stats.matchAll(/^cmdstat_([^:|]+)[^:]*:calls=(\d+)/gm)]
  return calls.reduce((sum, [, name = '', count]) => (notWork.has(name) ? sum : sum + Number(count)), 0)
}

const shares = (counts: readonly number[]) => {
  const total = counts.reduce((sum, count) => sum + count, 0)
  return counts.map(count => Number((count / total).toFixed(3)))
}

test(`${LEADS} whole journeys on a Redis Cluster: no primary carries more than half of the work or of the keys`, async () => {
  await using cluster = await startCluster({ hasReplicas: false, nodeTimeoutMs: 30_000 })
  const client = producerConnection({ kind: 'url', url: cluster.url })
  onTestFinished(() => client.disconnect())
  await untilReady(client, 10_000)
  if (!(client instanceof Cluster)) throw new Error('no cluster was opened')
  const primaries = client.nodes('master')
  expect(primaries).toHaveLength(3)

  const followUps = [
    { id: 'thanks', sms: { text: 'Hello', window: '00:00-24:00' } },
    { id: 'pixel', pixel: { via: 'leadsail', platform: 'facebook', pixelId: '1', event: 'Lead' } },
  ]
  const stage = await startStage({ campaigns: [{ ...plainCampaign, followUps }], env: { REDIS_URL: cluster.url } })
  await Promise.all(primaries.map(server => server.config('RESETSTAT')))
  for (let index = 0; index < LEADS; index += 1) {
    const { status } = await stage.lead(`lead_${index}`, { phone: `+1212${2_000_000 + index}` })
    expect(status).toBe(202)
  }
  await eventually(async () => expect((await stage.campaign()).progress).toMatchObject({ total: LEADS, done: LEADS }), {
    timeoutMs: 200_000,
    everyMs: 250,
  })

  const commands = await Promise.all(primaries.map(async server => commandsOf(await server.info('commandstats'))))
  const keys = await Promise.all(primaries.map(server => server.dbsize()))
  console.info(`commands ${commands.join(', ')}: ${shares(commands).join(', ')}; keys ${shares(keys).join(', ')}`)
  expect(Math.max(...shares(commands))).toBeLessThanOrEqual(MOST)
  expect(Math.max(...shares(keys))).toBeLessThanOrEqual(MOST)
  expect(keys.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(LEADS)
}, 240_000)
