import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { CampaignList } from '../../../src/desk/campaigns.ts'
import { ConfigError } from '../../../src/errors.ts'
import { createKeys } from '../../../src/redis/keys.ts'
import { eventually } from '../../support/eventually.ts'
import { listLeads, openLedger, openListJourneys } from '../../support/list-journeys.ts'
import { openSharedRedis } from '../../support/shared-redis.ts'
import { isOver, plainCampaign, type Stage, startStage } from '../../support/stage.ts'

const list = { ...plainCampaign, trigger: {} }
const pathOf = (stage: Stage, id: string) => join(String(stage.env['CAMPAIGNS_DIR']), `${id}.yaml`)
const write = (stage: Stage, campaign: Record<string, unknown>) =>
  writeFile(pathOf(stage, String(campaign['id'])), JSON.stringify(campaign))
const linesOf = (stage: Stage, msg: string) => stage.lines.filter(line => line['msg'] === msg)

/** How long it took, ms. */
async function tookUntil(check: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await eventually(check)
  return performance.now() - startedAt
}

test('a changed pace acts within two seconds', async () => {
  const at = (callsPerSecond: number) => ({
    ...list,
    dial: { ...plainCampaign.dial, pace: { callsPerSecond, maxLive: 1_000 } },
  })
  const stage = await startStage({ campaigns: [at(2)], control: { scripts: { '*': [{ status: 'completed' }] } } })
  const ledger = await openLedger(stage.env, stage.clock)
  await openListJourneys(ledger, 'roof', listLeads(300), stage.clock.now())
  await stage.api('/campaigns/roof/start', { method: 'POST' })
  await eventually(() => expect(stage.simulator.truth().calls.length).toBeGreaterThan(2))
  const changedAt = stage.clock.now()
  await write(stage, at(50))
  await eventually(() => expect(stage.simulator.truth().calls.length).toBeGreaterThan(60))
  const times = stage.simulator.truth().calls.map(call => call.at)
  // Faster than the old pace: the first call that follows within a tenth of a second upon another.
  const faster = times.find((time, index) => time > changedAt && time - (times[index - 1] ?? 0) < 100)
  expect(Number(faster) - changedAt).toBeLessThanOrEqual(2_000)
}, 40_000)

/** Hours of the day in UTC: from so many hours after now to so many. */
function hoursFrom(now: number, from: number, to: number): string {
  const hour = (ahead: number) => String(new Date(now + ahead * 3_600_000).getUTCHours()).padStart(2, '0')
  return `${hour(from)}:00-${hour(to)}:00`
}

test('new calling hours reach the leads who wait for the old ones, also when they were changed while nothing ran', async () => {
  const now = Date.now()
  const withHours = (hours: string) => ({
    ...list,
    dial: { ...plainCampaign.dial, timezone: 'UTC', windows: { 'mon-sun': hours } },
  })
  const stage = await startStage({ campaigns: [withHours(hoursFrom(now, 4, 6))] })
  const rows = listLeads(300).map(({ leadId, phone }) => `${leadId},${phone},UTC`)
  const headers = { 'content-type': 'text/csv' }
  await stage.api('/campaigns/roof/leads', {
    method: 'POST',
    headers,
    body: `leadId,phone,timezone\n${rows.join('\n')}`,
  })
  await stage.api('/campaigns/roof/start', { method: 'POST' })
  const opensAt = (hours: number) => new Date(now + hours * 3_600_000).setUTCMinutes(0, 0, 0)
  const waits = await stage.journey('row_0', ({ state }) => state === 'scheduled')
  expect(Date.parse(String(waits.nextAt))).toBe(opensAt(4))

  await write(stage, withHours(hoursFrom(now, 2, 6)))
  await stage.journey('row_299', ({ nextAt }) => Date.parse(String(nextAt)) === opensAt(2))
  expect(stage.simulator.truth().calls).toEqual([])

  await stage.restart()
  await write(stage, withHours(hoursFrom(now, -1, 6)))
  await eventually(async () => expect((await stage.campaign()).progress['done']).toBe(300), { timeoutMs: 20_000 })
  const { timeline } = await stage.journey('row_7', isOver)
  expect(timeline.map(({ what }) => what).slice(0, 4)).toEqual([
    'journey.opened',
    'window',
    'window_changed',
    'window_changed',
  ])
}, 60_000)

test('a bad change keeps the last good version, alerts once, and shows its faults until it is mended', async () => {
  const stage = await startStage()
  await write(stage, { ...plainCampaign, name: 'Bad', dial: { ...plainCampaign.dial, maxAttempts: 0 } })
  const took = await tookUntil(async () => {
    expect(await stage.campaign()).toMatchObject({
      name: 'Roof quotes',
      fileFaults: [{ path: 'dial.maxAttempts', line: 1, reason: 'must be at least 1' }],
    })
  })
  expect(took).toBeLessThan(4_000)
  await stage.lead('lead_1', { phone: '+12025550123' })
  await stage.journey('lead_1', isOver)

  // Another file changes: the alert is not given again.
  await write(stage, { ...list, id: 'solar', account: { campaignId: 'SUN' } })
  await eventually(async () => expect((await stage.api('/campaigns/solar')).status).toBe(200))
  expect(linesOf(stage, 'campaign.change_refused')).toMatchObject([{ level: 'error', alert: true, campaign: 'roof' }])

  await write(stage, { ...plainCampaign, name: 'Better roofs' })
  await eventually(async () => expect(await stage.campaign()).toMatchObject({ name: 'Better roofs' }))
  expect(await stage.campaign()).not.toHaveProperty('fileFaults')
})

test('a new file is a new campaign; one that is wrong from the start is told beside the campaigns', async () => {
  const stage = await startStage()
  await write(stage, { ...plainCampaign, id: 'solar', account: { campaignId: 'SUN' } })
  await writeFile(pathOf(stage, 'wind'), 'id: wind\nname: 7\n')
  await eventually(async () => expect((await stage.campaign('solar')).status).toBe('running'))
  await stage.lead('lead_1', { phone: '+12025550123' }, { campaignId: 'SUN' })
  expect(await stage.journey('lead_1', isOver)).toMatchObject({ campaign: 'solar', state: 'done' })
  const { body } = await stage.api<CampaignList>('/campaigns')
  expect(body.campaigns.map(({ id }) => id)).toEqual(['roof', 'solar'])
  expect(body.fileFaults?.map(({ path }) => path)).toEqual(expect.arrayContaining(['name', 'provider']))
})

test('a removed file keeps its last good version, with a warning', async () => {
  const stage = await startStage()
  await rm(pathOf(stage, 'roof'))
  await eventually(() => expect(linesOf(stage, 'campaign.file_removed')).toMatchObject([{ campaign: 'roof' }]))
  await stage.lead('lead_1', { phone: '+12025550123' })
  expect(await stage.journey('lead_1', isOver)).toMatchObject({ state: 'done' })
})

test('another mode is refused for a campaign with journeys, and so are two modes for one vendor campaign', async () => {
  const stage = await startStage({ campaigns: [plainCampaign] })
  await stage.lead('lead_1', { phone: '+12025550123' })
  await stage.journey('lead_1', isOver)
  await write(stage, { ...plainCampaign, mode: 'handover' })
  await eventually(async () => {
    const { fileFaults } = await stage.campaign()
    expect(fileFaults).toMatchObject([{ path: 'mode', reason: expect.stringContaining('has journeys') }])
  })

  await write(stage, plainCampaign)
  await write(stage, { ...plainCampaign, id: 'solar', mode: 'handover' })
  await eventually(async () => {
    const { fileFaults } = (await stage.api<CampaignList>('/campaigns')).body
    expect(fileFaults).toMatchObject([{ path: 'mode', reason: expect.stringContaining('called twice') }])
  })
  expect((await stage.api('/campaigns/solar')).status).toBe(404)
  expect(await stage.campaign()).not.toHaveProperty('fileFaults')
})

test('another mode or vendor is refused over a restart as well, naming the file and the mend, until it is put back', async () => {
  const stage = await startStage({ campaigns: [{ ...plainCampaign, mode: 'handover' }] })
  // Nobody is in it yet: another mode is simply taken, also the way back.
  for (const mode of ['dial', 'handover', 'dial']) {
    await write(stage, { ...plainCampaign, mode })
    await stage.restart()
  }
  await stage.lead('lead_1', { phone: '+12025550123' })
  await stage.journey('lead_1', isOver)

  await write(stage, { ...plainCampaign, mode: 'handover' })
  const changedMode =
    /roof\.yaml:1 mode: cannot become handover: .*journeys that were begun in mode dial: put it back, or .* another id/
  await expect(stage.restart()).rejects.toThrow(changedMode)
  await expect(stage.restart()).rejects.toThrow(ConfigError)
  await write(stage, { ...plainCampaign, provider: 'naturalead', account: { channel: 'whatsapp' }, trigger: {} })
  await expect(stage.restart()).rejects.toThrow(/ provider: cannot become naturalead: .* begun with provider leadsail/)

  // Nor by way of a start without the file.
  await rm(pathOf(stage, 'roof'))
  await write(stage, { ...list, id: 'solar', account: { campaignId: 'SUN' } })
  await stage.restart()
  await write(stage, { ...plainCampaign, mode: 'handover' })
  await eventually(async () => {
    const { fileFaults } = (await stage.api<CampaignList>('/campaigns')).body
    expect(fileFaults).toMatchObject([{ path: 'mode', reason: expect.stringContaining('cannot become handover') }])
  })
  await write(stage, plainCampaign)
  await stage.restart()
  expect((await stage.campaign()).progress).toMatchObject({ total: 1, done: 1 })
})

test('data that does not say how its campaigns were begun take what the file says, and keep it', async () => {
  const stage = await startStage({ campaigns: [plainCampaign] })
  await stage.lead('lead_1', { phone: '+12025550123' })
  await stage.journey('lead_1', isOver)
  const redis = await openSharedRedis()
  const { control } = createKeys(String(stage.env['REDIS_PREFIX']))
  expect(await redis.hdel(control('roof'), 'mode', 'provider')).toBe(2)
  await write(stage, { ...plainCampaign, mode: 'handover' })
  await stage.restart()
  await write(stage, plainCampaign)
  await expect(stage.restart()).rejects.toThrow('cannot become dial')
})

test('a file that is exchanged by renaming is seen too', async () => {
  const stage = await startStage()
  const other = `${pathOf(stage, 'roof')}.new`
  await writeFile(other, JSON.stringify({ ...plainCampaign, name: 'Renamed' }))
  await rename(other, pathOf(stage, 'roof'))
  await eventually(async () => expect(await stage.campaign()).toMatchObject({ name: 'Renamed' }))
})
