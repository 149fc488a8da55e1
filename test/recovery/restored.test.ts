import { copyFile, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { CampaignView } from '../../src/desk/campaigns.ts'
import { producerConnection, untilReady } from '../../src/redis/connect.ts'
import { commandLineHere } from '../integration/cli/command-line.ts'
import { eventually } from '../support/eventually.ts'
import { type OwnRedis, startOwnRedis } from '../support/own-redis.ts'
import { isOver, plainCampaign, type Stage, startStage } from '../support/stage.ts'

const followed = {
  ...plainCampaign,
  reconcile: { grace: 'PT1S', looks: 2, skew: 'PT5S' },
  followUps: [
    {
      id: 'thanks',
      when: { outcome: ['qualified'] },
      sms: { text: 'Hi', window: '00:00-24:00', onUnknown: 'resend' },
    },
  ],
}
const numbers = Array.from({ length: 60 }, (_, at) => `+1202555${String(1000 + at)}`)

async function withClient<T>({ url }: OwnRedis, work: (client: ReturnType<typeof producerConnection>) => Promise<T>) {
  const client = producerConnection({ kind: 'url', url })
  try {
    await untilReady(client, 5_000)
    return await work(client)
  } finally {
    client.disconnect()
  }
}

/** As docs/backup.md says: a snapshot of a Redis at work. */
async function takeSnapshot(redis: OwnRedis): Promise<string> {
  return withClient(redis, async client => {
    const before = await client.lastsave()
    await client.bgsave()
    await eventually(async () => {
      expect(await client.info('persistence')).toMatch(/rdb_bgsave_in_progress:0/)
      expect((await client.lastsave()) >= before).toBe(true)
    })
    const file = join(redis.dir, 'dump.rdb')
    const kept = join(redis.dir, 'kept.rdb')
    await copyFile(file, kept)
    return kept
  })
}

/** As docs/backup.md says: a Redis that starts with `appendonly yes` would not look at a snapshot. */
async function restore(snapshot: string): Promise<OwnRedis> {
  const redis = await startOwnRedis({ appendonly: 'no' })
  onTestFinished(() => redis[Symbol.asyncDispose]())
  await redis.stop()
  await copyFile(snapshot, join(redis.dir, 'dump.rdb'))
  await redis.start()
  await withClient(redis, async client => {
    await client.config('SET', 'appendonly', 'yes')
    await eventually(async () => expect(await client.info('persistence')).toMatch(/aof_rewrite_in_progress:0/))
  })
  expect((await readdir(redis.dir)).some(name => name.startsWith('append'))).toBe(true)
  return redis
}

async function startOn(redis: OwnRedis, control = {}): Promise<Stage> {
  const stage = await startStage({
    campaigns: [followed],
    // A Redis that is gone is not waited for.
    env: { REDIS_URL: redis.url, SHUTDOWN_TIMEOUT: 'PT2S' },
    control: { scripts: { '*': [{ status: 'qualified', lengthMs: 10 }] }, ...control },
  })
  await mkdir(String(stage.env['DATA_DIR']))
  await stage.restart()
  return stage
}

/** How far this machine has seen the ledger count. */
async function beatOf(stage: Stage): Promise<number> {
  const dataDir = String(stage.env['DATA_DIR'])
  const [file = ''] = (await readdir(dataDir)).filter(name => name.startsWith('beat-'))
  return Number(await readFile(join(dataDir, file), 'utf8'))
}

const callsTo = (stage: Stage, leadId: string) => stage.simulator.truth().calls.filter(call => call.leadId === leadId)
const textsTo = (stage: Stage, leadId: string) => stage.simulator.truth().texts.filter(text => text.leadId === leadId)

test('a backup that was taken under load is restored elsewhere: it waits for a person, and nothing it knows is done again', async () => {
  const redis = await startOwnRedis()
  onTestFinished(() => redis[Symbol.asyncDispose]())
  const long = { lengthMs: 4_000_000 }
  const stage = await startOn(redis, {
    scripts: { lead_live: [{ status: 'qualified', ...long }], '*': [{ status: 'qualified', lengthMs: 10 }] },
  })
  for (const leadId of ['lead_a', 'lead_b']) {
    await stage.lead(leadId, { phone: leadId === 'lead_a' ? '+12025550101' : '+12025550102' })
    await stage.journey(leadId, isOver)
  }
  await stage.lead('lead_live', { phone: '+12025550103' })
  await stage.journey('lead_live', ({ state }) => state === 'in_call')

  // Leads come in all the while.
  const load = Promise.all(numbers.map((phone, at) => stage.lead(`load_${at}`, { phone })))
  await eventually(() => expect(stage.simulator.truth().calls.length).toBeGreaterThan(8))
  const snapshot = await takeSnapshot(redis)
  await load
  for (const [at] of numbers.entries()) await stage.journey(`load_${at}`, isOver)

  await stage.lead('lead_after', { phone: '+12025550104' })
  await stage.journey('lead_after', isOver)
  const placed = stage.simulator.truth()
  // What happened within a moment before the crash is all that could go unnoticed.
  const seen = await beatOf(stage)
  await eventually(async () => expect(await beatOf(stage)).toBeGreaterThan(seen))
  await redis.kill9()

  const other = await restore(snapshot)
  stage.env['REDIS_URL'] = other.url
  await stage.restart()

  // Nobody asked for it: it says why, and does nothing.
  expect(stage.lines.filter(({ msg }) => msg === 'ledger.restored')).toEqual([expect.objectContaining({ alert: true })])
  const { body } = await stage.api<{ allPaused: boolean; allPausedWhy: string; campaigns: CampaignView[] }>(
    '/campaigns',
  )
  expect(body).toMatchObject({ allPaused: true, allPausedWhy: expect.stringMatching(/restored from a backup/) })
  for (const path of ['', '/campaigns']) {
    const page = await (await fetch(`${stage.url}/dashboard${path}`)).text()
    expect(page).toContain('restored from a backup')
  }
  const aftercall = commandLineHere({ AFTERCALL_URL: stage.url }, '/')
  for (const line of ['campaign list', 'campaign status roof']) {
    const said = await aftercall(line)
    expect(said.out + said.err).toContain('restored from a backup')
  }
  const known = (await stage.api<{ journeys: { leadId: string }[] }>('/journeys?limit=1000')).body.journeys
  const still = await stage.journey('lead_live', ({ state }) => state === 'done' || state === 'following_up')
  expect(still.outcome).toBe('qualified')
  expect(stage.simulator.truth().calls).toHaveLength(placed.calls.length)
  expect(stage.simulator.truth().texts).toHaveLength(placed.texts.length)

  // Another start says it no second time, and the pause holds.
  await stage.restart()
  expect(stage.lines.filter(({ msg }) => msg === 'ledger.restored')).toHaveLength(1)
  expect((await stage.api<{ allPaused: boolean }>('/campaigns')).body.allPaused).toBe(true)

  await stage.api('/resume', { method: 'POST' })
  await stage.journey('lead_live', isOver)
  for (const { leadId } of known) await stage.journey(leadId, isOver, 60_000)

  // Nobody it knows was called or texted twice: what may have happened since was looked for at the vendor first.
  const counts = known.map(
    ({ leadId }) => [leadId, callsTo(stage, leadId).length, textsTo(stage, leadId).length] as const,
  )
  expect(counts.filter(([, calls, texts]) => calls !== 1 || texts !== 1)).toEqual([])
  const doubted = await Promise.all(known.map(({ leadId }) => stage.journey(leadId, isOver)))
  const found = doubted.flatMap(({ timeline }) => timeline.filter(({ what }) => /^(?:call|sms)\.doubted$/.test(what)))
  console.log(`restored: ${known.length} journeys known, ${found.length} calls and texts looked for, 0 done twice`)
  // What came in after it is not known here. Sent again, it is taken for new.
  expect(await stage.journeysOf('lead_after')).toEqual([])
}, 90_000)

test('a sign in DATA_DIR says that a backup was restored, where no count was kept', async () => {
  const redis = await startOwnRedis()
  onTestFinished(() => redis[Symbol.asyncDispose]())
  const stage = await startOn(redis)
  expect((await stage.api<{ allPaused: boolean }>('/campaigns')).body.allPaused).toBe(false)
  await writeFile(join(String(stage.env['DATA_DIR']), 'restored'), '')
  await stage.restart()
  expect((await stage.api<{ allPaused: boolean }>('/campaigns')).body.allPaused).toBe(true)
  expect(await readdir(String(stage.env['DATA_DIR']))).not.toContain('restored')
  await stage.api('/resume', { method: 'POST' })
  await stage.restart()
  expect((await stage.api<{ allPaused: boolean }>('/campaigns')).body.allPaused).toBe(false)
})

test('the files of the private Redis, copied while the service was down, are put back the same way', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'aftercall-data-'))
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }))
  const stage = await startStage({
    campaigns: [followed],
    env: { REDIS_URL: '', DATA_DIR: dataDir },
    control: { scripts: { '*': [{ status: 'qualified', lengthMs: 10 }] } },
  })
  await stage.lead('lead_a', { phone: '+12025550101' })
  await stage.journey('lead_a', isOver)
  await stage.app[Symbol.asyncDispose]()
  await cp(join(dataDir, 'redis'), join(dataDir, 'backup'), {
    recursive: true,
    filter: path => !/lock-|\.sock/.test(path),
  })
  await stage.restart()
  expect((await stage.api<{ allPaused: boolean }>('/campaigns')).body.allPaused).toBe(false)
  await stage.lead('lead_after', { phone: '+12025550104' })
  await stage.journey('lead_after', isOver)

  await stage.app[Symbol.asyncDispose]()
  await rm(join(dataDir, 'redis'), { recursive: true })
  await rename(join(dataDir, 'backup'), join(dataDir, 'redis'))
  await stage.restart()
  expect((await stage.api<{ allPaused: boolean }>('/campaigns')).body.allPaused).toBe(true)
  expect(await stage.journey('lead_a', isOver)).toMatchObject({ state: 'done' })
  expect(await stage.journeysOf('lead_after')).toEqual([])
}, 60_000)
