import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { spawnService } from '../support/service-process.ts'
import { plainCampaign } from '../support/stage.ts'
import { createWorld } from '../support/world.ts'

const ROWS = process.env['TEST_SCALE'] === 'full' ? 1_000_000 : 20_000
const BATCH = 500
/** What the runtime and its caches take while they warm up is over by then. */
const WARM_AT = 0.2

const megabytes = (bytes: number) => Math.round(bytes / 1e6)
const rssOf = (pid: number) => Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)])) * 1024
const numberOf = (index: number) => `+1${212 + Math.floor(index / 600_000)}${2_000_000 + (index % 600_000)}`

test(`${ROWS} rows are taken in constant memory`, async () => {
  await using world = await createWorld({ campaigns: [{ ...plainCampaign, trigger: {} }] })
  const service = spawnService({ ...world.env, LOG_LEVEL: 'info' })
  await service.line('app.started')
  const held: number[] = []

  async function* rows() {
    yield Buffer.from('leadId,phone,firstName,lastName,email,note\n')
    for (let at = 0; at < ROWS; at += BATCH) {
      const lines = Array.from({ length: BATCH }, (_, index) => {
        const id = at + index
        return `lead_${id},${numberOf(id)},Ann,Lee,ann${id}@example.com,"a note, quoted ${'x'.repeat(60)}"`
      })
      yield Buffer.from(`${lines.join('\n')}\n`)
      if (at % (ROWS / 20) === 0 && at >= ROWS * WARM_AT) held.push(rssOf(service.pid))
    }
  }

  const startedAt = performance.now()
  const answer = await fetch(`${service.url}/api/v1/campaigns/roof/leads`, {
    method: 'POST',
    headers: { 'content-type': 'text/csv' },
    body: ReadableStream.from(rows()),
    duplex: 'half',
  } as RequestInit)
  expect(await answer.json()).toMatchObject({ accepted: ROWS, duplicates: 0, rejected: 0 })
  const seconds = (performance.now() - startedAt) / 1_000
  const campaign = await (await fetch(`${service.url}/api/v1/campaigns/roof`)).json()
  expect(campaign).toMatchObject({ progress: { total: ROWS, scheduled: ROWS } })

  const [first = 0] = held
  const most = Math.max(...held)
  console.info(
    `${ROWS} rows: ${Math.round(ROWS / seconds)} rows/s, the service held ${megabytes(first)} MB after a fifth and ` +
      `${megabytes(most)} MB at most`,
  )
  // A journey kept for each row would be ten times as much.
  expect(most - first).toBeLessThan(80e6)
}, 900_000)
