import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Queue } from 'bullmq'
import { Temporal } from 'temporal-polyfill'
import { expect, onTestFinished, test } from 'vitest'
import { createKeys } from '../../../src/redis/keys.ts'
import { eventually } from '../../support/eventually.ts'
import { listLeads, openLedger, openListJourneys } from '../../support/list-journeys.ts'
import { openSharedRedis } from '../../support/shared-redis.ts'
import { plainCampaign, type Stage, startStage } from '../../support/stage.ts'

const zone = 'Australia/Lord_Howe'
const weekly = (cron: string, more = {}) => ({
  ...plainCampaign,
  trigger: {},
  start: { cron },
  dial: { ...plainCampaign.dial, timezone: zone },
  ...more,
})

async function queueOf(stage: Stage): Promise<Queue> {
  const connection = await openSharedRedis()
  const prefix = createKeys(String(stage.env['REDIS_PREFIX'])).queuePrefix('start-campaign')
  const queue = new Queue('start-campaign', { connection, prefix })
  onTestFinished(() => queue.close())
  return queue
}

const schedules = async (queue: Queue) =>
  (await queue.getJobSchedulers())
    .map(({ key, pattern, tz, next }) => ({ key, pattern, tz, next: Number(next) }))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))

/** The scheduled time comes now. */
async function comes(queue: Queue): Promise<void> {
  const [job] = await queue.getDelayed()
  await job?.promote()
}

const settled = (stage: Stage) =>
  stage.lines.filter(({ msg, job }) => msg === 'job.settled' && job === 'start-campaign').map(({ result }) => result)

test('a draft with leads starts at the times of its file, in its own zone; one without leads waits for the next', async () => {
  const stage = await startStage({
    campaigns: [weekly('30 9 * * mon')],
    control: { scripts: { '*': [{ status: 'completed' }] } },
  })
  const queue = await queueOf(stage)
  const [planned] = await schedules(queue)
  expect(planned).toMatchObject({ key: 'roof', pattern: '30 9 * * mon', tz: zone })
  const local = Temporal.Instant.fromEpochMilliseconds(Number(planned?.next)).toZonedDateTimeISO(zone)
  expect([local.dayOfWeek, local.hour, local.minute]).toEqual([1, 9, 30])
  expect(Number(planned?.next) - Date.now()).toBeLessThanOrEqual(7 * 24 * 3_600_000)

  await comes(queue)
  await eventually(() => expect(settled(stage)).toEqual(['no_leads']))
  expect(await stage.campaign()).toMatchObject({ status: 'draft' })

  const ledger = await openLedger(stage.env, stage.clock)
  await openListJourneys(ledger, 'roof', listLeads(3), stage.clock.now())
  await comes(queue)
  await eventually(async () => expect(await stage.campaign()).toMatchObject({ status: 'done' }))
  expect(stage.simulator.truth().calls).toHaveLength(3)
  await comes(queue)
  await eventually(() => expect(settled(stage)).toEqual(['no_leads', 'started', 'not_a_draft']))
  const { body } = await stage.api<{ audit: unknown[] }>('/audit')
  expect(body.audit).toContainEqual(expect.objectContaining({ by: 'start.cron', what: 'campaign.started' }))
})

test('schedules follow the files, and a restart keeps a time that is still to come', async () => {
  const stage = await startStage({ campaigns: [weekly('0 9 * * mon'), weekly('0 8 * * *', { id: 'solar' })] })
  const queue = await queueOf(stage)
  const before = await schedules(queue)
  expect(before.map(({ key, pattern }) => [key, pattern])).toEqual([
    ['roof', '0 9 * * mon'],
    ['solar', '0 8 * * *'],
  ])
  const jobs = (await queue.getDelayed()).map(({ id }) => id)
  await stage.restart()
  expect(await schedules(queue)).toEqual(before)
  expect((await queue.getDelayed()).map(({ id }) => id)).toEqual(jobs)

  const path = join(String(stage.env['CAMPAIGNS_DIR']), 'roof.yaml')
  await writeFile(path, JSON.stringify(weekly('15 10 * * tue')))
  await eventually(async () => expect((await schedules(queue))[0]).toMatchObject({ pattern: '15 10 * * tue' }))
  const { start: _, ...none } = weekly('')
  await writeFile(path, JSON.stringify(none))
  await eventually(async () => expect((await schedules(queue)).map(({ key }) => key)).toEqual(['solar']))
  expect(await queue.getDelayed()).toHaveLength(1)
})

test('a draft starts by itself at the time its file names', async () => {
  const at = new Date(Date.now() + 3_600_000).toISOString().slice(0, 19)
  const campaign = { ...plainCampaign, trigger: {}, start: { at }, dial: { ...plainCampaign.dial, timezone: 'UTC' } }
  const stage = await startStage({ campaigns: [campaign], control: { scripts: { '*': [{ status: 'completed' }] } } })
  const ledger = await openLedger(stage.env, stage.clock)
  await openListJourneys(ledger, 'roof', listLeads(2), stage.clock.now())
  stage.clock.advance(3_500_000)
  expect(await stage.campaign()).toMatchObject({ status: 'draft' })
  stage.clock.advance(100_000)
  await eventually(async () => expect(await stage.campaign()).toMatchObject({ status: 'done' }))
  expect(stage.simulator.truth().calls).toHaveLength(2)
})
