import { expect, test } from 'vitest'
import type { SuppressionView } from '../../../src/desk/suppressions.ts'
import { isOver, plainCampaign, type Stage, startStage } from '../../support/stage.ts'
import { ADMIN_API_KEYS, KEYS } from '../dashboard/visitor.ts'

const PHONE = '+12025550123'
const HOUR_MS = 3_600_000

interface List {
  suppressions: SuppressionView[]
  nextCursor?: string
}
const list = async (stage: Stage, query = '', headers = {}) =>
  (await stage.api<List>(`/suppressions${query}`, { headers })).body
const send = (stage: Stage, body: string, query = '') =>
  stage.api<{ accepted: number; duplicates: number; rejected: number; report: object[]; detail?: string }>(
    `/suppressions${query}`,
    { method: 'POST', headers: { 'content-type': 'text/csv' }, body },
  )
const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, at) => `+1202555${1_000 + from + at}`)

test('a number that is added is there at once, is neither called nor texted, and can be removed', async () => {
  const stage = await startStage({
    campaigns: [
      {
        ...plainCampaign,
        followUps: [{ id: 'later', sms: { text: 'Hello', delay: 'PT1H', window: '00:00-24:00' } }],
      },
    ],
    control: { scripts: { '*': [{ status: 'completed', lengthMs: 10 }] } },
  })
  await stage.lead('lead_1', { phone: PHONE })
  await stage.journey('lead_1', ({ state }) => state === 'following_up')
  const added = await stage.api<SuppressionView>('/suppressions', {
    json: { phone: '(202) 555-0123', channels: ['sms'], reason: 'asked by mail' },
  })
  const row = {
    id: expect.stringMatching(/^sup_\d\d_[0-9a-f]{20}$/),
    phone: PHONE,
    channels: ['sms'],
    reason: 'asked by mail',
    at: expect.any(String),
    by: 'local',
  }
  expect(added).toEqual({ status: 201, body: row })
  expect(await list(stage)).toEqual({ suppressions: [row] })
  stage.clock.advance(HOUR_MS)
  const journey = await stage.journey('lead_1', isOver)
  expect(journey.effects.at(-1)).toMatchObject({ kind: 'sms', state: 'skipped', why: 'suppressed' })

  // Said again it stands as it was said first; said of another channel as well it is said twice.
  expect(await stage.api('/suppressions', { json: { phone: PHONE, channels: ['sms'] } })).toEqual({
    status: 201,
    body: row,
  })
  const both = await stage.api<SuppressionView>('/suppressions', { json: { phone: PHONE } })
  expect(both.body).toMatchObject({ channels: ['voice', 'sms'], reason: 'asked by mail' })
  expect(both.body.reasons).toMatchObject([{ channels: ['sms'] }, { channels: ['voice'], reason: 'asked for' }])

  const path = `/suppressions/${encodeURIComponent(PHONE)}`
  expect((await stage.api(path, { method: 'DELETE' })).status).toBe(204)
  expect((await stage.api(path, { method: 'DELETE' })).status).toBe(404)
  expect((await stage.api('/suppressions/nobody', { method: 'DELETE' })).status).toBe(400)
  expect(await list(stage)).toEqual({ suppressions: [] })
  const audit = await stage.api<{ audit: { what: string; by: string; subject: string }[] }>('/audit')
  expect(audit.body.audit.map(({ what }) => what)).toEqual([
    'number.released',
    'number.suppressed',
    'number.suppressed',
  ])
  expect(JSON.stringify(audit.body)).not.toContain('2025550123')
})

test('what is no suppression is refused with what is wrong with it', async () => {
  const stage = await startStage()
  const refused: [unknown, RegExp][] = [
    [{ phone: '911' }, /no valid number/],
    [{ phone: 'ann' }, /no valid number/],
    [{}, /phone/],
    [{ phone: PHONE, channels: ['fax'] }, /channels/],
    [{ phone: PHONE, channels: [] }, /channels/],
    [{ phone: PHONE, because: 'x' }, /because/],
    [{ phone: PHONE, reason: 'x'.repeat(201) }, /reason/],
  ]
  for (const [json, said] of refused) {
    const { status, body } = await stage.api<{ detail: string }>('/suppressions', { json })
    expect([json, status, said.test(body.detail)]).toEqual([json, 400, true])
  }
  expect((await stage.api('/suppressions?limit=0')).status).toBe(400)
  expect(await list(stage)).toEqual({ suppressions: [] })
})

test('lists come page by page over all shards, newest first, each number once, whatever is added meanwhile', async () => {
  const stage = await startStage()
  const all = numbers(60)
  for (const phone of all) await stage.api('/suppressions', { json: { phone } })
  const seen: (string | undefined)[] = []
  let cursor: string | undefined
  for (let page = 0; page === 0 || cursor !== undefined; page += 1) {
    const found = await list(stage, `?limit=7${cursor === undefined ? '' : `&cursor=${cursor}`}`)
    expect(found.suppressions.length).toBeLessThanOrEqual(7)
    seen.push(...found.suppressions.map(({ phone }) => phone))
    cursor = found.nextCursor
    await stage.api('/suppressions', { json: { phone: `+1202555${2_000 + page}` } })
  }
  expect(seen).toEqual(all.toReversed())
  expect((await list(stage, `?phone=${encodeURIComponent('202-555-1007')}`)).suppressions).toHaveLength(1)
  expect((await list(stage, '?phone=nonsense')).suppressions).toEqual([])
})

test('a list takes each number once, says what is wrong with every other row, and can be tried first', async () => {
  const stage = await startStage()
  const csv = [
    'Phone Number,Name,channels,Reason',
    '(202) 555-0123,Ann,,moved away',
    '202-555-0124,Bob,voice,',
    '+12025550123,Ann again,,',
    ',Nobody,,',
    '12345,Short,,',
    '1.2025550125e10,Excel,,',
    '2025550126,Cid,fax,',
    `2025550127,Dan,"sms, voice",${'x'.repeat(201)}`,
    '',
  ].join('\n')
  const report = [
    { line: 5, column: 'phone', value: '', reason: 'missing', fix: expect.any(String) },
    { line: 6, column: 'phone', value: '12345', reason: 'invalid_phone', fix: expect.any(String) },
    { line: 7, column: 'phone', reason: 'invalid_phone', fix: expect.stringMatching(/spreadsheet/) },
    { line: 8, column: 'channels', value: 'fax', reason: 'bad_value', fix: expect.any(String) },
    { line: 9, column: 'reason', reason: 'too_long', fix: expect.any(String) },
  ]
  const tried = await send(stage, csv, '?dryRun=true')
  expect(tried).toMatchObject({ status: 200, body: { accepted: 2, duplicates: 1, rejected: 5, report } })
  expect(await list(stage)).toEqual({ suppressions: [] })

  expect(await send(stage, csv)).toMatchObject({
    status: 201,
    body: { accepted: 2, duplicates: 1, rejected: 5, report },
  })
  const { suppressions } = await list(stage)
  expect(suppressions.map(({ phone, channels, reason }) => [phone, channels, reason]).sort()).toEqual([
    ['+12025550123', ['voice', 'sms'], 'moved away'],
    ['+12025550124', ['voice'], 'on an imported list'],
  ])
  expect(await send(stage, csv)).toMatchObject({ body: { accepted: 0, duplicates: 3 } })

  // Many lists of this kind are numbers and nothing else.
  expect(await send(stage, '202-555-0130\n202-555-0131\n')).toMatchObject({ status: 201, body: { accepted: 2 } })
  for (const bad of ['', 'name,city\nAnn,Rome\n', 'phone,number\n1,2\n']) {
    const { status, body } = await send(stage, bad)
    expect([bad, status, body.detail]).toEqual([bad, 400, expect.stringMatching(/nothing was taken/)])
  }
  const { body } = await stage.api<{ audit: { what: string; detail: string }[] }>('/audit')
  expect(body.audit.filter(({ what }) => what === 'numbers.imported').at(-1)?.detail).toBe('2 new, 1 known, 5 rejected')
})

test('twenty thousand numbers come in as they are sent, and hold', async () => {
  const stage = await startStage()
  const all = Array.from(
    { length: 20_000 },
    (_, at) => `+1${['202', '212', '310', '404'][at % 4]}${2_000_000 + Math.floor(at / 4)}`,
  )
  const startedAt = performance.now()
  const { body } = await send(stage, `phone\n${all.join('\n')}\n`)
  expect(body).toMatchObject({ accepted: 20_000, duplicates: 0, rejected: 0 })
  console.log(`20,000 numbers in ${Math.round(performance.now() - startedAt)} ms`)
  const seen = new Set<string | undefined>()
  let cursor: string | undefined
  do {
    const page = await list(stage, `?limit=1000${cursor === undefined ? '' : `&cursor=${cursor}`}`)
    for (const { phone } of page.suppressions) seen.add(phone)
    cursor = page.nextCursor
  } while (cursor !== undefined)
  expect(seen.size).toBe(20_000)
}, 60_000)

test('viewers read without numbers or words, operators change', async () => {
  const stage = await startStage({ env: { ADMIN_API_KEYS } })
  const as = (key: keyof typeof KEYS) => ({ authorization: `Bearer ${KEYS[key]}` })
  const json = { phone: PHONE }
  expect((await stage.api('/suppressions', { json, headers: as('viewer') })).status).toBe(403)
  expect((await stage.api('/suppressions', { json, headers: as('operator') })).status).toBe(201)
  const optOut = await stage.send('text.received', { phone: '+12025550124', text: 'please stop' })
  await stage.api(`/events/${optOut.body['eventId']}`, { headers: as('viewer') })
  const seen = async (key: keyof typeof KEYS) => (await list(stage, '?inferred=true', as(key))).suppressions
  await expect
    .poll(() => seen('operator'))
    .toMatchObject([{ phone: '+12025550124', inferred: true, words: 'please stop' }])
  const [row] = await seen('viewer')
  expect(row).toMatchObject({ phone: '+1•••••0124', inferred: true })
  expect(row?.words).toBeUndefined()
  expect((await list(stage, '?inferred=false', as('viewer'))).suppressions).toMatchObject([{ phone: '+1•••••0123' }])
  const path = `/suppressions/${encodeURIComponent(PHONE)}`
  expect((await stage.api(path, { method: 'DELETE', headers: as('viewer') })).status).toBe(403)
  expect((await stage.api(path, { method: 'DELETE', headers: as('operator') })).status).toBe(204)
  expect((await stage.api('/suppressions')).status).toBe(401)
})
