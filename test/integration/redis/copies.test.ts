import { expect, onTestFinished, test } from 'vitest'
import { producerConnection, untilReady } from '../../../src/redis/connect.ts'
import { eventually } from '../../support/eventually.ts'
import { type OwnRedis, startOwnRedis } from '../../support/own-redis.ts'
import { isOver, plainCampaign, type Stage, startStage } from '../../support/stage.ts'

const DELAY_MS = 600_000
const thanks = { id: 'thanks', sms: { text: 'Hello', window: '00:00-24:00', delay: 'PT10M' } }

/** A service whose events and intents one replica must have. */
async function startCopied(): Promise<{ stage: Stage; replica: OwnRedis }> {
  const atOnce = { 'repl-diskless-sync-delay': '0' }
  const primary = await startOwnRedis(atOnce)
  onTestFinished(() => primary[Symbol.asyncDispose]())
  const replica = await startOwnRedis({ ...atOnce, replicaof: `127.0.0.1 ${primary.port}` })
  onTestFinished(() => replica[Symbol.asyncDispose]())
  const client = producerConnection({ kind: 'url', url: primary.url })
  onTestFinished(() => client.disconnect())
  await untilReady(client, 5_000)
  await eventually(async () => expect(await client.wait(1, 1_000)).toBe(1))
  const stage = await startStage({
    campaigns: [{ ...plainCampaign, followUps: [thanks] }],
    env: { REDIS_URL: primary.url, REDIS_WAIT_REPLICAS: '1' },
  })
  return { stage, replica }
}

test('while a replica that must have it is away no event is taken and nothing leaves; both go on when it is back', async () => {
  const { stage, replica } = await startCopied()
  await eventually(async () => expect((await stage.lead('lead_1', { phone: '+12025550123' })).status).toBe(202))
  const waiting = ({ effects }: { effects: { kind: string; state: string }[] }) =>
    effects.some(({ kind, state }) => kind === 'sms' && state === 'planned')
  await stage.journey('lead_1', waiting)

  replica.freeze()
  onTestFinished(() => replica.thaw())
  const refused = await stage.send('call.requested', { campaign: 'roof', leadId: 'lead_2', phone: '+12025550124' })
  expect(refused.status).toBe(503)
  expect(refused.headers.get('retry-after')).not.toBeNull()
  expect(stage.lines.find(({ msg }) => msg === 'event.not_stored')?.['error']).toMatchObject({ code: 'NOT_COPIED' })

  stage.clock.advance(DELAY_MS)
  const held = await stage.journey('lead_1', ({ timeline }) => timeline.some(({ what }) => what === 'sms.put_off'))
  expect(held.timeline.findLast(({ what }) => what === 'sms.put_off')).toMatchObject({ code: 'NOT_COPIED' })
  expect(stage.simulator.truth().texts).toHaveLength(0)

  replica.thaw()
  await eventually(() => {
    stage.clock.advance(1_000)
    expect(stage.simulator.truth().texts).toHaveLength(1)
  })
  await stage.journey('lead_1', isOver)
  // It was on the primary's disk all the time, only nobody had said so: it is handled, and its sender hears `duplicate`.
  await stage.journey('lead_2', ({ attempts }) => attempts.length === 1)
  expect(stage.simulator.truth().calls.map(({ leadId }) => leadId)).toEqual(['lead_1', 'lead_2'])
})
