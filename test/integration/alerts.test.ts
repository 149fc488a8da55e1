import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Producer } from '../../src/queues/producer.ts'
import { expectOnce, standing, stands, startAlertStage, startReceiver } from '../support/alert-stage.ts'
import { eventually } from '../support/eventually.ts'
import { isOver, plainCampaign } from '../support/stage.ts'

test('a refused key is told of, and so is the campaign that pauses itself for it', async () => {
  const receiver = await startReceiver()
  const refused = { match: { path: '/voice/calls/initiate' }, kind: 'status' as const, status: 401 }
  const stage = await startAlertStage(receiver, { control: { faults: [refused] } })
  await stage.lead('lead_1', { phone: '+12025550123' })
  await stands(stage, 'key_refused')
  const tripped = await stands(stage, 'breaker_tripped')
  expect(tripped).toMatchObject({ subject: 'roof', severity: 'critical', path: '/dashboard/campaigns/roof' })
  expect(tripped.summary).toBe('Campaign roof has paused itself: LeadSail refused the API key')
  stage.simulator.control({ faults: [] })
  await stage.api('/campaigns/roof/resume', { method: 'POST' })
  await expectOnce(stage, receiver, { breaker_tripped: 'roof', key_refused: 'leadsail' })
}, 60_000)

test('a destination that refuses its token is told of until it takes pixels again', async () => {
  const receiver = await startReceiver()
  const pixel = { via: 'meta', pixelId: '77', event: 'Lead' }
  const stage = await startAlertStage(receiver, {
    campaigns: [{ ...plainCampaign, followUps: [{ id: 'conversion', pixel }] }],
    control: { apiKeys: { meta: 'another' }, scripts: { '*': [{ status: 'qualified', lengthMs: 10 }] } },
  })
  await stage.lead('lead_1', { phone: '+12025550123', email: 'ann@example.com' })
  const paused = await stands(stage, 'destination_paused')
  expect(paused).toMatchObject({ subject: 'meta', summary: 'Meta refused the access token' })
  expect(await stands(stage, 'key_refused')).toMatchObject({ subject: 'meta' })
  stage.simulator.control({ apiKeys: { meta: 'meta-token' } })
  await expectOnce(stage, receiver, { destination_paused: 'meta', key_refused: 'meta' })
}, 60_000)

test('effects of one kind that go wrong in numbers are told of; what is refused now and then is not', async () => {
  const receiver = await startReceiver()
  const followUps = [{ id: 'thanks', sms: { text: 'Hello', window: '00:00-24:00' } }]
  const body = { success: false, error: { code: 'SMS_BLOCKED', message: 'no' } }
  const stage = await startAlertStage(receiver, {
    campaigns: [{ ...plainCampaign, followUps }],
    control: {
      scripts: { '*': [{ status: 'qualified', lengthMs: 10 }] },
      faults: [{ match: { method: 'POST', path: '/sms/send' }, kind: 'status', status: 400, body }],
    },
  })
  const leads = (from: number) =>
    Promise.all(
      Array.from({ length: 10 }, (_, at) => stage.lead(`lead_${from + at}`, { phone: `+1212200${from + at}00` })),
    )
  const count = async () => (await stage.campaign()).progress.done
  await leads(10)
  await eventually(async () => expect(await count()).toBe(10), { timeoutMs: 20_000 })
  expect((await standing(stage)).map(({ name }) => name)).not.toContain('failure_share')
  await leads(30)
  const found = await stands(stage, 'failure_share')
  expect(found).toMatchObject({ subject: 'sms', count: 20, path: '/dashboard/failures?kind=sms' })
  expect(found.summary).toBe('20 of 20 effects of kind sms went wrong within 15 min')
  await eventually(() => expect(receiver.told('firing', 'failure_share')).toHaveLength(1))
  // A quarter of an hour later they are no news any more.
  stage.clock.advance(16 * 60_000)
  await expectOnce(stage, receiver, { failure_share: 'sms' })
}, 60_000)

test('steps that nobody takes up are told of by the job that should do them', async () => {
  const receiver = await startReceiver()
  let isFull = true
  const stage = await startAlertStage(receiver, {
    control: { timeScale: 1, scripts: { '*': [{ status: 'qualified', lengthMs: 10 }] } },
    overrides: {
      instrument(name, part) {
        if (name !== 'queues') return part
        const { waiting } = part as unknown as Pick<Producer, 'waiting'>
        const full: typeof waiting = async job => (isFull && job.name === 'send-sms' ? 100_000 : waiting(job))
        return { ...part, waiting: full }
      },
    },
    campaigns: [{ ...plainCampaign, followUps: [{ id: 'thanks', sms: { text: 'Hello', window: '00:00-24:00' } }] }],
  })
  // The first text has room; from then on its queue counts as full.
  await stage.lead('lead_1', { phone: '+12025550123' })
  await stage.journey('lead_1', isOver)
  await stage.lead('lead_2', { phone: '+12025550124' })
  await stage.journey('lead_2', ({ state }) => state === 'following_up')
  stage.clock.advance(6 * 60_000)
  const late = await stands(stage, 'queue_age')
  expect(late).toMatchObject({ subject: 'send-sms', severity: 'critical' })
  expect(late.summary).toMatch(/^The oldest send-sms that is due has waited for 6 min$/)
  isFull = false
  await stage.journey('lead_2', isOver)
  await expectOnce(stage, receiver, { queue_age: 'send-sms' })
}, 60_000)

test('a campaign file that no longer fits is told of until it is mended', async () => {
  const receiver = await startReceiver()
  const stage = await startAlertStage(receiver)
  const path = join(stage.env['CAMPAIGNS_DIR'] ?? '', 'roof.yaml')
  await writeFile(path, JSON.stringify({ ...plainCampaign, provider: 'nobody' }))
  const bad = await stands(stage, 'campaign_file')
  expect(bad).toMatchObject({ subject: 'roof', path: '/dashboard/campaigns/roof' })
  expect(bad.summary).toContain('the last good one is in force')
  expect(bad.summary).toContain('provider')
  await writeFile(path, JSON.stringify(plainCampaign))
  await expectOnce(stage, receiver, { campaign_file: 'roof' })
}, 40_000)
