import { readdirSync, readFileSync } from 'node:fs'
import { request } from 'node:http'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { openLedger } from '../../support/list-journeys.ts'
import { findKeys, openSharedRedis } from '../../support/shared-redis.ts'
import { isOver, plainCampaign, type Stage, startStage } from '../../support/stage.ts'

interface Answer {
  accepted: number
  duplicates: number
  rejected: number
  report: { line: number; column: string; value: string; reason: string; fix: string }[]
  reportUrl?: string
  detail?: string
}

const { timezone: _, ...dial } = plainCampaign.dial
/** Waits in its draft: what is imported stays scheduled. Zones come from rows and numbers. */
const list = { ...plainCampaign, id: 'list', trigger: {}, dial }
const fixtures = join(import.meta.dirname, '../../fixtures/imports')
const files = (dir: string) =>
  readdirSync(join(fixtures, dir))
    .filter(name => /\.(csv|ndjson)$/.test(name))
    .map(name => join(dir, name))
const contentType = (name: string) => (name.endsWith('.ndjson') ? 'application/x-ndjson' : 'text/csv')

async function upload(
  stage: Stage,
  body: RequestInit['body'],
  { campaign = 'list', query = '', type = 'text/csv' } = {},
): Promise<{ status: number; body: Answer }> {
  const init = { method: 'POST', body, headers: { 'content-type': type }, duplex: 'half' }
  return stage.api<Answer>(`/campaigns/${campaign}/leads${query}`, init as RequestInit)
}

const csv = (count: number, from = 0, prefix = 'lead') =>
  ['leadId,phone,timezone', ...Array.from({ length: count }, (_, index) => row(from + index, prefix))].join('\n')
const numbers = (index: number) =>
  `+1${212 + (Math.floor(index / 600_000) % 2)}${String(2_000_000 + (index % 600_000))}`
const row = (index: number, prefix = 'lead') => `${prefix}_${index},${numbers(index)},America/New_York`

test('what is sound is taken, what is not is told by line, column, value, reason and fix', async () => {
  const named = files('.').map(name => ({ name, id: basename(name).replace(/\W+/g, '-') }))
  const stage = await startStage({ campaigns: named.map(({ id }) => ({ ...list, id })) })
  for (const { name, id } of named) {
    const content = readFileSync(join(fixtures, name))
    const type = contentType(name)
    const dry = await upload(stage, content, { campaign: id, query: '?dryRun=true', type })
    expect((await stage.campaign(id)).progress.total, name).toBe(0)
    const { status, body } = await upload(stage, content, { campaign: id, type })
    expect(dry, name).toEqual({ status, body })
    expect((await stage.campaign(id)).progress, name).toMatchObject({ total: body.accepted, scheduled: body.accepted })
    await expect(`${JSON.stringify(body, null, 2)}\n`).toMatchFileSnapshot(join(fixtures, `${name}.report.json`))

    const again = await upload(stage, content, { campaign: id, type })
    expect(again.body, name).toMatchObject({ accepted: 0, duplicates: body.accepted + body.duplicates })
  }
}, 60_000)

test('a file that is no list is refused whole, and the answer says what it has to be', async () => {
  const stage = await startStage({ campaigns: [list] })
  const answers: Record<string, string> = {}
  for (const name of files('refused')) {
    const { status, body } = await upload(stage, readFileSync(join(fixtures, name)))
    expect(status, name).toBe(400)
    answers[basename(name)] = body.detail ?? ''
  }
  await expect(`${JSON.stringify(answers, null, 2)}\n`).toMatchFileSnapshot(join(fixtures, 'refused/answers.json'))
  expect((await stage.campaign('list')).progress.total).toBe(0)
  expect((await upload(stage, csv(1), { type: 'application/json' })).status).toBe(415)
  expect((await upload(stage, csv(1), { campaign: 'nowhere' })).status).toBe(404)
  expect((await upload(stage, csv(1), { query: '?dryRun=yes' })).status).toBe(400)
})

test('a list that is refused leaves nobody in the log', async () => {
  const stage = await startStage({ campaigns: [list] })
  const { status } = await upload(stage, 'n1,(212) 555-4001,Ann Marie\nn2,(212) 555-4002,Bob\n')
  expect(status).toBe(400)
  const told = stage.lines.find(({ msg }) => msg === 'import.ended_early')
  expect(told).toMatchObject({ code: 'NO_HEADER' })
  expect(JSON.stringify(told)).not.toMatch(/Ann|4001/)
})

test('a lead of a list is called with what its row said, and texts know its fields', async () => {
  const texts = [
    {
      id: 'thanks',
      when: {},
      sms: { text: 'Hi {{ lead.firstName }}, about {{ lead.fields.roof }}', window: '00:00-24:00' },
    },
  ]
  const stage = await startStage({
    campaigns: [{ ...list, followUps: texts }],
    control: { scripts: { '*': [{ status: 'completed', lengthMs: 10 }] } },
  })
  const body = 'lead id;PHONE;first_name;roof\nlead_1;(212) 555-0123;Мария;slate\n'
  expect((await upload(stage, body)).body).toMatchObject({ accepted: 1, rejected: 0 })
  const [waiting] = await stage.journeysOf('lead_1')
  expect(waiting).toMatchObject({ state: 'scheduled', campaign: 'list' })
  expect(stage.simulator.truth().calls).toEqual([])

  await stage.api('/campaigns/list/start', { method: 'POST' })
  await stage.journey('lead_1', isOver)
  expect(stage.simulator.truth().calls).toMatchObject([{ leadId: 'lead_1' }])
  expect(stage.simulator.truth().texts).toMatchObject([{ text: 'Hi Мария, about slate' }])
  const { body: audit } = await stage.api<{ audit: { what: string; detail?: string }[] }>('/audit')
  const [line] = audit.audit.filter(({ what }) => what === 'campaign.imported')
  expect(line?.detail).toMatch(/^import_[0-9a-f]{16}: 1 accepted, 0 duplicates, 0 rejected$/)
  const logged = stage.lines.filter(({ msg }) => msg === 'import.done')
  expect(logged).toMatchObject([{ campaign: 'list', accepted: 1, duplicates: 0, rejected: 0 }])
  expect(JSON.stringify(stage.lines)).not.toMatch(/Мария|5550123/)
})

test('two imports of one list at once take every lead once', async () => {
  const stage = await startStage({ campaigns: [list] })
  const lists = [csv(400), csv(400), csv(300, 100, 'other')]
  const answers = await Promise.all(lists.map(text => upload(stage, text)))
  const sum = (what: 'accepted' | 'duplicates' | 'rejected') =>
    answers.reduce((total, { body }) => total + body[what], 0)
  expect({ accepted: sum('accepted'), duplicates: sum('duplicates'), rejected: sum('rejected') }).toEqual({
    accepted: 400,
    duplicates: 700,
    rejected: 0,
  })
  expect((await stage.campaign('list')).progress).toMatchObject({ total: 400, scheduled: 400 })
})

test('a dry run writes nothing at all', async () => {
  const stage = await startStage({ campaigns: [list] })
  await upload(stage, csv(10))
  const redis = await openSharedRedis()
  const written = async () => {
    const keys = (await findKeys(redis, `${stage.env['REDIS_PREFIX']}:*`)).filter(key =>
      /:(lead|j|t|import|audit|p|newest)\b/.test(key),
    )
    return Promise.all(keys.sort().map(async key => [key, await redis.dump(key)]))
  }
  const before = await written()
  const bad = Array.from({ length: 1_500 }, (_, index) => `bad_${index},12,`)
  const { body } = await upload(stage, [csv(40), ...bad].join('\n'), { query: '?dryRun=true' })
  expect(body).toMatchObject({ accepted: 30, duplicates: 10, rejected: 1_500 })
  expect(body.report).toHaveLength(1_000)
  expect(body.reportUrl).toBeUndefined()
  expect(await written()).toEqual(before)
})

test('a long report is kept, and told whole to whoever may see numbers', async () => {
  const stage = await startStage({
    campaigns: [list],
    env: { ADMIN_API_KEYS: 'ann:operator:key-of-ann-1234567890,vic:viewer:key-of-vic-1234567890' },
  })
  const as = (key: string, type = 'text/csv') => ({ authorization: `Bearer ${key}`, 'content-type': type })
  const bad = Array.from({ length: 2_345 }, (_, index) => `bad_${index},=1+${index},`)
  const body = ['leadId,phone,timezone', ...bad].join('\n')
  const path = `${stage.url}/api/v1/campaigns/list/leads`
  const refused = await fetch(path, { method: 'POST', body, headers: as('key-of-vic-1234567890') })
  expect(refused.status).toBe(403)
  const taken = await fetch(path, { method: 'POST', body, headers: as('key-of-ann-1234567890') })
  const answer = (await taken.json()) as Answer
  expect(answer).toMatchObject({ accepted: 0, rejected: 2_345 })
  expect(answer.report.map(({ line }) => line)).toEqual(Array.from({ length: 1_000 }, (_, index) => index + 2))

  const read = async (key: string) => (await fetch(`${stage.url}${answer.reportUrl}`, { headers: as(key) })).text()
  const lines = (await read('key-of-ann-1234567890')).trim().split('\r\n')
  expect(lines).toHaveLength(2_346)
  expect(lines[0]).toBe('line,column,value,reason,fix')
  expect(
    lines
      .slice(1)
      .map(line => Number(line.split(',')[0]))
      .sort((a, b) => a - b)[2_344],
  ).toBe(2_346)
  // A spreadsheet must not compute what somebody wrote into a list.
  expect(lines[1]).toMatch(/^2,phone,'=1\+0,invalid_phone,/)
  expect(await read('key-of-vic-1234567890')).not.toContain('=1+')
  expect((await fetch(`${stage.url}${answer.reportUrl}x`, { headers: as('key-of-ann-1234567890') })).status).toBe(404)
})

test('rows without a number are looked up; who is unknown, or cannot be asked about, is rejected', async () => {
  const stage = await startStage({ campaigns: [list] })
  await stage.simulator.control({ leads: [{ leadId: 'known', campaignId: 'HXZ', phone: '+12125550177' }] } as never)
  const { body } = await upload(stage, 'leadId,firstName\nknown,Ann\n')
  expect(body).toMatchObject({ accepted: 1, rejected: 0 })
  const keyless = await startStage({ campaigns: [list], env: { LEADSAIL_API_KEY: '' } })
  const answer = await upload(
    keyless,
    `leadId,phone\n${Array.from({ length: 30 }, (_, index) => `l${index},`).join('\n')}`,
  )
  expect(answer.body).toMatchObject({ accepted: 0, rejected: 30 })
  expect(answer.body.report[0]).toMatchObject({ line: 2, column: 'phone', reason: 'vendor_unavailable' })
})

test('a connection that is cut leaves what was taken; sending the list again adds the rest, once', async () => {
  const stage = await startStage({ campaigns: [list] })
  const text = csv(1_000)
  const { port } = new URL(stage.url)
  const headers = { 'content-type': 'text/csv', 'content-length': String(text.length) }
  const sender = request({ port, method: 'POST', path: '/api/v1/campaigns/list/leads', headers })
  sender.on('error', () => {})
  // The cut falls into a row: half a number must not be called.
  sender.write(text.slice(0, text.indexOf('lead_600') + 18))
  const taken = async () => (await stage.campaign('list')).progress.total
  await eventually(async () => expect(await taken()).toBe(600))
  sender.destroy()
  const cut = await eventually(() => stage.lines.find(({ msg }) => msg === 'import.cut') ?? false)
  expect(cut).toMatchObject({ campaign: 'list', accepted: 600, duplicates: 0, rejected: 0 })
  const { body } = await upload(stage, text)
  expect(body).toMatchObject({ accepted: 400, duplicates: 600, rejected: 0 })
  expect(await taken()).toBe(1_000)
})

/** A body of two pieces; the second is sent when `go` is called. */
function inTwo(first: string, second: string) {
  const gate = Promise.withResolvers<void>()
  const body = new ReadableStream({
    async start(stream) {
      stream.enqueue(new TextEncoder().encode(first))
      await gate.promise
      stream.enqueue(new TextEncoder().encode(second))
      stream.close()
    },
  })
  return { body, go: gate.resolve }
}

test('a campaign that was through while more of its list was coming in takes all of it', async () => {
  const stage = await startStage({ campaigns: [list] })
  await stage.api('/campaigns/list/start', { method: 'POST' })
  await stage.api('/campaigns/list/pause', { method: 'POST' })
  const ledger = await openLedger(stage.env, stage.clock)
  const { body, go } = inTwo(`${csv(5)}\n`, Array.from({ length: 1_500 }, (_, index) => row(5 + index)).join('\n'))
  const answer = upload(stage, body)
  await eventually(async () => expect((await stage.campaign('list')).progress.total).toBe(5))
  // Several parts of the second piece find it so at once, and one of them opens it again.
  expect(await ledger.control.change('list', ['paused'], 'done')).toBe(true)
  go()
  expect(await answer).toMatchObject({ status: 200, body: { accepted: 1_505, duplicates: 0, rejected: 0 } })
  expect((await stage.campaign('list')).status).toBe('running')
  const { audit } = (await stage.api<{ audit: { what: string }[] }>('/audit')).body
  expect(audit.filter(({ what }) => what === 'campaign.reopened')).toHaveLength(1)
})

test('a pause changes nothing for an import; a cancel ends it and says how far it came', async () => {
  const stage = await startStage({ campaigns: [list] })
  const post = (what: string) => stage.api(`/campaigns/list/${what}`, { method: 'POST' })
  await post('start')
  await post('pause')
  expect((await upload(stage, csv(5))).body).toMatchObject({ accepted: 5 })
  const { body, go } = inTwo(`${csv(5, 5)}\n`, `${row(10)}\n${row(11)}\n`)
  const answer = upload(stage, body)
  await eventually(async () => expect((await stage.campaign('list')).progress.total).toBe(10))
  await post('cancel')
  go()
  expect(await answer).toMatchObject({ status: 409, body: { accepted: 5, duplicates: 0, rejected: 0 } })
  expect((await upload(stage, csv(1))).status).toBe(409)
})
